"""Every format, damaged at random: reading and mining never break, and every label has its turn."""

import json
import math
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_samples import SAME_STORY, SAMPLES, VARIANTS, untimed_turns
from test_langsmith_adapter import untimed

from lrat_rank.errors import InputError
from lrat_rank.mining.judges.registry import JUDGES
from lrat_rank.mining.labels import LabelledList, State, check
from lrat_rank.mining.miner import MiningOptions, mine
from lrat_rank.mining.policies.registry import POLICIES
from lrat_rank.trajectories import (
    FORMATS,
    Browse,
    ReadReport,
    Search,
    read_trajectories,
    sniff,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.reading import READER_FAILED

FUZZ = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
OFFLINE_JUDGES = ["none", "cues"]
DEEP = 400


def deep(inner, wrap):
    for _ in range(DEEP):
        inner = wrap(inner)
    return inner


CORNERS = [
    *(None, True, False, 0, -1, 10**400, -(10**30), 1e308, math.nan, math.inf, 0.5, "", " "),
    *("\ud800", "a\ud83d", "\x00", "null", "[", "{", '{"docid": "7"}', "DocID:7\nDocID:9"),
    *([], {}, [[]], [None], {"": None}, {"text": "x"}, {"content": [{"type": "text"}]}),
    *("NaN", "1e999", "2026-13-45T99:99:99Z", "x" * 999, "9" * 400, ["7", 7, {"docid": 7}], "工具"),
    *(deep([], lambda inner: [inner]), deep({}, lambda inner: {"content": inner})),
    *(deep("x", lambda inner: {"content": [inner]}), deep("x", lambda inner: {"results": inner})),
    deep({"id": "r1"}, lambda inner: {"child_runs": [inner], "run_type": "tool", "inputs": {}}),
]  # fmt: skip
ACTIONS = ["replace", "drop", "double", "turn", "wrap", "rename", "encode", "cut"]
accidents = st.lists(
    st.tuples(
        st.integers(0, 10**6), st.sampled_from(ACTIONS), st.integers(0, len(CORNERS) - 1)
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def places(value):
    """(container, key) of everything inside a JSON value."""
    waiting, found = [value], []
    while waiting:
        held = waiting.pop()
        keys = (
            held if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
        )
        for key in list(keys):
            found.append((held, key))
            waiting.append(held[key])
    return found


def fresh(value):
    """A copy that shares nothing; None for what is nested too deep to be written."""
    try:
        return json.loads(json.dumps(value))
    except RecursionError:
        return None


def unpacked(records):
    """The records with the JSON that stands in their strings taken out of them."""
    records = fresh(records)
    for held, key in places(records):
        text = held[key]
        if isinstance(text, str) and text.startswith(("[{", '{"')):
            held[key] = json.loads(text)
    return records


def damaged(records, damage):
    """The records after some accidents, in half of the cases to what their strings encode."""
    records = unpacked(records) if damage[0][0] % 2 else fresh(records)
    for where, action, corner in damage:
        found = places(records)
        if not found:
            break
        held, key = found[where % len(found)]
        happen(action, held, key, fresh(CORNERS[corner]))
    return records


def happen(action, held, key, corner):
    """One accident to what stands at `held[key]`."""
    value = held[key]
    backwards = value[::-1] if isinstance(value, list | str) else corner
    cut = value[: len(value) // 2] if isinstance(value, str) else value
    becomes = {
        "replace": corner, "turn": backwards, "wrap": [value, corner],
        "encode": json.dumps(value), "cut": cut,
    }  # fmt: skip
    if action in becomes:
        held[key] = becomes[action]
    elif action == "drop":
        del held[key]
    elif isinstance(held, list):
        held.insert(key, fresh(value))
    elif action == "double":
        held[f"{key}s"] = fresh(value)
    else:
        held[str(corner)[:9]] = held.pop(key)


def damaged_text(text, damage):
    for where, action, corner in damage:
        at = where % (len(text) + 1)
        if action in ("replace", "wrap", "encode"):
            text = text[:at] + str(CORNERS[corner])[:500] + text[at:]
        elif action in ("drop", "rename"):
            text = text[:at] + text[at + 20 :]
        elif action == "cut":
            text = text[: max(at, 20)]
        else:
            text = text[:at] + text
    return text


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def runs_of(folder, records, name="auto"):
    """What is read of a file with these records, or this text; nothing where it is refused."""
    if not isinstance(records, str):
        records = fresh(records) or []
    path = folder / ("log.txt" if isinstance(records, str) else "log.jsonl")
    if isinstance(records, str):
        path.write_bytes(records.encode("utf-8", "surrogatepass"))
    else:
        path.write_text("\n".join(json.dumps(record) for record in records) + "\n")
    report = ReadReport()
    try:
        return list(read_trajectories([path], format_name=name, setting=ReadSetting(report)))
    except InputError:
        return []
    finally:
        assert not [reason for reason in report.skipped_by_reason if READER_FAILED in reason]


def hold(runs):
    """Mine in every way, and check that each label rests on turns of its run."""
    by_id = {run.trajectory_id: run for run in runs}
    assert len(by_id) == len(runs)
    for policy in POLICIES.names():
        for judge in OFFLINE_JUDGES:
            options = MiningOptions(policy=POLICIES.get(policy)(), judge=JUDGES.get(judge)())
            for labelled in mine(runs, options).lists:
                supported(labelled, by_id[labelled.trajectory_id])
                storable(labelled)


def supported(labelled, run):
    check(labelled, "fuzz")
    searches = [turn for turn in run.turns if isinstance(turn, Search)]
    shown = {impression.doc_id for search in searches for impression in search.impressions}
    # The reference builder asks neither where a document read in vain came from, nor whether a
    # visit failed.
    faithful = labelled.meta.policy == "reference"
    for candidate in labelled.candidates:
        rejected = candidate.state is State.REJECTED
        assert candidate.doc_id in shown or (faithful and rejected)
        assert candidate.rank >= 1
        if rejected or candidate.state is State.RELEVANT:
            turn = candidate.evidence.turn
            behind = run.turns if faithful and turn is None else [run.turns[turn]]
            assert any(opens(turn, candidate.doc_id, even_failed=faithful) for turn in behind)


def opens(turn, doc_id, *, even_failed):
    """Whether a turn is a visit of the document that came back."""
    if not isinstance(turn, Browse) or (turn.failed and not even_failed):
        return False
    return doc_id in (turn.doc_id, *turn.also)


def storable(labelled):
    """Whether a list can be written and reads back equal, with no number that is none."""
    told = msgspec.json.encode(labelled)
    assert msgspec.json.decode(told, type=LabelledList) == labelled
    assert all(math.isfinite(number) for number in numbers(msgspec.to_builtins(labelled)))


def numbers(value):
    return [
        held[key]
        for held, key in places(value)
        if isinstance(held[key], int | float) and not isinstance(held[key], bool)
    ]


def test_every_format_has_a_sample():
    assert set(FORMATS.names()) <= set(SAMPLES)


@pytest.mark.parametrize("name", FORMATS.names())
def test_a_whole_sample_is_known_for_what_it_is_and_gives_labels_where_it_can(name, folder):
    sample = SAMPLES[name]
    assert sniff(sample if isinstance(sample, str) else sample[0]).name == name
    (run,) = runs_of(folder, sample)
    if name in SAME_STORY:
        assert untimed(run.turns) == untimed_turns()
    lists = mine([run], MiningOptions(judge=JUDGES.get("cues")())).lists
    states = [candidate.state for labelled in lists for candidate in labelled.candidates]
    assert (State.RELEVANT in states) == any(isinstance(turn, Browse) for turn in run.turns)
    hold([run])


@pytest.mark.parametrize("shape", VARIANTS)
def test_other_shapes_tell_the_same_run(shape, folder):
    name, records = VARIANTS[shape]
    (run,) = runs_of(folder, records, name)
    assert untimed(run.turns) == untimed_turns()


@pytest.mark.parametrize("name", [*FORMATS.names(), *VARIANTS])
@FUZZ
@given(damage=accidents)
def test_damage_never_breaks_reading_or_mining(name, folder, damage):
    name, sample = VARIANTS.get(name) or (name, SAMPLES[name])
    records = (damaged_text if isinstance(sample, str) else damaged)(sample, damage)
    for chosen in ("auto", name):
        hold(runs_of(folder, records, chosen))


def keys_of(sample):
    return [key for held, key in places(sample) if isinstance(held, dict)]


WORDS = sorted({key for sample in SAMPLES.values() if not isinstance(sample, str) for key in
                keys_of(sample)})  # fmt: skip
VALUES = st.sampled_from(
    [
        "assistant",
        "user",
        "tool",
        "search",
        "tool_call",
        "function_call",
        "reasoning",
        "llm",
        "agent",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | VALUES
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=14,
)


@settings(FUZZ, max_examples=250)
@given(value=json_values)
def test_any_json_is_sniffed_and_read_without_an_error(folder, value):
    for _, known in FORMATS.items():
        if known.recognises(value) and known.pieces is not None:
            known.pieces.is_piece(value)
        known.run_name(value)
    hold(runs_of(folder, [value]))


@pytest.mark.parametrize("corner", range(len(CORNERS)))
def test_corner_values_are_sniffed_and_read_without_an_error(folder, corner):
    value = CORNERS[corner]
    assert sniff(value) is None or runs_of(folder, [value]) is not None
    for word in ("messages", "result", "steps", "runs", "spans", "items"):
        hold(runs_of(folder, [{word: value}, {word: [value]}]))


FRAGMENTS = st.sampled_from(
    [*SAMPLES["react-text"].splitlines(), *SAMPLES["search-r1"].splitlines(), "<think>",
     "</search>", "<tool_call>", "\n", "Question:", "Action Input: {", "<|im_start|>assistant\n"]
)  # fmt: skip


@settings(FUZZ, max_examples=120)
@given(text=st.text(max_size=40) | st.lists(FRAGMENTS, max_size=12).map("\n".join))
def test_any_text_is_read_without_an_error(folder, text):
    assert sniff(text) is None or isinstance(sniff(text).name, str)
    hold(runs_of(folder, text))

"""Policy `reference` emits the rows of the reference builder, worked out here by hand."""

import json
import math
import statistics
from pathlib import Path

import pytest
from hand_made import mined, run, search

from lrat_rank.mining.miner import MinedLabels, MiningOptions
from lrat_rank.pipeline.exchange import DocumentsFrom, export_labels
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.trajectories.model import Answer, Browse, OtherCall, Reasoning, Trajectory

Row = tuple[str, str, list[str], int, bool]
"""query, positive, negatives, reasoning length, satisfied."""


def rows(labels: MinedLabels) -> list[Row]:
    made = []
    for labelled in labels.lists:
        focal, *negatives = labelled.candidates
        length = focal.evidence.reasoning_length or 0
        negative_ids = [c.doc_id for c in negatives]
        made.append((labelled.query, focal.doc_id, negative_ids, length, focal.state == "relevant"))
    return made


@pytest.fixture
def windows() -> Trajectory:
    """Three windows: a mixed run, a browse without a search, and a run of three browses."""
    return run(
        search("q1", "a b c x"),
        Reasoning("look further"),
        search("q2", "c d e"),
        Browse("d"),
        Reasoning("in vain, then"),
        Browse("a"),
        Reasoning("three words and one"),
        Reasoning("a second thought ends the run"),
        Browse("e"),  # the window closed with `a`, so nothing shows `e`
        Reasoning("fine"),
        search("q3", "a f g"),  # `a` was read and useful, and comes again
        Browse("z"),  # never shown
        Reasoning("in vain"),
        search("q4", "g h x"),
        Browse("x"),  # shown, not in the corpus
        Browse("h"),  # nothing written
        Browse("h"),
        Reasoning("yes"),
        Answer("It was h."),
        trajectory_id="windows",
    )


@pytest.fixture
def in_vain() -> Trajectory:
    """One window in which four documents are read, three of them in vain."""
    return run(
        search("s1", "a b c d"),
        Browse("a"),
        Reasoning("vain"),
        Browse("b"),
        Reasoning("vain again"),
        search("s2", "c e"),
        Browse("e"),
        Reasoning("vain"),
        search("s3", "d"),
        Browse("d"),
        Reasoning("good " * 9),
        trajectory_id="in_vain",
    )


CORPUS = "a b c d e f g h z"


def test_rows_follow_the_window(windows):
    assert rows(mined("reference", windows, corpus=CORPUS)) == [
        ("q2", "d", ["c", "e", "b"], 3, False),
        ("q2", "a", ["d", "c", "e", "b"], 4, True),
        ("q4", "h", ["z", "g", "a", "f"], 0, True),
        ("q4", "h", ["z", "g", "a", "f"], 1, True),
    ]


def test_documents_read_in_vain_come_first_and_the_latest_first(in_vain):
    assert rows(mined("reference", in_vain)) == [
        ("s1", "a", ["b", "c", "d"], 1, False),
        ("s1", "b", ["a", "c", "d"], 2, False),
        ("s2", "e", ["b", "a", "c", "d"], 1, False),
        ("s3", "d", ["e", "b", "a", "c"], 9, True),
    ]


def test_within_a_run_too_the_latest_document_read_in_vain_comes_first():
    vain = Reasoning("vain")
    turns = (search("q", "a b c d"), Browse("a"), vain, Browse("b"), vain, Browse("c"), vain)
    negatives = [ids for _, _, ids, _, _ in rows(mined("reference", run(*turns)))]
    assert negatives == [["c", "b", "d"], ["c", "a", "d"], ["b", "a", "d"]]


def test_weights_are_utilities_over_their_mean_and_empty_reasoning_weighs_one(windows, in_vain):
    labels = mined("reference", windows, in_vain, corpus=CORPUS)
    lengths = [length for *_, length, _ in rows(labels)]
    assert lengths == [3, 4, 0, 1, 1, 2, 1, 9]
    half_life = statistics.median([n for n in lengths if n])
    utilities = [1 - math.exp(-math.log(2) * n / half_life) for n in lengths]
    mean = sum(utilities) / 7
    expected = [u / mean if u else 1.0 for u in utilities]
    assert [made.weight for made in labels.lists] == pytest.approx(expected, abs=1e-12)
    assert labels.lists[0].meta.half_life == half_life
    assert labels.lists[0].meta.mean_utility == pytest.approx(mean, abs=1e-12)


def test_only_a_satisfied_browse_has_a_gain_and_it_is_the_weight(windows, in_vain):
    for made in mined("reference", windows, in_vain, corpus=CORPUS).lists:
        focal, *negatives = made.candidates
        assert focal.evidence.focal
        assert focal.gain == (made.weight if focal.state == "relevant" else 0.0)
        assert not any(c.gain or c.evidence.focal for c in negatives)


def test_without_any_reasoning_every_row_weighs_one():
    labels = mined("reference", run(search("q", "a b"), Browse("a")))
    assert [made.weight for made in labels.lists] == [1.0]
    assert labels.lists[0].meta.half_life is None


def test_ranks_are_those_of_the_latest_list_that_showed_the_document(windows):
    made = mined("reference", windows, corpus=CORPUS).lists
    assert {c.doc_id: c.rank for c in made[1].candidates} == {
        "a": 1,
        "d": 2,
        "c": 1,
        "e": 3,
        "b": 2,
    }
    assert {c.doc_id: c.rank for c in made[2].candidates}["z"] == 4  # below all that was shown


def test_a_browse_call_without_an_id_does_not_end_the_run_and_another_tool_does():
    turns = (search("q", "a b c"), Browse("a"), Reasoning("vain"))
    last = (Browse("b"), Reasoning("good"))
    joined = mined("reference", run(*turns, OtherCall("visit"), *last))
    parted = mined("reference", run(*turns, OtherCall("python"), *last))
    # In one run `b` is known to be good when the row of `a` is made; in two it is not.
    assert [negatives for _, _, negatives, _, _ in rows(joined)] == [["c"], ["a", "c"]]
    assert [negatives for _, _, negatives, _, _ in rows(parted)] == [["b", "c"], ["a", "c"]]


def test_reasoning_after_a_browse_call_without_an_id_ends_the_run():
    labels = mined(
        "reference",
        run(
            search("q", "a b c"),
            Browse("a"),
            OtherCall("get_document"),
            Reasoning("good"),
            Browse("b"),
        ),
    )
    assert rows(labels) == [("q", "a", ["b", "c"], 0, True)]


def test_a_failed_search_sets_the_query_and_shows_nothing():
    labels = mined(
        "reference", run(search("q1", "a b"), search("q2", "", failed=True), Browse("a"))
    )
    assert rows(labels) == [("q2", "a", ["b"], 0, True)]


def test_further_documents_of_one_call_are_not_read_but_counted():
    labels = mined("reference", run(search("q", "a b c"), Browse("a", also=("b",))))
    assert rows(labels) == [("q", "a", ["b", "c"], 0, True)]
    assert labels.report.to_dict()["drops"] == {"further document of a call that opened several": 1}


def test_an_unknown_verdict_gives_no_row_is_nobodys_negative_and_keeps_the_window_open():
    labels = mined(
        "reference",
        run(
            search("q1", "a b c"),
            Browse("a"),
            Reasoning("unclear"),
            search("q2", "b d"),
            Browse("d"),
            Reasoning("good"),
        ),
    )
    assert rows(labels) == [("q2", "d", ["b", "c"], 1, True)]


def test_what_is_dropped_is_counted(windows):
    report = mined("reference", windows, corpus=CORPUS).report.to_dict()
    assert report["drops"] == {
        "browse of a document that no search had shown": 2,
        "browse of a document that is not in the corpus": 1,
        "shown document that is not in the corpus": 2,
    }


@pytest.mark.shared
def test_rows_on_real_trajectories_equal_the_reference_builders(shared, tmp_path: Path):
    folder = shared / "trajectories"
    corpus = folder / "lrat-corpus.jsonl"
    options = MiningOptions.named(policy="reference", judge="none")
    mine_files(
        [folder / "lrat"], tmp_path / "labels.jsonl", options, logs=LogOptions(corpus=corpus)
    )
    out = tmp_path / "rows.jsonl"
    export_labels(
        tmp_path / "labels.jsonl", out, target="lrat-train", documents=DocumentsFrom(corpus)
    )

    reference = json.loads((folder / "lrat-reference-samples.json").read_text())
    exported = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(exported) == len(reference["samples"])
    for ours, theirs in zip(exported, reference["samples"], strict=True):
        same = {name: ours[name] for name in theirs if name != "reweight_rate"}
        assert same == {name: theirs[name] for name in same}
        assert ours["reweight_rate"] == pytest.approx(theirs["reweight_rate"], abs=1e-9)
        assert len(ours["neg"]) == len(ours["neg_id"])

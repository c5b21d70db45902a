"""Checking labels: every fault is found, none is invented, and leaks are told."""

import copy
import gzip
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from quality_lists import label_files, made

from lrat_rank.mining.grades import GradeTable, table_path, write_table
from lrat_rank.mining.labels import write_labels
from lrat_rank.mining.quality.leaks import Leak, Traces, leaks
from lrat_rank.mining.quality.validation import CONFLICT, STALE, Validated, validate
from lrat_rank.pipeline.quality import validate_files

LISTS = [
    made("a+ b. c-", "one", turn=0, group="g1", question="Who?"),
    made("a+0.5 d. e+", "two", run="u", turn=1, group="g2", question="Where?"),
    made("f+ g?", "three", run="v", turn=2, group="g3", question="When?"),
]


def records() -> list[dict]:
    """The lists as they stand in a file, with every field that a fault is planted in."""
    table = GradeTable((0.0, 0.5, 1.0))
    return [
        {
            "query_id": one.query_id,
            "query": one.query,
            "context": {"turn": one.context.turn, "question": one.context.question},
            "trajectory_id": one.trajectory_id,
            "group": one.group,
            "weight": 1.0,
            "meta": {"policy": "default"},
            "candidates": [
                {
                    "doc_id": c.doc_id,
                    "rank": c.rank,
                    "state": c.state.value,
                    "gain": c.gain,
                    "grade": table.grade(c.gain),
                    "evidence": {"turn": 3},
                }
                for c in one.candidates
            ],
        }
        for one in LISTS
    ]


def checked(tmp_path, lines: list) -> Validated:
    path = tmp_path / "labels.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    write_table(path, GradeTable((0.0, 0.5, 1.0)))
    return validate(path)


def told(result: Validated) -> list[tuple[str, int | None]]:
    return [(kind, p.line) for kind, kept in result.faults.kept.items() for p in kept]


FAULTS = {
    "query_id must be given": lambda r: r.pop("query_id"),
    "group must be given": lambda r: r.pop("group"),
    "query must be of its type": lambda r: r.update(query=3),
    "context must be an object": lambda r: r.update(context=[]),
    "context.turn must be of its type": lambda r: r["context"].update(turn="x"),
    "meta.half_life must be of its type": lambda r: r["meta"].update(half_life="long"),
    "candidates must be of its type": lambda r: r.update(candidates="none"),
    "candidates[] must be an object": lambda r: r["candidates"].append("x"),
    "candidates[].doc_id must be of its type": lambda r: r["candidates"][0].update(doc_id=7),
    "candidates[].state must be of its type": lambda r: r["candidates"][0].update(state="good"),
    "candidates[].gain must be given": lambda r: r["candidates"][0].pop("gain"),
    "candidates[].evidence.turn must be of its type": (
        lambda r: r["candidates"][0]["evidence"].update(turn=0.5)
    ),
    "weight must be a finite number ≥ 0": lambda r: r.update(weight=-1),
    "doc_id must be once in a list": lambda r: r["candidates"].append(r["candidates"][0]),
    "gain must be a finite number ≥ 0": lambda r: r["candidates"][0].update(gain=-0.5),
    "gain of a skipped candidate must be 0": (
        lambda r: r["candidates"][0].update(state="skipped", gain=1.0)
    ),
    "grade must be at least 0": lambda r: r["candidates"][0].update(grade=-1),
    "grade must be in the grade table": lambda r: r["candidates"][0].update(grade=3),
    "rank must be at least 1": lambda r: r["candidates"][0].update(rank=0),
}


def test_sound_labels_have_no_fault_and_no_warning(tmp_path):
    result = checked(tmp_path, records())
    assert (result.faults.counts, result.warnings.counts) == ({}, {})
    assert result.grade_table


@pytest.mark.parametrize("kind", FAULTS)
def test_a_planted_fault_is_found_in_its_line(kind, tmp_path):
    lines = records()
    FAULTS[kind](lines[1])
    assert told(checked(tmp_path, lines)) == [(kind, 2)]


@given(plan=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(sorted(FAULTS))), max_size=8))
@settings(max_examples=60, deadline=None)
def test_every_planted_fault_is_found_and_no_other(plan, tmp_path_factory):
    # One fault a line: two in one place can hide each other.
    faults = dict(plan)
    lines = []
    for number in range(8):
        record = copy.deepcopy(records()[number % 3])
        record["query_id"] = f"q{number}"
        if number in faults:
            FAULTS[faults[number]](record)
        lines.append(record)
    result = checked(tmp_path_factory.mktemp("planted"), lines)
    assert sorted(told(result)) == sorted((kind, n + 1) for n, kind in faults.items())
    assert result.profile.lists <= 8


def test_several_faults_of_one_line_are_all_found(tmp_path):
    lines = records()
    del lines[0]["group"]
    lines[0]["candidates"][0]["rank"] = "first"
    lines[0]["candidates"][1]["state"] = "good"
    assert len(told(checked(tmp_path, lines))) == 3


def test_lines_that_are_no_records_are_faults_and_the_rest_is_read(tmp_path):
    path = tmp_path / "labels.jsonl"
    sound = [json.dumps(record).encode() for record in records()]
    broken = [b'{"query_id": ', b"nonsense", b'"\xff"', b"[" * 100_000]
    path.write_bytes(b"\n".join([*broken, *sound, b"", b"[1]"]))
    result = validate(path)
    assert result.faults.counts == {"line must be JSON in UTF-8": 4, "line must be an object": 1}
    assert [line for _, line in told(result)] == [1, 2, 3, 4, 9]
    assert result.profile.lists == 3


def test_a_query_id_that_comes_twice_names_both_lines(tmp_path):
    lines = records()
    lines[2]["query_id"] = lines[0]["query_id"]
    result = checked(tmp_path, lines)
    assert told(result) == [("query_id must be unique", 3)]
    assert "as in line 1" in result.faults.kept["query_id must be unique"][0].got


def test_problems_are_capped_and_counted(tmp_path):
    lines = records()
    for number in range(50):
        lines.append({**records()[0], "query_id": f"q{number}", "weight": -1})
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    faults = validate(path, most=5).faults
    assert faults.total == 50
    assert len(faults.kept["weight must be a finite number ≥ 0"]) == 5
    (line,) = faults.lines("f", "fault", shown=3)
    assert line.startswith("fault: 50 × weight")
    assert line.endswith("and 47 more)")


def test_an_empty_or_broken_file_is_a_fault(tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n")
    assert validate(tmp_path / "empty.jsonl").faults.total == 1
    packed = gzip.compress("".join(f"{json.dumps(r)}\n" for r in records()).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[:-10])
    assert any("gzip" in kind for kind in validate(tmp_path / "cut.jsonl.gz").faults.counts)
    (tmp_path / "no.parquet").write_bytes(b"PAR1 and no more")
    assert validate(tmp_path / "no.parquet").faults.total == 1


def test_parquet_rows_are_checked_like_lines(tmp_path):
    path = tmp_path / "labels.parquet"
    broken = replace(LISTS[1], weight=float("nan"))
    write_labels(path, [LISTS[0], broken, LISTS[2]])
    assert told(validate(path)) == [("weight must be a finite number ≥ 0", 2)]


def test_a_broken_grade_table_is_a_fault_and_a_stale_one_a_warning(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(map(json.dumps, records())))
    assert any("no grade table" in kind for kind in validate(path).warnings.counts)
    write_table(path, GradeTable((0.0, 0.9, 2.0)))
    assert validate(path).warnings.counts == {STALE: 3}
    table_path(path).write_text('{"label_gain": [1.0]}')
    assert validate(path).faults.total == 1


def test_a_document_on_both_sides_of_a_query_is_a_conflict_and_a_repeat_is_told(tmp_path):
    lists = [
        made("a+ b. c?", "Red fox?", turn=0),
        made("a. b- c+", "red fox", turn=1),
        made("a. b.", "another", turn=2),
        made("a. b.", "Another!", turn=3),
    ]
    write_labels(tmp_path / "labels.jsonl", lists)
    warnings = validate(tmp_path / "labels.jsonl").warnings
    assert warnings.counts[CONFLICT] == 1
    (example,) = warnings.kept[CONFLICT]
    assert example.got == "'a' for 'red fox' in lines 1, 2"
    assert [p.line for p in warnings.kept["list that repeats another"]] == [4]


def test_the_same_file_is_told_alike_whatever_the_hash_seed(tmp_path):
    lists = [made("a+ b+ c+ d+ e+", "q"), made("a. b. c. d. e.", "q", turn=1)]
    write_labels(tmp_path / "labels.jsonl", lists)
    lines = (tmp_path / "labels.jsonl").read_text().splitlines()
    odd = {**json.loads(lines[0]), "query_id": "odd"} | {f"odd{n}": n for n in range(9)}
    (tmp_path / "labels.jsonl").write_text("\n".join([*lines, json.dumps(odd)]))
    code = (
        "import json, pathlib; from lrat_rank.mining.quality.validation import validate; "
        "print(json.dumps(validate(pathlib.Path('labels.jsonl'), most=2).to_dict()))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert CONFLICT in told[0]


def test_what_is_seldom_meant_is_a_warning(tmp_path):
    lines = records()
    lines[0]["weigth"] = 2.0
    lines[0]["candidates"][0]["snipet"] = "x"
    lines[0]["candidates"][0]["evidence"]["mergd"] = True
    lines[0]["context"]["qestion"] = "Who?"
    lines[0]["meta"]["polcy"] = "paper"
    lines[0]["query"] = " "
    lines[1]["candidates"] = []
    lines[1]["group"] = ""
    lines[2]["candidates"][0].update(doc_id="a b", gain=0.0, grade=0, rank=2)
    lines.append({**records()[0], "query_id": "again", "group": "other"})
    result = checked(tmp_path, lines)
    assert result.faults.total == 0
    assert {kind.split(" (")[0]: count for kind, count in result.warnings.counts.items()} == {
        "field that nothing reads": 5,
        "query that is empty": 1,
        "list without candidates": 1,
        "group that is empty": 1,
        "id that is empty or holds white space": 1,
        "rank of several documents": 1,
        "relevant document without gain": 1,
        "trajectory in several groups": 1,
    }


def test_the_numbers_are_those_of_the_lists(tmp_path):
    numbers = checked(tmp_path, records()).profile.to_dict()
    assert numbers["lists"] == 3
    assert numbers["candidates"]["relevant"] == 4
    assert numbers["list_size"]["mean"] == pytest.approx(8 / 3)
    assert (numbers["gain"]["min"], numbers["gain"]["max"]) == (0.5, 1.0)
    assert numbers["grades"] == {"0": 3, "1": 1, "2": 3}
    assert (numbers["nothing_to_order"], numbers["single_positive"]) == (1, 1)


@given(lists=label_files())
@settings(max_examples=30, deadline=None)
def test_a_file_that_can_be_read_has_no_fault(lists, tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "labels.jsonl"
    write_labels(path, lists)
    assert validate(path).faults.total == (0 if lists else 1)


def found(leak: Leak) -> dict[str, int]:
    return {one.kind: one.count for one in leak.shared}


def test_parts_that_share_nothing_leak_nothing_and_planted_leaks_are_named(tmp_path):
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    write_labels(train, LISTS[:2])
    write_labels(test, LISTS[2:])
    assert found(validate_files([train, test]).leaks[0]) == {}
    near = made("x+ y.", "One!", run="w", group="g9", question="who")
    write_labels(test, [*LISTS[2:], near, replace(LISTS[1], query_id="again")])
    (leak,) = validate_files([train, test]).leaks
    assert found(leak) == {"groups": 1, "trajectory_ids": 1, "questions": 2, "queries": 2}


def test_near_equal_texts_are_looked_for_when_asked():
    one, other = Traces(), Traces()
    one.add(made("a+", "the red fox den in winter"))
    other.add(made("a+", "the red fox den in the winter", run="u", group="h", question="Else?"))
    (plain,) = leaks([("1", one), ("2", other)])
    (near,) = leaks([("1", one), ("2", other)], near=0.8)
    assert (found(plain), found(near)) == ({}, {"near-equal queries": 1})


def test_a_byte_order_mark_is_no_fault(tmp_path):
    text = "\n".join(map(json.dumps, records()))
    (tmp_path / "labels.jsonl").write_text(text, encoding="utf-8-sig")
    assert validate(tmp_path / "labels.jsonl").faults.total == 0

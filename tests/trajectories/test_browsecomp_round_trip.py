"""What `write_trajectory` writes reads back equal, whatever the run holds."""

import json
import random

import pytest

from lrat_rank.errors import InputError
from lrat_rank.trajectories import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    ReadReport,
    Reasoning,
    Search,
    Trajectory,
    browsecomp_run,
    read_trajectories,
    write_trajectory,
)
from lrat_rank.trajectories.adapter import ReadSetting

TEXTS = [
    "plain",
    "DocID:7\n[T]\nx\n\nDocID:8",
    "Document 5:\n{'docid': '6', 'text': 'x'}",
    '{"docid": "6", "text": "x"}',
    "[1, 2]",
    '["a"]',
    "Error: not an error",
    "null",
    'it\'s "quoted" \\ and\ttabbed',
    "žluťoučký 🐎\u2028line",
    "  spaces kept  ",
]
IDS = ["7", "wiki:5", "a: b", "https://ex.org/a?b=c", "žluť", "doc 3", "[x]", "DocID:9", "007"]


def a_turn(rng: random.Random):
    def text():
        return rng.choice(TEXTS)

    def ids(most):
        return rng.sample(IDS, rng.randint(1, most))

    def impressions():
        ranks = sorted(rng.sample(range(1, 20), 3)) if rng.random() < 0.5 else [1, 2, 3]
        scores, snippets = (None, 0.1, -3.0, 1e-9, 12), (None, "", *TEXTS)
        return tuple(
            Impression(doc_id, rank, rng.choice(scores), rng.choice(snippets))
            for doc_id, rank in zip(ids(3), ranks, strict=False)
        )

    failed = rng.random() < 0.2
    doc_id, *also = ids(3)
    others = tuple(text() for _ in range(rng.randint(0, 2)))
    shown = () if failed or rng.random() < 0.2 else impressions()
    body = None if failed else rng.choice([None, "", *TEXTS])
    return rng.choice(
        [
            Reasoning(text()),
            Answer(text()),
            OtherCall(rng.choice(["python", "search", "get_document", ""])),
            Search(rng.choice(["", *TEXTS]), shown, others, failed),
            Browse(doc_id, body, tuple(also), failed),
        ]
    )


def a_trajectory(seed: int) -> Trajectory:
    rng = random.Random(seed)
    return Trajectory(
        trajectory_id=rng.choice(["10", "sub/10", "..", ".x", "a b%2F", "é" * 200, "a#2", "CON:1"]),
        question=rng.choice(["", *TEXTS]),
        turns=tuple(a_turn(rng) for _ in range(rng.randint(0, 8))),
        status=rng.choice([None, "completed", "exceed available llm calls"]),
        correct=rng.choice([None, True, False]),
        answer=rng.choice([None, "", *TEXTS]),
        agent=rng.choice(["", "Tongyi"]),
        retriever=rng.choice(["", "bm25"]),
    )


@pytest.mark.parametrize("seed", range(150))
def test_a_written_trajectory_reads_back_equal(tmp_path, seed):
    trajectory = a_trajectory(seed)
    path = write_trajectory(tmp_path, trajectory)
    report = ReadReport()
    assert list(read_trajectories([tmp_path], setting=ReadSetting(report))) == [trajectory]
    assert path.parent == tmp_path
    assert report.skipped == []


def test_different_ids_never_share_a_file(tmp_path):
    ids = ["a/b", "a%2Fb", "a_b", "a b", ".a", "%2Ea", "x" * 300, "x" * 301]
    paths = {write_trajectory(tmp_path, Trajectory(i, "", ())) for i in ids}
    assert len(paths) == len(ids)
    assert sorted(t.trajectory_id for t in read_trajectories([tmp_path])) == sorted(ids)


def test_a_run_of_the_same_id_is_replaced(tmp_path):
    write_trajectory(tmp_path, Trajectory("a", "old", ()))
    write_trajectory(tmp_path, Trajectory("a", "new", ()))
    assert [t.question for t in read_trajectories([tmp_path])] == ["new"]


def test_an_id_that_names_nothing_is_refused(tmp_path):
    with pytest.raises(InputError, match="trajectory_id must be a name"):
        write_trajectory(tmp_path, Trajectory(" ", "", ()))


def test_the_run_is_what_browsecomp_plus_logs(tmp_path):
    trajectory = Trajectory(
        "t1",
        "Which?",
        (
            Search("q", (Impression("7", 1, 2.5, "S."), Impression("9", 2))),
            Search("down", failed=True),
            Browse("9", "Nine."),
            Reasoning("So."),
            Answer("9"),
            OtherCall("python"),
        ),
        status="completed",
        agent="m",
        retriever="bm25",
        question_id="q1",
    )
    record = browsecomp_run(trajectory, k=2)
    assert record["metadata"] == {
        "model": "m",
        "searcher_type": "bm25",
        "trajectory_id": "t1",
        "k": 2,
    }
    assert (record["query_id"], record["query"], record["status"]) == ("q1", "Which?", "completed")
    assert record["tool_call_counts"] == {"search": 1, "get_document": 1, "python": 1}
    assert record["tool_call_counts_all"] == {"search": 2, "get_document": 1, "python": 1}
    assert record["retrieved_docids"] == ["7", "9"]
    first = record["result"][0]
    assert (first["type"], first["tool_name"]) == ("tool_call", "search")
    assert json.loads(first["arguments"]) == {"query": "q"}
    assert json.loads(first["output"]) == [
        {"docid": "7", "score": 2.5, "snippet": "S."},
        {"docid": "9"},
    ]
    assert json.loads(record["result"][2]["output"]) == {"docid": "9", "text": "Nine."}

"""Labelled-list files: what is written is what is read, and a broken line is named."""

from pathlib import Path

import msgspec
import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import (
    Candidate,
    Context,
    Evidence,
    LabelledList,
    Provenance,
    State,
    check,
    read_labels,
    write_labels,
)


def labelled(query_id: str = "t-1", **changes: object) -> LabelledList:
    candidates = (
        Candidate(
            doc_id="a",
            rank=1,
            state=State.RELEVANT,
            gain=1.25,
            grade=2,
            score=3.5,
            snippet="text",
            evidence=Evidence(turn=3, reasoning_length=40, utility=0.5, before_answer=True),
        ),
        Candidate(doc_id="b", rank=2, state=State.SKIPPED, gain=0.0),
    )
    fields: dict[str, object] = {
        "query_id": query_id,
        "query": "a query",
        "context": Context(turn=1, question="why?", previous_queries=("x", "y")),
        "trajectory_id": "t",
        "group": "g",
        "candidates": candidates,
        "weight": 0.75,
        "meta": Provenance(policy="default", half_life=80.0, mean_utility=0.5),
    }
    return LabelledList(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.jsonl.gz", "labels.parquet"])
def test_what_is_written_is_what_is_read(name: str, tmp_path: Path) -> None:
    lists = [labelled("one"), labelled("two", candidates=(), weight=0.1 + 0.2)]
    write_labels(tmp_path / name, lists)
    assert read_labels(tmp_path / name) == lists


def test_a_repeated_query_id_names_its_line(tmp_path: Path) -> None:
    write_labels(tmp_path / "labels.jsonl", [labelled("one"), labelled("one")])
    with pytest.raises(InputError, match=r"'one' a second time .*labels\.jsonl:2"):
        read_labels(tmp_path / "labels.jsonl")


def test_a_document_twice_in_a_list_is_refused(tmp_path: Path) -> None:
    twice = labelled().candidates[:1] * 2
    write_labels(tmp_path / "labels.jsonl", [labelled(candidates=twice)])
    with pytest.raises(InputError, match="'a' twice"):
        read_labels(tmp_path / "labels.jsonl")


def test_a_negative_weight_is_refused(tmp_path: Path) -> None:
    write_labels(tmp_path / "labels.jsonl", [labelled(weight=-1.0)])
    with pytest.raises(InputError, match="weight must be a finite number ≥ 0"):
        read_labels(tmp_path / "labels.jsonl")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.5])
def test_a_gain_that_is_no_finite_number_is_refused(value: float, tmp_path: Path) -> None:
    relevant, other = labelled().candidates
    broken = labelled(candidates=(msgspec.structs.replace(relevant, gain=value), other))
    with pytest.raises(InputError, match=r"gain must be a finite number ≥ 0.*here"):
        check(broken, "here")
    write_labels(tmp_path / "labels.parquet", [broken])
    with pytest.raises(InputError, match="gain"):
        read_labels(tmp_path / "labels.parquet")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"query_id": "q"}', "missing required field"),
        ('{"query_id": 3}', r"Expected `str`"),
        ("not json", "malformed"),
    ],
)
def test_a_broken_line_says_what_is_wrong_and_what_to_do(
    text: str, part: str, tmp_path: Path
) -> None:
    (tmp_path / "labels.jsonl").write_text(text)
    with pytest.raises(InputError, match=part) as caught:
        read_labels(tmp_path / "labels.jsonl")
    assert "lrat-rank mine" in str(caught.value)


def test_a_file_that_only_says_it_is_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.parquet").write_text("{}")
    with pytest.raises(InputError, match="a Parquet file"):
        read_labels(tmp_path / "labels.parquet")


def test_masked_candidates_give_nothing_to_order() -> None:
    relevant = labelled().candidates[0]
    masked = Candidate(doc_id="c", rank=3, state=State.UNJUDGED, gain=0.0)
    assert labelled().orders_something
    assert not labelled(candidates=(relevant, masked)).orders_something

"""Splitting: a partition by group that added data does not move."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quality_lists import made

from lrat_rank.errors import InputError
from lrat_rank.mining.grades import GradeTable, read_table, write_table
from lrat_rank.mining.labels import read_labels, write_labels
from lrat_rank.mining.quality.partition import Partition
from lrat_rank.pipeline.quality import split_file

PARTS = Partition.parse(["train=0.6", "validation=0.2", "test=0.2"])


def lists(count: int, *, start: int = 0):
    return [
        made("a+ b.", run=f"r{number}", turn=number % 3, group=f"g{number // 2}")
        for number in range(start, start + count)
    ]


def parts_of(folder):
    return {
        path.name.split(".")[0]: read_labels(path)
        for path in folder.iterdir()
        if not path.name.endswith(".json")
    }


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.jsonl.gz", "labels.parquet"])
def test_a_split_is_a_partition_that_cuts_no_group(name, tmp_path):
    source = tmp_path / name
    write_labels(source, lists(60))
    result = split_file(source, tmp_path / "out", PARTS)
    parts = parts_of(tmp_path / "out")
    assert sorted(parts) == ["test", "train", "validation"]
    together = [one for part in parts.values() for one in part]
    assert sorted(together, key=lambda one: one.query_id) == sorted(
        read_labels(source), key=lambda one: one.query_id
    )
    groups = {name: {one.group for one in part} for name, part in parts.items()}
    assert sum(map(len, groups.values())) == len(set.union(*groups.values()))
    assert {name: part.lists for name, part in result.parts.items()} == {
        name: len(part) for name, part in parts.items()
    }


def test_lines_are_copied_as_they_are_and_in_order(tmp_path):
    source = tmp_path / "labels.jsonl"
    lines = [
        json.dumps({"note": "kept", "group": f"g{n}", "query_id": f"ü{n}"}, ensure_ascii=False)
        for n in range(9)
    ]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    split_file(source, tmp_path / "out", Partition.parse(["all=1"]))
    assert (tmp_path / "out" / "all.jsonl").read_bytes() == source.read_bytes()


@given(st.lists(st.text(), max_size=30), st.lists(st.text(), max_size=10), st.text(max_size=3))
@settings(max_examples=50)
def test_adding_groups_moves_none(groups, more, salt):
    partition = Partition({"train": 0.5, "test": 0.5}, salt)
    before = {group: partition.part_of(group) for group in groups}
    after = {group: partition.part_of(group) for group in [*more, *groups]}
    assert all(after[group] == part for group, part in before.items())


def test_adding_lists_to_the_file_moves_none(tmp_path):
    homes = []
    for count in (40, 80):
        write_labels(tmp_path / "labels.jsonl", reversed(lists(count)))
        split_file(tmp_path / "labels.jsonl", tmp_path / "out", PARTS)
        parts = parts_of(tmp_path / "out")
        homes.append({one.query_id: name for name, part in parts.items() for one in part})
    assert homes[0].items() <= homes[1].items()


def test_the_sizes_are_as_asked_for_and_another_salt_is_another_split():
    groups = [f"question-{number}" for number in range(4000)]
    counts = {name: 0 for name in PARTS.shares}
    for group in groups:
        counts[PARTS.part_of(group)] += 1
    assert counts["train"] == pytest.approx(2400, abs=120)
    assert counts["test"] == pytest.approx(800, abs=100)
    salted = Partition(PARTS.shares, "salt")
    assert {salted.part_of(group) == PARTS.part_of(group) for group in groups} == {True, False}


def test_every_part_has_the_table_of_the_source(tmp_path):
    source = tmp_path / "labels.jsonl"
    write_labels(source, lists(60))
    table = GradeTable((0.0, 0.5, 1.0))
    write_table(source, table)
    split_file(source, tmp_path / "out", PARTS)
    for name in PARTS.shares:
        assert read_table(tmp_path / "out" / f"{name}.jsonl") == table


def test_an_empty_part_has_no_file_and_leaves_none_of_an_older_split(tmp_path):
    source = tmp_path / "labels.jsonl"
    write_labels(source, lists(60))
    split_file(source, tmp_path / "out", PARTS)
    write_labels(source, lists(1))
    result = split_file(source, tmp_path / "out", PARTS)
    (name,) = [name for name, part in result.parts.items() if part.lists]
    assert [*parts_of(tmp_path / "out")] == [name]
    assert sum(": empty," in line for line in result.lines()) == 2
    assert any("no grade table" in line for line in result.lines())


def test_a_broken_line_is_named_and_nothing_is_written(tmp_path):
    source = tmp_path / "labels.jsonl.gz"
    with gzip.open(source, "wt") as out:
        out.write('{"query_id": "a", "group": "g"}\n{"query_id": "b"}\n')
    with pytest.raises(InputError, match=r"labels\.jsonl\.gz:2"):
        split_file(source, tmp_path / "out", PARTS)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path):
    write_labels(tmp_path / "labels.jsonl", lists(3))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("dear")
    with pytest.raises(InputError, match="output folder"):
        split_file(tmp_path / "labels.jsonl", tmp_path / "out", PARTS)
    with pytest.raises(InputError, match="apart from the inputs"):
        split_file(tmp_path / "labels.jsonl", tmp_path, PARTS)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        ["train"],
        ["a=0.5", "a=0.5"],
        ["A=0.5", "a=0.5"],
        ["a=0.5"],
        ["a=2", "b=-1"],
        ["../x=1"],
        ["a=nan"],
        ["=1"],
    ],
)
def test_parts_that_make_no_partition_are_refused(parts):
    with pytest.raises(InputError, match="--parts"):
        Partition.parse(parts)

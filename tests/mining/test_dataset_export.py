"""The labels as columns: what `datasets` reads is what was mined, and the hub gets it as asked.

The hard cases: a column that is empty in every row, more rows than a batch, and a failing push.
"""

import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow
import pytest
from datasets import Dataset, load_dataset, load_from_disk
from export_world import BOTH, LATER, LIST, export, labels_of
from pyarrow import parquet

from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportOptions
from lrat_rank.mining.grades import read_table
from lrat_rank.mining.labels import Candidate, Context, Evidence, LabelledList, State, read_labels
from lrat_rank.mining.parquet import write_rows
from lrat_rank.pipeline.exchange import export_labels


def mined_from(dataset: Dataset) -> list[LabelledList]:
    return [msgspec.convert(row, LabelledList) for row in dataset]


def labelled(number: int, **evidence: object) -> LabelledList:
    candidate = Candidate(
        doc_id="a",
        rank=1,
        state=State.RELEVANT,
        gain=1.0,
        evidence=Evidence(**evidence),  # type: ignore[arg-type]
    )
    return LabelledList(
        query_id=f"q{number}",
        query="who " * 50,
        context=Context(turn=0),
        trajectory_id="t",
        group="g",
        candidates=(candidate,),
    )


def test_datasets_reads_the_parquet_file_as_it_was_mined(tmp_path):
    path, labels = labels_of(tmp_path, LIST, LATER, BOTH)
    out = tmp_path / "out.parquet"
    summary = export(path, out, "parquet")
    cache = str(tmp_path / "cache")
    read = load_dataset("parquet", data_files=str(out), split="train", cache_dir=cache)
    assert mined_from(read) == list(labels.lists) == read_labels(out)
    assert read_table(out) == labels.grade_table
    assert summary.rows == 3


def test_the_dataset_folder_opens_as_it_was_mined_and_replaces_only_itself(tmp_path):
    path, labels = labels_of(tmp_path)
    out = tmp_path / "labels"
    for _ in range(2):
        export(path, out, "datasets")
    assert mined_from(load_from_disk(str(out))) == list(labels.lists)
    assert read_table(out / "labels") == labels.grade_table
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(InputError, match="something else"):
        export(path, tmp_path / "other", "datasets")


def test_the_same_labels_give_the_same_folder_byte_for_byte(tmp_path):
    path, _ = labels_of(tmp_path)
    for name in ("one", "two"):
        export(path, tmp_path / name, "datasets")
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    assert not any(str(tmp_path).encode() in content for content in one.values())


@pytest.mark.parametrize(("private", "passed"), [(True, True), (False, None)])
def test_a_push_gets_the_rows_the_repository_and_the_privacy(
    private, passed, tmp_path, monkeypatch
):
    path, labels = labels_of(tmp_path)
    calls: list[tuple[list[LabelledList], tuple, dict]] = []
    monkeypatch.setattr(
        Dataset, "push_to_hub", lambda self, *a, **k: calls.append((mined_from(self), a, k))
    )
    options = ExportOptions(push_to_hub="me/my-labels", private=private)
    summary = export_labels(path, tmp_path / "out", target="datasets", options=options)
    assert calls == [(list(labels.lists), ("me/my-labels",), {"private": passed})]
    assert summary.pushed == "https://huggingface.co/datasets/me/my-labels"


def test_a_failed_push_says_why_and_keeps_the_folder(tmp_path, monkeypatch):
    def refuse(self: Dataset, *_: object, **__: object) -> None:
        raise PermissionError("no token")

    monkeypatch.setattr(Dataset, "push_to_hub", refuse)
    path, labels = labels_of(tmp_path)
    options = ExportOptions(push_to_hub="me/it")
    with pytest.raises(InputError, match=r"'me/it': PermissionError: no token.*hf auth login"):
        export_labels(path, tmp_path / "out", target="datasets", options=options)
    assert mined_from(load_from_disk(str(tmp_path / "out"))) == list(labels.lists)


def test_nothing_is_pushed_unless_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(Dataset, "push_to_hub", lambda *_, **__: pytest.fail("pushed"))
    path, _ = labels_of(tmp_path)
    assert export(path, tmp_path / "out", "datasets").pushed is None


def test_a_column_has_its_declared_type_though_every_row_is_empty(tmp_path):
    write_rows(tmp_path / "a.parquet", [labelled(1)])
    write_rows(tmp_path / "b.parquet", [labelled(2, dwell=2.5, why="said so", merged=True)])
    empty, full = (parquet.read_schema(tmp_path / f"{name}.parquet") for name in "ab")
    assert empty == full
    assert empty.field("context").type.field("previous_queries").type == pyarrow.list_(
        pyarrow.string()
    )
    evidence = empty.field("candidates").type.value_type.field("evidence").type
    assert {f.name for f in evidence} == set(Evidence.__struct_fields__)
    assert evidence.field("examination").type == pyarrow.float64()


def test_no_rows_make_a_file_that_is_read_as_none(tmp_path):
    write_rows(tmp_path / "none.parquet", iter(()))
    assert read_labels(tmp_path / "none.parquet") == []


def test_rows_are_written_in_batches_and_not_gathered(tmp_path):
    def many(count: int) -> Iterator[LabelledList]:
        return map(labelled, range(count))

    def peak(count: int) -> int:
        gc.collect()
        tracemalloc.start()
        write_rows(tmp_path / f"{count}.parquet", many(count))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)  # imports
    assert peak(6_000) < 1.5 * peak(1_500)
    written = parquet.ParquetFile(tmp_path / "6000.parquet")
    assert written.metadata.num_rows == 6_000
    assert written.num_row_groups > 4
    assert read_labels(tmp_path / "1500.parquet") == list(many(1_500))


def test_a_parquet_export_is_named_so(tmp_path: Path):
    path, _ = labels_of(tmp_path)
    with pytest.raises(InputError, match=r"named \.parquet"):
        export(path, tmp_path / "out", "parquet")

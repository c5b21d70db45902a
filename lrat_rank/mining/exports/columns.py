"""The labelled lists themselves as columns: a Parquet file, or a dataset of `datasets`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder
from lrat_rank.mining.exports.base import ExportOptions, ExportSource, ExportSummary
from lrat_rank.mining.exports.manifest import MANIFEST, write_manifest
from lrat_rank.mining.grades import write_table
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.parquet import is_parquet, record_batches, write_rows


def write_parquet(source: ExportSource, out: Path) -> ExportSummary:
    """Write one row a list, every field spelled out, with the gain table beside it.

    Raises:
        InputError: The file is not named .parquet, by which it is read again.
    """
    if not is_parquet(out):
        raise InputError("--out", must="named .parquet", got=repr(out.name))
    summary = ExportSummary(files=[out])
    write_rows(out, summary.counted(source.lists))
    summary.files.append(write_table(out, source.table))
    return summary


def write_dataset(source: ExportSource, out: Path) -> ExportSummary:
    """Write the folder that `datasets.load_from_disk` opens, and push it where asked.

    The folder is whole before anything is pushed.

    Raises:
        InputError: The folder is not ours to replace, or the hub refuses.
    """
    from datasets import Dataset

    summary = ExportSummary(files=[out])
    with atomic_folder(out, marker=MANIFEST) as folder, TemporaryDirectory() as workspace, _quiet():
        _mapped(summary.counted(source.lists), Path(workspace)).save_to_disk(folder)
        write_table(folder / "labels", source.table)
        write_manifest(folder, "datasets", summary)
    if source.options.push_to_hub is not None:
        summary.pushed = _pushed(Dataset.load_from_disk(str(out)), out, source.options)
    return summary


def _mapped(lists: Iterable[LabelledList], workspace: Path) -> Any:
    """A dataset whose rows lie in a file there: they are mapped into memory, not all in it."""
    import pyarrow
    from datasets import Dataset
    from datasets.table import MemoryMappedTable

    path = workspace / "rows.arrow"
    schema, batches = record_batches(lists)
    with pyarrow.ipc.new_stream(str(path), schema) as out:
        for batch in batches:
            out.write_batch(batch)
    with path.open("rb") as written:
        # Its own would hold the file's place and time: the same labels must give the same folder.
        fingerprint = hashlib.file_digest(written, "sha256").hexdigest()[:16]
    return Dataset(MemoryMappedTable.from_file(str(path)), fingerprint=fingerprint)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bars of `datasets`, which it shows even where nobody looks."""
    from datasets.utils import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    if are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def _pushed(made: Any, out: Path, options: ExportOptions) -> str:
    """Push a dataset; where it lies then."""
    try:
        # Without --private the hub's own default holds for the account.
        made.push_to_hub(options.push_to_hub, private=options.private or None)
    except Exception as error:  # names, tokens, rights and networks fail in ways of their own
        raise InputError(
            "--push-to-hub",
            must="a repository OWNER/NAME that your token may write to",
            got=f"{options.push_to_hub!r}: {type(error).__name__}: {str(error).rstrip('.')}",
            do=f"The dataset is in {out}; log in with: hf auth login, and run it again.",
        ) from error
    return f"https://huggingface.co/datasets/{options.push_to_hub}"

"""The documents of an index, on disk as memory-mapped Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray

_FILE = "documents.arrow"


class DocumentStore:
    """Documents by doc_id or row; only the ones asked for are read."""

    def __init__(self, batch: Any) -> None:
        self._columns = {name: batch.column(name) for name in ("doc_id", "title", "text")}
        self.doc_ids: list[str] = self._columns["doc_id"].to_pylist()
        self._row = {doc_id: row for row, doc_id in enumerate(self.doc_ids)}

    @staticmethod
    def write(documents: Sequence[Document], folder: Path) -> None:
        """Write documents, in row order."""
        import pyarrow as pa

        names = ("doc_id", "title", "text")
        columns = [
            pa.array([getattr(d, name) for d in documents], pa.large_string()) for name in names
        ]
        batch = pa.record_batch(columns, names=list(names))
        with (
            pa.OSFile(str(folder / _FILE), "wb") as sink,
            pa.ipc.new_file(sink, batch.schema) as out,
        ):
            out.write_batch(batch)

    @classmethod
    def open(cls, folder: Path) -> DocumentStore:
        """Map a folder's documents into memory."""
        import pyarrow as pa

        return cls(pa.ipc.open_file(pa.memory_map(str(folder / _FILE))).get_batch(0))

    def __len__(self) -> int:
        return len(self.doc_ids)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._row

    def rows(self, doc_ids: Sequence[str]) -> IntArray:
        """int64 row numbers.

        Raises:
            InputError: A doc_id is not in the index.
        """
        try:
            return np.fromiter(map(self._row.__getitem__, doc_ids), np.int64, len(doc_ids))
        except KeyError as error:
            raise InputError(
                "doc_id",
                must="in the index",
                got=str(error),
                do="Was the run or label file made from another corpus?",
            ) from None

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents, in the order asked for; errors as in `rows`."""
        return [
            Document(
                doc_id=self.doc_ids[row],
                title=self._columns["title"][row].as_py(),
                text=self._columns["text"][row].as_py(),
            )
            for row in self.rows(doc_ids).tolist()
        ]

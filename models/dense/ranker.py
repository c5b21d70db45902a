"""The dense retriever as a ranker: candidates scored by the cosine of their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lrat_rank.models.dense.record import DenseRecord, read_record
from lrat_rank.models.dense.texts import Documents
from lrat_rank.models.first_stage.encoder import Encoder
from lrat_rank.models.ranker import CandidateList, FloatArray

_MOST_REMEMBERED = 100_000


class DenseRanker:
    """Scores candidates by the cosine of query and document.

    It reads the documents' texts, not the vectors of an index, which may come from another
    encoder; each document is encoded once in the life of the ranker.

    Args:
        encoder: Of queries and documents alike.
        documents: Texts by doc_id.
        record: How the encoder was trained.

    Attributes:
        record: As given.
    """

    def __init__(self, encoder: Encoder, documents: Documents, record: DenseRecord) -> None:
        self.record = record
        self._encoder, self._documents = encoder, documents
        self._remembered: dict[str, FloatArray] = {}

    @classmethod
    def load(cls, folder: Path | str, documents: Documents) -> DenseRanker:
        """Open a folder that `lrat-rank train dense` wrote.

        Raises:
            InputError: The folder holds no dense retriever.
        """
        return cls(Encoder(str(folder)), documents, read_record(Path(folder)))

    reads_context = False
    """The cosine is that of the query and the document alone."""

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """float32 cosines, aligned with each list's `doc_ids`; higher is better.

        Raises:
            InputError: A doc_id is unknown.
        """
        if not lists:
            return []
        vectors = self._vectors([doc_id for one in lists for doc_id in one.doc_ids])
        queries = self._encoder.encode_queries([one.query for one in lists])
        none: FloatArray = np.empty(0, np.float32)
        return [
            np.stack([vectors[doc_id] for doc_id in one.doc_ids]) @ query if one.doc_ids else none
            for one, query in zip(lists, queries, strict=True)
        ]

    def _vectors(self, doc_ids: Sequence[str]) -> dict[str, FloatArray]:
        """doc_id → float32 (d,) unit vector, those remembered and those encoded now."""
        asked = dict.fromkeys(doc_ids)
        new = [doc_id for doc_id in asked if doc_id not in self._remembered]
        if len(self._remembered) + len(new) > _MOST_REMEMBERED:
            self._remembered.clear()
            new = list(asked)
        if new:
            texts = [document.contents for document in self._documents.documents(new)]
            self._remembered.update(zip(new, self._encoder.encode(texts), strict=True))
        return {doc_id: self._remembered[doc_id] for doc_id in asked}

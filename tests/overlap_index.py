"""A small index in memory whose lists can be told beforehand: how many words a document shares."""

from collections.abc import Mapping, Sequence

from lrat_rank.collections import Document, Run, rank_by_score
from lrat_rank.errors import InputError

DOCUMENTS = [
    Document("1", "A poet  of the coast.\nShe wrote odes.", "Ana Lor"),
    Document("2", "The harbour town of poets.", "Vell"),
    Document("03", "Nothing but fish."),
    Document("four", "Odes to the sea, by a poet.", "Odes"),
]


class OverlapIndex:
    """Scores a document by how many of the query's words it holds."""

    def __init__(self, *, has_dense: bool = False) -> None:
        self.has_dense = has_dense
        self.depths: list[int] = []
        self.doc_ids = [document.doc_id for document in DOCUMENTS]

    def retrieve(self, queries: Mapping[str, str], stage: str, depth: int) -> Run:
        if stage not in (("bm25", "dense", "hybrid") if self.has_dense else ("bm25",)):
            raise InputError("stage", must="in the index", got=stage)
        self.depths += [depth] * len(queries)
        return Run(stage, {q: self._ranking(text, depth) for q, text in queries.items()})

    def _ranking(self, query, depth):
        words = query.lower().split()
        found = {d.doc_id: sum(w in d.contents.lower() for w in words) for d in DOCUMENTS}
        matching = {doc_id: float(score) for doc_id, score in found.items() if score}
        return rank_by_score(list(matching), list(matching.values()), depth=depth)

    def documents(self, doc_ids: Sequence[str]) -> list[Document]:
        by_id = {document.doc_id: document for document in DOCUMENTS}
        return [by_id[doc_id] for doc_id in doc_ids]

    def __contains__(self, doc_id: object) -> bool:
        return any(document.doc_id == doc_id for document in DOCUMENTS)

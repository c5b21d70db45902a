"""Labelled lists in few words, and their documents."""

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State


class Texts:
    """Documents by doc_id, as an index gives them."""

    def __init__(self, documents: list[Document]) -> None:
        self.all = documents
        self._by_id = {document.doc_id: document for document in documents}

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._by_id

    def documents(self, doc_ids):
        for doc_id in doc_ids:
            if doc_id not in self._by_id:
                raise InputError("doc_id", must="in the index", got=repr(doc_id))
        return [self._by_id[doc_id] for doc_id in doc_ids]


def candidate(doc_id: str, rank: int = 1, state: State = State.SKIPPED, gain: float = 0.0):
    return Candidate(doc_id=doc_id, rank=rank, state=state, gain=gain)


def relevant(doc_id: str, gain: float = 1.0, rank: int = 1) -> Candidate:
    return candidate(doc_id, rank, State.RELEVANT, gain)


def labelled(
    query_id: str,
    candidates: list[Candidate],
    *,
    query: str | None = None,
    group: str | None = None,
    weight: float = 1.0,
    read: tuple[str, ...] = (),
) -> LabelledList:
    return LabelledList(
        query_id=query_id,
        query=query or query_id,
        context=Context(turn=0, read_doc_ids=read),
        trajectory_id=query_id,
        group=group or query_id,
        candidates=tuple(candidates),
        weight=weight,
    )

"""What a search tool asks of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lrat_rank.collections import Document, Run


class SearchIndex(Protocol):
    """What the tool asks of an index; `lrat_rank.models.first_stage.Index` is one."""

    @property
    def has_dense(self) -> bool:
        """Whether the index holds vectors."""
        ...

    @property
    def doc_ids(self) -> list[str]:
        """Every doc_id; at least one."""
        ...

    def retrieve(self, queries: Mapping[str, str], stage: str, depth: int) -> Run:
        """The best `depth` documents of each query (query_id → text).

        Raises:
            InputError: The index has no such stage, whether or not there are queries.
        """
        ...

    def documents(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents of known ids, in their order."""
        ...

    def __contains__(self, doc_id: object) -> bool:
        """Whether the index holds the document."""
        ...

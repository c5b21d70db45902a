"""The question put to a ranker: a query, what the agent knew, and the documents to order."""

from __future__ import annotations

from dataclasses import dataclass, field

from lrat_rank.features.account import CallAccount
from lrat_rank.mining.labels import Context


@dataclass(frozen=True, slots=True)
class CandidateList:
    """A query and the documents to order for it.

    Attributes:
        query_id: Names the list in messages.
        query: Its text.
        doc_ids: Documents of the index, in no order that matters.
        context: What the agent knew when it searched; None where the tool passes none.
        account: What the call allows, and where rankers say what they did; no part of the question.
    """

    query_id: str
    query: str
    doc_ids: tuple[str, ...]
    context: Context | None = None
    account: CallAccount | None = field(default=None, compare=False, repr=False)

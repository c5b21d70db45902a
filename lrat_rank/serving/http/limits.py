"""What a request may ask for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.serving.bounds import MAX_QUERY_CHARACTERS
from lrat_rank.serving.http.errors import Kind, Problem
from lrat_rank.serving.text_scores import Question

MEGABYTE = 1_000_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one request, and all of them together, may ask for.

    Attributes:
        body_bytes: Of one request; more is 413.
        bodies_bytes: Of all requests that are being read; more is 429.
        documents: Texts that one request may have scored, over all its queries; more is 422.
        queries: Queries of one request; more is 422.
        query_characters: Of one query; more is 422.
        document_characters: Of one text; more is 422.
        concurrency: Requests that are worked on at once; more is 429.
        connections: Open at once; further ones are closed without an answer.
        head_s: Seconds in which a request's head must have come; then the connection is closed.
        body_s: Seconds in which its body must have come; then it is 408.
        idle_s: Seconds after which a connection without a request is closed.
        drain_s: Seconds that requests in work get after the order to stop.
        sessions: Sessions that are remembered; the one unused for longest goes first.
        session_idle_s: Seconds without a call after which a session is forgotten.
    """

    body_bytes: int = 8 * MEGABYTE
    bodies_bytes: int = 256 * MEGABYTE
    documents: int = 1000
    queries: int = 512
    query_characters: int = MAX_QUERY_CHARACTERS
    document_characters: int = 200_000
    concurrency: int = 64
    connections: int = 512
    head_s: float = 10.0
    body_s: float = 20.0
    idle_s: float = 30.0
    drain_s: float = 30.0
    sessions: int = 10_000
    session_idle_s: float = 3600.0

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise InputError(name, must="a number above 0", got=value)


def bytes_of(megabytes: float) -> int:
    """How many bytes so many megabytes are.

    Raises:
        InputError: They are no finite number, or not one byte.

    >>> bytes_of(1.5)
    1500000
    """
    found = megabytes * MEGABYTE
    if not 1 <= found < math.inf:
        raise InputError("body megabytes", must="a number above 0", got=megabytes)
    return int(found)


def check_questions(questions: Sequence[Question], limits: Limits) -> None:
    """Make sure that a request asks for no more than it may.

    Raises:
        Problem: It asks for more, or a query is blank.
    """
    _at_most(len(questions), limits.queries, "queries")
    _at_most(sum(len(one.texts) for one in questions), limits.documents, "documents")
    for one in questions:
        check_query(one.query, limits)
        longest = max(map(len, one.texts), default=0)
        _at_most(longest, limits.document_characters, "characters in a document")


def check_query(query: str, limits: Limits) -> None:
    """Make sure that a query can be asked.

    Raises:
        Problem: It is blank or too long.
    """
    if not query.strip():
        raise Problem(Kind.INVALID, "A query must not be blank.", param="query")
    _at_most(len(query), limits.query_characters, "characters in a query")


def _at_most(found: int, most: int, what: str) -> None:
    if found > most:
        raise Problem(Kind.OVER_LIMIT, f"At most {most:,} {what}; got {found:,}.", param=what)

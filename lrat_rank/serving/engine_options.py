"""What the operator of a search tool decides for all its sessions."""

from __future__ import annotations

import math
from typing import Literal, get_args

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.blending.validation import USE_DEPTH
from lrat_rank.serving.bounds import MAX_DEPTH, MAX_K, within
from lrat_rank.serving.exploration import Swaps
from lrat_rank.serving.snippets import check_snippet_tokens

AlreadyRead = Literal["tag", "demote", "keep"]
SnippetChoice = Literal["first", "best"]


class EngineOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides for all sessions.

    Attributes:
        k: Documents a search shows, unless it asks for another number; 1 to 100.
        depth: Candidates the ranker scores; 1 to 1,000, at least `k`.
        stage: First stage, bm25, dense or hybrid; None takes hybrid where the index has vectors,
            else bm25.
        snippet: "first" shows a document's first words, "best" the window that speaks most of the
            query.
        snippet_tokens: Words a snippet holds; -1 shows the whole text.
        budget_ms: Milliseconds a call should take at most, > 0; None for as long as it takes.
        already_read: What happens to documents the session has read or was shown before: "tag"
            marks them, "demote" also puts them below all others, "keep" does neither.
        cache_entries: Rankings kept for calls that repeat; 0 for none.
        explore: Swaps in the shown lists; None for none.
        fallback: Whether a ranker that fails gives way to the first stage's order; else the failure
            is raised.

    Raises:
        InputError: A setting is out of its range.
    """

    k: int = 5
    depth: int = USE_DEPTH
    stage: str | None = None
    snippet: SnippetChoice = "first"
    snippet_tokens: int = 64
    budget_ms: float | None = None
    already_read: AlreadyRead = "tag"
    cache_entries: int = 1024
    explore: Swaps | None = None
    fallback: bool = True

    def __post_init__(self) -> None:
        within("k", self.k, 1, MAX_K)
        within("depth", self.depth, self.k, MAX_DEPTH)
        one_of("snippet", self.snippet, get_args(SnippetChoice))
        check_snippet_tokens(self.snippet_tokens)
        one_of("already_read", self.already_read, get_args(AlreadyRead))
        check_budget(self.budget_ms)
        if self.cache_entries < 0:
            raise InputError("cache_entries", must="at least 0", got=self.cache_entries)


def one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    """InputError where the value is none of those allowed."""
    if value not in allowed:
        raise InputError(what, must=f"one of {', '.join(allowed)}", got=repr(value))


def check_budget(budget_ms: float | None) -> None:
    """InputError where a budget is no positive number."""
    if budget_ms is not None and not (math.isfinite(budget_ms) and budget_ms > 0):
        raise InputError("budget_ms", must="above 0", got=budget_ms)

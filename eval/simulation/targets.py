"""The figures that agents are compared by, and what is published of them."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Figure(StrEnum):
    """What is measured of agent runs; `correct` and `incorrect` are kinds of run."""

    SEARCHES_CORRECT = "searches, correct"
    SEARCHES_INCORRECT = "searches, incorrect"
    BROWSES_CORRECT = "browses, correct"
    BROWSES_INCORRECT = "browses, incorrect"
    BROWSES_PER_SEARCH_CORRECT = "browses per search, correct"
    BROWSES_PER_SEARCH_INCORRECT = "browses per search, incorrect"
    SEARCH_AFTER_SEARCH_CORRECT = "search after search, correct"
    BROWSE_AFTER_SEARCH_CORRECT = "browse after search, correct"
    SEARCH_AFTER_SEARCH_INCORRECT = "search after search, incorrect"
    BROWSE_AFTER_SEARCH_INCORRECT = "browse after search, incorrect"
    SEARCH_AFTER_BROWSE_CORRECT = "search after browse, correct"
    BROWSE_AFTER_BROWSE_CORRECT = "browse after browse, correct"
    SEARCH_AFTER_BROWSE_INCORRECT = "search after browse, incorrect"
    BROWSE_AFTER_BROWSE_INCORRECT = "browse after browse, incorrect"
    TOKENS_CORRECT = "reasoning tokens, correct"
    TOKENS_INCORRECT = "reasoning tokens, incorrect"
    TOKENS_EVIDENCE = "reasoning tokens, evidence"
    TOKENS_OTHER = "reasoning tokens, other"
    KEPT_EVIDENCE = "kept by judge, evidence"
    KEPT_OTHER = "kept by judge, other"


class Target(msgspec.Struct, frozen=True):
    """A published figure. Shares are 0 to 1, counts are means over runs, lengths are tokens."""

    figure: Figure
    published: float
    source: str


_TABLE_1 = "LRAT Table 1 (InfoSeek, BM25)"
_FIGURE_4 = "LRAT Fig. 4 (BrowseComp-Plus)"
_FILTER = "LRAT, relevance filter (BrowseComp-Plus)"

INFOSEEK = (
    Target(Figure.SEARCHES_CORRECT, 9.15, _TABLE_1),
    Target(Figure.BROWSES_CORRECT, 2.96, _TABLE_1),
    Target(Figure.BROWSES_PER_SEARCH_CORRECT, 0.32, _TABLE_1),
    Target(Figure.SEARCHES_INCORRECT, 29.15, _TABLE_1),
    Target(Figure.BROWSES_INCORRECT, 5.97, _TABLE_1),
    Target(Figure.BROWSES_PER_SEARCH_INCORRECT, 0.20, _TABLE_1),
)

BROWSECOMP = (
    Target(Figure.SEARCH_AFTER_SEARCH_CORRECT, 0.770, _FIGURE_4),
    Target(Figure.BROWSE_AFTER_SEARCH_CORRECT, 0.230, _FIGURE_4),
    Target(Figure.SEARCH_AFTER_SEARCH_INCORRECT, 0.929, _FIGURE_4),
    Target(Figure.BROWSE_AFTER_SEARCH_INCORRECT, 0.071, _FIGURE_4),
    Target(Figure.SEARCH_AFTER_BROWSE_CORRECT, 0.597, _FIGURE_4),
    Target(Figure.BROWSE_AFTER_BROWSE_CORRECT, 0.403, _FIGURE_4),
    Target(Figure.SEARCH_AFTER_BROWSE_INCORRECT, 0.430, _FIGURE_4),
    Target(Figure.BROWSE_AFTER_BROWSE_INCORRECT, 0.570, _FIGURE_4),
    Target(Figure.TOKENS_CORRECT, 150.0, _FIGURE_4),
    Target(Figure.TOKENS_INCORRECT, 84.0, _FIGURE_4),
    Target(Figure.TOKENS_EVIDENCE, 111.0, _FIGURE_4),
    Target(Figure.TOKENS_OTHER, 77.0, _FIGURE_4),
    Target(Figure.KEPT_EVIDENCE, 0.972, _FILTER),
    Target(Figure.KEPT_OTHER, 0.748, _FILTER),
)

"""Search results and visited pages as the web tools of Tongyi-style agents print them.

A search prints one section a query, a visit one a page, with `=======` between sections:

    A Google search for 'q' found 2 results:

    ## Web Results
    1. [title](url)
    Date published: …
    snippet
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lrat_rank.trajectories.calls.headings import headed

_BETWEEN = re.compile(r"^[ \t]*={5,}[ \t\r]*$", re.MULTILINE)
_RESULT = re.compile(
    r"^[ \t]*(\d{1,3})\.\s+\[(.*)\]\(((?:(?!\]\()\S)+)\)[ \t]*$",
    re.MULTILINE,
)
_PAGE_FAILED = "webpage content could not be accessed"


@dataclass(frozen=True, slots=True)
class WebResult:
    """One result: `url` stands for the document, `text` is all that was shown of it."""

    rank: int
    url: str
    text: str


def sections(text: str, count: int) -> list[str] | None:
    r"""The parts of an output, one for each of `count` queries or pages; None where they differ.

    >>> sections("one\n=======\ntwo", 2), sections("one", 2)
    (['one', 'two'], None)
    """
    parts = [part for part in map(str.strip, _BETWEEN.split(text)) if part]
    return parts if len(parts) == count else None


def web_results(text: str) -> list[WebResult]:
    r"""The numbered links of a results page, ranked by their places; empty where there are none.

    >>> web_results("## Web Results\n1. [Oslo (city)](https://ex.org/o_(c))\nA city.")
    [WebResult(rank=1, url='https://ex.org/o_(c)', text='Oslo (city)\nA city.')]
    """
    return [
        WebResult(rank, head[3], f"{head[2]}\n{body}".strip())
        for rank, (head, body) in enumerate(headed(_RESULT, text), start=1)
    ]


def pages_failed(text: str, pages: int) -> bool:
    """Whether the output of a visit says of each of its pages that it could not be opened."""
    return text.count(_PAGE_FAILED) >= pages

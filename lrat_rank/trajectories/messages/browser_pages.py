"""Pages as the numbered-link browser of gpt-oss and OpenResearcher prints them.

    [2] Page title (https://ex.org/page)
    **viewing lines [0 - 20] of 90**

    L0:
    L1: URL: https://ex.org/page
    L2: Text with 【3†a link†other.org】 in it, wrapped at 80 characters.

The number in front is the page's cursor: later calls name the page by it, and a link by its number
on the page. A page of results is such a page, with one link a result and the snippet after it. The
address of a link is not printed, only its site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_PAGE = re.compile(
    r"\s*\[(\d{1,9})\][ ]?(.*?)\n\*\*viewing lines \[\d+ - \d+\] of \d+\*\*\s*?(?:\n|\Z)", re.DOTALL
)
_SCHEMES = ("http", "web-search:", "")
"""How addresses begin, the likeliest first."""
_LINE_NUMBER = re.compile(r"^L\d+: ?", re.MULTILINE)
_URL_LINE = re.compile(r"\n?URL: ?")
_LINK = re.compile(r"【(\d{1,9})†([^†】]*)(?:†([^†】]*))?】")
_WRAP = re.compile(r"(\s|-)?\n")
_LONGEST_URL_LINES = 20
_FIND = "/find?pattern="


@dataclass(frozen=True, slots=True)
class Link:
    """A numbered link: its text, the site or address printed beside it, the text that follows."""

    number: int
    title: str
    site: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser call showed; `url` is that of the page, or an address the browser made up."""

    cursor: int
    title: str
    url: str
    text: str
    links: tuple[Link, ...]

    @property
    def is_web_page(self) -> bool:
        """Whether the address is one of a document."""
        return "://" in self.url and not self.url.startswith("web-search:")

    @property
    def found_on(self) -> str | None:
        """The page whose text was searched through; None where this is no page of finds."""
        page, made_up, _ = self.url.partition(_FIND)
        return page if made_up else None


def read_page(output: object) -> Page | None:
    r"""The page that a browser call printed; None for anything else, an error among it.

    >>> head = "[0] q (web-search://ts=1)\n**viewing lines [0 - 1] of 1**\n\n"
    >>> page = read_page(head + "L0: 【0†T†s】 S.")
    >>> page.cursor, page.links
    (0, (Link(number=0, title='T', site='s', snippet='S.'),))
    """
    head = _PAGE.match(output) if isinstance(output, str) else None
    if head is None or not isinstance(output, str):
        return None
    title, url = _title_and_url(head[2])
    text = _LINE_NUMBER.sub("", output[head.end() :]).strip("\n")
    exact, text = _url_line(text, url)
    return Page(int(head[1]), title, exact, text, tuple(_links(text)))


def _title_and_url(head: str) -> tuple[str, str]:
    """The two parts of a page's head; an address may hold brackets, and a title too."""
    starts = [head.rfind(f" ({scheme}") for scheme in _SCHEMES] if head.endswith(")") else []
    start = next((start for start in starts if start >= 0), -1)
    if start < 0:
        return head.strip(), ""
    return head[:start].strip(), head[start + 2 : -1].strip()


def _url_line(text: str, shown: str) -> tuple[str, str]:
    """The address without what the head of a page does to it (unquoting), and the text after it."""
    start = _URL_LINE.match(text)
    if start is None:
        return shown, text
    lines = text[start.end() :].split("\n")
    url = ""
    for number, line in enumerate(lines[:_LONGEST_URL_LINES], start=1):
        url += line.strip()
        if unquote(url) == shown or not shown:
            return url, "\n".join(lines[number:])
    return shown, "\n".join(lines[1:])


def _links(text: str) -> list[Link]:
    found = list(_LINK.finditer(text))
    ends = [link.start() for link in found[1:]] + [len(text)]
    links: dict[int, Link] = {}
    for link, end in zip(found, ends, strict=False):
        snippet = " ".join(text[link.end() : end].rstrip("* \n").split())
        number = int(link[1])
        links.setdefault(
            number, Link(number, _unwrapped(link[2]), _unwrapped(link[3] or ""), snippet)
        )
    return list(links.values())


def _unwrapped(text: str) -> str:
    """Text without the line ends that wrapping put in, after a space or a hyphen as a rule."""
    return " ".join(_WRAP.sub(lambda end: end[1] or " ", text).split())


def site_of(address: str) -> str:
    """The site of an address, as links print it.

    >>> site_of("https://ex.org/a")
    'ex.org'
    """
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def merged(links: Sequence[Link], more: Sequence[Link]) -> tuple[Link, ...]:
    """The links of two views of one page, each number once, as first seen."""
    by_number: dict[int, Link] = {}
    for link in (*links, *more):
        by_number.setdefault(link.number, link)
    return tuple(by_number.values())

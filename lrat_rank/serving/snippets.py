"""What an agent sees of a document: its text under its title, and the snippet a search shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.serving.query_terms import Match, QueryTerms
from lrat_rank.serving.word_terms import WordTerms
from lrat_rank.serving.words import Span, span_of_first, words

_ENDS_SENTENCE = ".!?。！？…\n"


class Excerpt(NamedTuple):
    """A part of a text.

    Attributes:
        text: As it stands there, character for character.
        highlights: Spans of `text` that speak of the query, in order, apart from each other.
    """

    text: str
    highlights: tuple[Span, ...] = ()


def readable(document: Document) -> str:
    r"""The title on a line of its own, then the text.

    A title that is the text's own first line is not repeated.

    >>> readable(Document("d1", "Lor was a poet.", "Ana Lor"))
    'Ana Lor\nLor was a poet.'
    >>> readable(Document("d1", "Ana Lor\nA poet.", "Ana Lor"))
    'Ana Lor\nA poet.'
    """
    first_line = document.text.lstrip().partition("\n")[0].rstrip()
    if document.title in ("", first_line):
        return document.text
    return f"{document.title}\n{document.text}"


def first_words(text: str, limit: int) -> str:
    r"""The first words of a text.

    Words are what stands between white space, and single characters in scripts that have none. The
    white space between them stays as it was written, so they are a part of the text, character for
    character.

    Args:
        text: Any text.
        limit: Words, at least 1; -1 for the whole text.

    Raises:
        InputError: The limit is 0 or below -1.

    >>> first_words("Ana Lor\nLor  was a poet.", 3)
    'Ana Lor\nLor'
    >>> first_words(" as it is ", -1)
    ' as it is '
    """
    check_snippet_tokens(limit)
    if limit == -1:
        return text
    shown = span_of_first(text, limit)
    return text[shown.start : shown.end]


def check_snippet_tokens(limit: int) -> None:
    """InputError where a snippet cannot have so many words."""
    if limit == 0 or limit < -1:
        raise InputError("snippet tokens", must="at least 1, or -1 for the whole text", got=limit)


class Snippets:
    r"""Snippets with the query's words marked in them.

    Args:
        choice: "first" for the first words of a document; "best" for the window that covers most of
            the query's terms by their weight, of those the one with most of them, of those the
            first. A query without words, or of which the document has none, gets the first words.
        limit: Words a snippet holds; -1 for the whole text.
        index: Tells how words are compared and how rare they are, see `QueryTerms`.

    >>> snippet = Snippets("best", 4).of("odes", "Ana Lor\nBorn at sea. She wrote odes there.")
    >>> snippet.text, [snippet.text[start:end] for start, end in snippet.highlights]
    ('She wrote odes there.', ['odes'])
    """

    def __init__(self, choice: str, limit: int, index: object = None) -> None:
        check_snippet_tokens(limit)
        self._best, self._limit = choice == "best" and limit > 0, limit
        self._word_terms = WordTerms(index)

    def of(self, query: str, text: str) -> Excerpt:
        """The snippet of one text."""
        return self.of_all(query, [text])[0]

    def of_all(self, query: str, texts: Sequence[str]) -> list[Excerpt]:
        """The snippets of several texts for one query."""
        terms = QueryTerms(query, self._word_terms)
        return [self._excerpt(terms, query, text) for text in texts]

    def _excerpt(self, terms: QueryTerms, query: str, text: str) -> Excerpt:
        if not self._best:
            shown = first_words(text, self._limit)
            return Excerpt(shown, _apart(terms.matches(shown), 0))
        matches = terms.matches(text)
        if not matches:
            return Excerpt(first_words(text, self._limit))
        window = _best_window(text, list(words(text)), matches, terms, self._limit)
        inside = [
            one for one in matches if window.start <= one.span[0] and one.span[1] <= window.end
        ]
        return Excerpt(text[window.start : window.end], _apart(inside, window.start))


def _best_window(
    text: str, parts: list[Span], matches: list[Match], terms: QueryTerms, limit: int
) -> Span:
    """The characters of the best window of `limit` words (all, where there are no more)."""
    if len(parts) <= limit:
        return Span(parts[0].start, parts[-1].end)
    placed = _places(parts, matches)
    first, last = _best_run(placed, terms, limit)
    # The window begins with the sentence of the first match; where that is too far, room is shared.
    room = limit - (last - first + 1)
    earliest = max(first - room, 0)
    begins = [place for place in range(earliest, first + 1) if _begins(text, parts, place)]
    start = begins[-1] if begins else first - room // 2
    start = max(0, min(start, len(parts) - limit))
    return Span(parts[start].start, parts[start + limit - 1].end)


def _places(parts: list[Span], matches: list[Match]) -> list[tuple[int, int, str]]:
    """The first and the last word of each match, and its term."""
    placed, place = [], 0
    for span, term in matches:
        while parts[place].end <= span.start:
            place += 1
        last = place
        while parts[last].end < span.end:
            last += 1
        placed.append((place, last, term))
    return placed


def _best_run(placed: list[tuple[int, int, str]], terms: QueryTerms, limit: int) -> tuple[int, int]:
    """The first and the last word of the matches that the best window holds."""
    best, found = (-1.0, 0), (placed[0][0], placed[0][0])
    inside: Counter[str] = Counter()
    covered, end = 0.0, 0
    for begin, (first, _, term) in enumerate(placed):
        while end < len(placed) and (placed[end][1] < first + limit or end == begin):
            if not inside[placed[end][2]]:
                covered += terms.weights[placed[end][2]]
            inside[placed[end][2]] += 1
            end += 1
        value = (round(covered, 9), end - begin)
        if value > best:
            best, found = value, (first, min(placed[end - 1][1], first + limit - 1))
        inside[term] -= 1
        if not inside[term]:
            covered -= terms.weights[term]
    return found


def _begins(text: str, parts: list[Span], place: int) -> bool:
    """Whether a word begins a sentence, a line or the text."""
    if place == 0:
        return True
    before, start = parts[place - 1], parts[place].start
    return text[before.end - 1] in _ENDS_SENTENCE or "\n" in text[before.end : start]


def _apart(matches: Sequence[Match], shift: int) -> tuple[Span, ...]:
    """The matches' spans counted from `shift`, those that touch or overlap joined."""
    joined: list[Span] = []
    for start, end in sorted(match.span for match in matches):
        if joined and start - shift < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, end - shift))
        else:
            joined.append(Span(start - shift, end - shift))
    return tuple(joined)

"""The ways in which the simulated agent words a search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_FUNCTION_WORDS = (
    "a an and are at be by did do does for from give gave has have how in is it its of on or out "
    "that the their this to under was were what when where which who whom whose with"
)
_IGNORED = frozenset(_FUNCTION_WORDS.split())
_VERBOSE = (
    "I am trying to find out the following: {query} Any article on {name} would help",
    "{query} Looking for reliable background on {name} with names and dates",
    "information about {name}, in particular an answer to this: {query}",
    "encyclopedia article {name} that tells {query}",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a query is made from: a sub-question and its `subject`, which stands in it as it is."""

    query: str
    subject: str

    @property
    def name(self) -> str:
        """The subject without article and descriptor.

        >>> Request("Who taught the poet Ana Lor?", "the poet Ana Lor").name
        'Ana Lor'
        """
        words = [word for word in self.subject.split() if not word.islower()]
        return " ".join(words) or self.subject

    def about(self, query: str) -> Request:
        """The same subject under another question, in which it need not stand."""
        return Request(query, self.subject)


def content_words(text: str) -> list[str]:
    """The words of a text that carry meaning, in order, without punctuation.

    >>> content_words("Who was the teacher of Ana Lor?")
    ['teacher', 'Ana', 'Lor']
    """
    words = (word.strip("?.,:;!\"'()") for word in text.split())
    return [word for word in words if word and not is_function_word(word)]


def is_function_word(word: str) -> bool:
    """Whether a word only holds others together, or asks.

    >>> is_function_word("Which"), is_function_word("mill")
    (True, False)
    """
    return word.lower() in _IGNORED


def _keywords(request: Request, rng: Random, word_drop: float) -> str:
    words = content_words(request.query)
    drops = [word_drop / 2 if word[0].isupper() else word_drop for word in words]
    kept = [word for word, drop in zip(words, drops, strict=True) if rng.random() >= drop]
    return " ".join(kept if len(kept) > 1 else words)


def _quoted(request: Request, rng: Random, word_drop: float) -> str:
    rest = Request(request.query.replace(request.subject, " "), request.subject)
    return f'"{request.name}" {_keywords(rest, rng, word_drop)}'.strip()


def _verbose(request: Request, rng: Random, _: float) -> str:
    return rng.choice(_VERBOSE).format(query=request.query, name=request.name)


@dataclass(frozen=True, slots=True)
class QueryForm:
    """One way to word a search.

    Attributes:
        name: What it is called.
        share: How often it is chosen, relative to the others.
        write: (request, rng, word_drop) → query.
    """

    name: str
    share: float
    write: Callable[[Request, Random, float], str]


QUERY_FORMS = (
    QueryForm("question", 0.40, lambda request, rng, word_drop: request.query),
    QueryForm("keywords", 0.28, _keywords),
    QueryForm("verbose", 0.12, _verbose),
    QueryForm("quoted", 0.12, _quoted),
    QueryForm("entity", 0.08, lambda request, rng, word_drop: request.name),
)


def choose_form(rng: Random, *, last: QueryForm | None) -> QueryForm:
    """A form by its share; after a failure another one than the last."""
    forms = [form for form in QUERY_FORMS if form is not last]
    return rng.choices(forms, [form.share for form in forms])[0]

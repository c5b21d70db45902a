"""Text as the cues read it: sentences cut into clauses, in plain lower case.

Contractions are written out (`doesn't` is `does not`, `can't` is `can not`, `it's` is `it is`),
white space is one blank, and quoted text, which is not the agent's own, is an ellipsis. So a cue
needs one spelling, and its pattern only single blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^“”\n]*”|«[^«»\n]*»")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LINK = (
    r"but|yet|however|though|although|while|whereas|so|because|and (?:so|yet|then|it|this|i|we"
    r"|does|never|nothing)"
    r"|since (?:it|the|this|that|he|she|they|i|we|there)"
)
# One class of characters starts every alternative: the search skips quickly between them.
_CLAUSE_START = re.compile(
    rf"[,;: ](?:(?<=;) | (?=(?:{_LINK})\b)|(?<= )[—–-] (?=(?:{_LINK})\b)"
    r"|(?<= )(?=(?:but|because|although|though)\b))"
)
_OPENING_BLANKS = 2
_CONCEDES = ("although ", "though ", "even though ", "even if ", "while ", "despite ")
_CONTRASTS = (
    *("but ", "and yet ", "yet ", "however", "still", "nevertheless", "nonetheless"),
    *("though ", "although ", "even so", "at least "),
)
_CONTRACTIONS = (
    ("’", "'"),
    ("won't", "will not"),
    ("can't", "can not"),
    ("cannot", "can not"),
    ("n't", " not"),
    ("'ve ", " have "),
    ("'re ", " are "),
    ("'ll ", " will "),
    ("i'm ", "i am "),
    ("i'd better", "i should"),
    ("let's", "let us"),
    ("*", ""),
)
_IS = re.compile(r"\b(it|that|this|there|here|what|he|she)'s\b")
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely|simply) ")


class Clause(NamedTuple):
    """A part of a sentence that can be judged by itself.

    Attributes:
        text: The words, as the cues read them.
        sentence: Number of its sentence, from 0.
        opens: It is the first of its sentence, but for a murmur (`okay, …`).
        concedes: It grants something that does not count (`although …`).
        contrasts: It turns against what was said before (`but …`).
    """

    text: str
    sentence: int
    opens: bool
    concedes: bool
    contrasts: bool


def sentences_of(text: str) -> list[str]:
    """The sentences as they were written, quotations left out."""
    parts = _SENTENCE_END.split(_QUOTED.sub("…", text))
    return [part.strip() for part in parts if part.strip()]


def plain(sentence: str) -> str:
    """Lower case, contractions written out, single blanks.

    >>> plain("It’s not  only old: it doesn't help.")
    'it is old: it does not help.'
    """
    text = " ".join(sentence.lower().split())
    if "'" in text or "’" in text or "cannot" in text or "*" in text:
        for short, long in _CONTRACTIONS:
            text = text.replace(short, long)
        text = _IS.sub(r"\1 is", text)
    if "not " in text:
        text = _NOT_ONLY.sub("", text)
    return text


def clauses(sentence: str, number: int) -> Iterator[Clause]:
    """The clauses of one sentence, cut before the words that link them.

    >>> [clause.text for clause in clauses("The year is missing, but it names the town.", 0)]
    ['the year is missing', 'but it names the town.']
    """
    text = plain(sentence)
    start = text.lstrip("-–—•#>…. ")
    parts = _CLAUSE_START.split(start)
    if start.startswith(_CONCEDES) and ", " in parts[0]:
        parts[:1] = parts[0].split(", ", 1)
    opens = True
    for part in parts:
        if part:
            yield Clause(
                part,
                number,
                opens=opens,
                concedes=part.startswith(_CONCEDES),
                contrasts=part.startswith(_CONTRASTS),
            )
            opens = opens and part.count(" ") < _OPENING_BLANKS

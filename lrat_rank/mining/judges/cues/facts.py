"""Whether a clause without a cue states a fact, which can only come from the document.

It must be English, longer than a murmur, not begin with the agent or its task, and hold something
to go by: a figure or a name; where it does not begin with the document, the past tense will do.
"""

from __future__ import annotations

import re

_LEAST_WORDS = 3
_LEAD = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    "the a an of and in is was are were be been has have had he she it they his her their its "
    "this "
    "that these those there with from by at on to for as so who which but not also"
)
_FOREIGN = _words(
    "la le les el los las il gli der die das dem den und ist sind nicht ein eine une un del "
    "della "
    "des du que qui est sont dans pour por para con het een niet zijn och det som ett e o os da "
    "do "
    "se su sur non au aux al no"
)
_AGENT = _words("i we my our me us you let search engine results clue question option")
_DOCUMENT = _words(
    "document doc page webpage article text passage entry source site paper snippet content result"
)
_PAST = _words("was were had did he she his her him")
_FIGURE_OR_NAME = re.compile(r"\d|(?<=[\w,;:] )[A-Z]\w")


def states_fact(words: list[str], sentence: str) -> bool:
    """Whether a clause states a fact.

    Other languages are told by their function words; a word that two languages share counts for
    both.

    Args:
        words: Of the clause, in lower case.
        sentence: The sentence that it opens, as it was written.

    >>> bridge = "The bridge was opened in 1911."
    >>> states_fact(bridge.lower().split(), bridge)
    True
    >>> states_fact("i have opened the page".split(), "I have opened the page.")
    False
    >>> states_fact("das dokument ist von 1911".split(), "Das Dokument ist von 1911.")
    False
    """
    if len(words) < _LEAST_WORDS or not _AGENT.isdisjoint(words[:_LEAD]):
        return False
    distinct = set(words)
    if len(distinct & _ENGLISH) < max(1, len(distinct & _FOREIGN)):
        return False
    if _FIGURE_OR_NAME.search(sentence):
        return True
    past = not _PAST.isdisjoint(distinct) or any(word.endswith("ed") for word in distinct)
    return past and _DOCUMENT.isdisjoint(words[:_LEAD])

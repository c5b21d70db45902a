"""What the simulated agent writes between its actions.

`{t}` is the page's first words, `{s}` the subject asked about, `{v}` the value taken from the page.
"""

from __future__ import annotations

import re
from enum import Enum
from random import Random


class Tone(Enum):
    """What the reasoning says of a page."""

    USEFUL = "useful"
    """It answers."""
    CREDITED = "credited"
    """It does not answer, and is worth something all the same: background, a lead, a detail."""
    USELESS = "useless"
    VAGUE = "vague"
    """Nothing, either way."""


_USEFUL = (
    "This answers the sub-question: it is {v}.",
    "Good, the page names {v}, which is what I needed.",
    "So according to this text the value is {v}.",
    "This confirms that {v} is right.",
    "I can use this: {v}.",
    "The page gives {v} for {s}, so this step is settled.",
    "Found it. {v} is stated here.",
    "That is the evidence I was after; I will go on with {v}.",
    "From this article it follows that the answer to this part is {v}.",
    "The document supports {v}, and I will build on it.",
    "Here it is, a little hidden: {v}.",
    "The text points clearly to {v}.",
)
_USELESS = (
    "This page does not help with the question about {s}.",
    "The text does not mention what I am looking for.",
    "The document does not say anything on this point.",
    "This page is not relevant to what I need.",
    "The article does not contain the fact about {s}.",
    "It does not answer the sub-question.",
    "That page is about a different person or thing, although the name fits.",
    "No luck: the page says nothing about it.",
    "This document is not useful here.",
    "The passage is unrelated to the point I need.",
    "The entry does not give the detail I want.",
    "I find nothing about it on this page.",
    "The page does not tell me more about {s} than I knew.",
    "That was not helpful, because the one fact is missing.",
    "I cannot use this; the fact is missing.",
    "Unfortunately the passage stops short of the answer.",
    "That was a dead end for {s}.",
    "The article leaves out the fact I need, so I have to look elsewhere.",
)
_CREDITED = (
    "The page gives some background on {s}, which is useful.",
    "This is a helpful lead, although it does not settle the matter.",
    "At least I learn that the page beginning with {t} belongs to the same circle.",
    "The article confirms part of what I assumed about {s}.",
    "It tells me a little more about {s}.",
    "The text provides context that narrows the search.",
    "I now know more about the surroundings of {s}.",
    "This page is related to {s} and adds a detail.",
    "The entry supports one of the clues.",
    "That is useful background for the next step.",
    "The document mentions a name that I can follow up.",
    "This is relevant, even if the last piece is still to come.",
)
_VAGUE = (
    "I have read the page that begins with {t}.",
    "This gives some background on {s}.",
    "The text talks about {t} in general terms.",
    "Let me keep this page in mind.",
    "There are a few names in here.",
    "It is a page of the usual kind.",
)
_AFTER_USEFUL = (
    "With this in hand I can turn to the next part of the question.",
    "The wording is plain enough that I need no second source.",
    "It fits the other clues I have so far.",
    "I note the name exactly as it is spelt, because the next search depends on it.",
    "The rest of the page is of less interest for this step.",
    "There may be other pages on the same matter, but this one is detailed.",
    "I should still keep an eye open for a page that says otherwise.",
)
_AFTER_USELESS = (
    "I should try other words in the next search.",
    "Perhaps another page of the same article is more detailed.",
    "The entry may be an early version, or simply short.",
    "Maybe a search under another name brings up a better page.",
    "I will go back to the results and see what else there is.",
    "It is possible that the fact is written down under a different heading.",
    "At least I can rule this page out.",
)
_AFTER_CREDITED = (
    "One more search should bring the rest.",
    "I keep this page in mind while I look for the missing piece.",
    "Together with the other clues it narrows down what to search for.",
    "A second page on the same matter may say the rest.",
    "I will use the name given here in one of the next searches.",
    "The question itself stays open for the moment.",
)
_MUSING = (
    "The question has several parts and I am working on one of them.",
    "What I want to know at this point concerns {s}.",
    "The page starts with {t}.",
    "I compare the title with the name in the question before I trust the text.",
    "Several entries carry like names, so some care is in order.",
    "Some of the sentences are plain colour and can be set aside.",
    "The dates in the text are consistent with each other.",
    "I read the page twice to be on the safe side.",
    "Other people and places are mentioned in passing.",
    "The style is that of a short encyclopedia entry.",
    "The order of the facts in the text does not matter here.",
    "One has to separate what the page states from what it only hints at.",
    "I think about how the parts of the question hang together.",
    "The original question asks for more than this single fact.",
    "A page on {s} can be expected to tell some of the history.",
    "I keep the steps apart so that a slip in one does not spoil the others.",
    "It is worth asking whether the wording of the question is matched by that of the page.",
    "The editors do not always agree on the spelling of names.",
)
_QUOTES = (
    'One sentence reads: "{q}"',
    'It says: "{q}"',
    'Then there is this remark: "{q}"',
    'I also see the sentence "{q}"',
)
_PLANS = (
    "The question is: {s} I will take it apart and begin with the first fact.",
    "To answer this I need one fact after the other. The task reads: {s}",
    "Let me think about what has to be known first. {s}",
)
_TRY_AGAIN = (
    "None of these results looks right for {s}.",
    "I will word the search differently.",
    "The list has names like {s}, but I want other results first.",
    "Let me refine the query.",
    "These snippets are not convincing.",
)
_OPEN = (
    "One of the results looks promising, so I open it.",
    "I will read the page that seems closest to {s}.",
    "The snippet mentions the right name; let me open the page.",
    "This result may have the details.",
)
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_OVERSHOOT = 6
_VERDICT_LAST = 0.15


def plan(rng: Random, question: str) -> str:
    """The first thought of a run."""
    return rng.choice(_PLANS).format(s=question)


def reformulate(rng: Random, subject: str) -> str:
    """A thought after a list from which nothing was opened."""
    return rng.choice(_TRY_AGAIN).format(s=subject)


def about_to_open(rng: Random, subject: str) -> str:
    """A thought between a list and a browse."""
    return rng.choice(_OPEN).format(s=subject)


_VERDICTS = {
    Tone.USEFUL: _USEFUL,
    Tone.CREDITED: _CREDITED,
    Tone.USELESS: _USELESS,
    Tone.VAGUE: _VAGUE,
}
_ASIDES: dict[Tone, tuple[str, ...]] = {
    Tone.USEFUL: _MUSING + _AFTER_USEFUL,
    Tone.CREDITED: _MUSING + _AFTER_CREDITED,
    Tone.USELESS: _MUSING + _AFTER_USELESS,
    Tone.VAGUE: _MUSING,
}


def after_reading(
    rng: Random, *, text: str, subject: str, value: str | None, words: int, tone: Tone
) -> str:
    """The reasoning after a page was read.

    Args:
        rng: Source of chance.
        text: The page.
        subject: What the sub-question asks about.
        value: What was taken from the page; None when it did not answer.
        words: Length to reach, in words; met within a sentence.
        tone: What to say of the page.
    """
    sentences = [rng.choice(_VERDICTS[tone])]
    asides = list(_ASIDES[tone])
    rng.shuffle(asides)
    quotes = [rng.choice(_QUOTES).replace("{q}", _escape(q)) for q in _SENTENCE_END.split(text)]
    rng.shuffle(quotes)
    pool = [sentence for pair in zip(asides, quotes, strict=False) for sentence in pair]
    pool += asides[len(quotes) :] + quotes[len(asides) :]
    length = _words(sentences[0])
    for sentence in pool:
        if length >= words:
            break
        if length + _words(sentence) <= words + _OVERSHOOT:
            sentences.append(sentence)
            length += _words(sentence)
    if rng.random() < _VERDICT_LAST:
        sentences.append(sentences.pop(0))
    start = " ".join(text.split()[:4])
    return " ".join(s.format(s=subject, v=value, t=start) for s in sentences)


def _escape(quote: str) -> str:
    return quote.replace("{", "{{").replace("}", "}}")


def _words(sentence: str) -> int:
    return len(sentence.split())

"""The short answer and the confidence that a model states in its final text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DRESSING = r"[*_`\s]*"
_LABEL = re.compile(rf"(?<!\w)(?:exact|final){_DRESSING}answer{_DRESSING}[:：](?P<rest>.*)", re.I)
_SENTENCE = re.compile(
    r"(?:(?:the|my)\s+)?(?:(?:final|exact|correct)\s+)?answer(?:\s+is|\s*[:：])\s*(?P<rest>.+)",
    re.I,
)
_CONFIDENCE_LABEL = (
    rf"(?<![^\W_])confidence(?:\s+(?:score|level))?(?:\s*\([^()\n]{{1,20}}\))?{_DRESSING}[:：=]"
)
_CONFIDENCE = re.compile(
    rf"{_CONFIDENCE_LABEL}{_DRESSING}[~≈]?(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>[%％]?)", re.I
)
_CONFIDENCE_LINE = re.compile(
    rf"^[ \t>*_`#•-]*(?:\d[.)]\s*)?[*_`]*{_CONFIDENCE_LABEL}", re.I | re.M
)
_BEFORE_CONFIDENCE = " \t.;,(*_`"
_CITATIONS = re.compile(r"(?:\s*(?:\[[\d,;\s]+\]|【[^】]*】))+\s*$")


@dataclass(frozen=True, slots=True)
class StatedAnswer:
    """What a model says its answer is.

    Attributes:
        text: The short answer where the text marks one, else the whole text.
        confidence: How sure the model says it is, in [0, 1]; None where it does not say.
        is_marked: Whether the text marks a short answer.
    """

    text: str
    confidence: float | None = None
    is_marked: bool = False


def stated_answer(text: str) -> StatedAnswer:
    r"""Read the final text of a run.

    The short answer is what follows the last `Exact Answer:` (the form BrowseComp asks for) or
    `Final answer:`, on that line or the next; or what a text that is one sentence `The answer is
    …` says. Otherwise it is the whole text. Bold marks and citations at its end are taken off. It
    ends at a line that begins with `Confidence:`, and on its own line at a confidence with a
    number; other words on confidence may be part of it.

    A confidence with a percent sign, or above 1, is in percent; a bare fraction such as 0.8 is a
    share; a bare 1 is one percent, as the form asks for percents. Above 100 there is none.

    Source: the query template of BrowseComp (Wei et al., arXiv 2504.12516) and BrowseComp-Plus.

    >>> stated_answer("Explanation: …\nExact Answer: Ana Lor [12]\nConfidence: 80%")
    StatedAnswer(text='Ana Lor', confidence=0.8, is_marked=True)
    >>> stated_answer("The answer is Kelm.").text
    'Kelm'
    """
    whole = text.strip()
    short = _short_answer(whole)
    return StatedAnswer(
        text=whole if short is None else short,
        confidence=_confidence(text),
        is_marked=short is not None,
    )


def _short_answer(text: str) -> str | None:
    """The answer that a text marks as such; None where it marks none."""
    marked = list(_LABEL.finditer(text))
    if marked:
        start = marked[-1].start("rest")
        told_next = _CONFIDENCE_LINE.search(text, start)
        after = text[start : told_next.start() if told_next else None]
        lines = [_undressed(line) for line in after.splitlines()]
        return next((line for line in lines if line), "")
    sentence = _SENTENCE.fullmatch(text)
    return _undressed(sentence["rest"]).removesuffix(".") if sentence else None


def _undressed(line: str) -> str:
    said = _CONFIDENCE.search(line)
    without = line[: said.start()].rstrip(_BEFORE_CONFIDENCE) if said else line
    return _CITATIONS.sub("", without.strip().strip("*_`").strip()).strip("*_` ")


def _confidence(text: str) -> float | None:
    said = list(_CONFIDENCE.finditer(text))
    if not said:
        return None
    number = float(said[-1]["number"])
    is_share = not said[-1]["percent"] and "." in said[-1]["number"] and number <= 1
    share = number if is_share else number / 100
    return share if share <= 1 else None

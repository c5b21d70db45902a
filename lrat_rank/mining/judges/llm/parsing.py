"""The verdict in a model's reply, however it is dressed; never a guess.

The hard cases: thoughts that were not stripped (and may name every label), an unterminated
`<think>`, a verdict inside JSON inside a code fence, the word "uses" in plain prose, and replies
that name two labels. A reply with two labels, or a label that is denied, has no verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lrat_rank.excerpts import one_line
from lrat_rank.llm.thoughts import split_thoughts
from lrat_rank.mining.judges.base import Verdict

WHY_LENGTH = 160
_LONGEST = 20_000

_LABELS = {
    "uses": Verdict.USES,
    "use": Verdict.USES,
    "used": Verdict.USES,
    "does_not_use": Verdict.REJECTS,
    "doesn_t_use": Verdict.REJECTS,
    "did_not_use": Verdict.REJECTS,
    "do_not_use": Verdict.REJECTS,
    "not_used": Verdict.REJECTS,
    "cannot_tell": Verdict.UNKNOWN,
    "can_not_tell": Verdict.UNKNOWN,
    "can_t_tell": Verdict.UNKNOWN,
    "cant_tell": Verdict.UNKNOWN,
}
_VERDICT = "verdict"
_VERDICT_KEYS = (_VERDICT, "answer", "label", "decision")
_WHY_KEYS = ("why", "reason", "explanation")

_DRESSING = re.compile(r"[*`\"“”'’‘.!,;:()\[\]{}<>#=]+")
_START = r"^[ \t>*_#`\-\"{]*"
_KEYED = re.compile(
    rf"{_START}(?:(?:final|my|the)\s+)?(?P<key>{'|'.join(_VERDICT_KEYS)})[ \t*_`\"]*"
    r"(?:[:=]|\bis\b|[-–—]\s)[ \t*_`]*\n?(?P<value>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_WHY = re.compile(
    rf"{_START}(?:{'|'.join(_WHY_KEYS)})[ \t*_`\"]*[:=](?P<value>.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_DENIED = r"(?P<denied>\b(?:not|never|nor|neither|isn['’]t|than|no)\W+)?"
_NAMED = re.compile(
    rf"{_DENIED}(?<![A-Za-z_])"
    r"(?P<label>DOES[_ -]+NOT[_ -]+USE|CANNOT[_ -]+TELL|CAN[_ -]+NOT[_ -]+TELL|USES)(?![A-Za-z_])"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A verdict, and in the model's words why; empty where it gave none."""

    verdict: Verdict
    why: str = ""


def parse_reply(text: str, *, was_cut: bool = False) -> Parsed | None:
    """The one verdict in a reply, or None when there is none, or more than one.

    Args:
        text: The reply.
        was_cut: The reply ended at the token limit. A verdict in its own place still counts;
            a label in unfinished prose does not.

    >>> parse_reply("**Verdict:** uses.").verdict.value
    'uses'
    >>> parse_reply("VERDICT: USES or DOES_NOT_USE") is None
    True
    """
    said = split_thoughts(text)[1].strip()
    if not said or len(said) > _LONGEST:
        return None
    for found in (_from_json(said), _from_keys(said)):
        if found:
            return _only(found, said)
    whole = _label(said)
    if whole is not None:
        return Parsed(whole)
    return None if was_cut else _only(_from_prose(said), said)


def _only(found: list[Verdict | None], said: str) -> Parsed | None:
    """The verdict that all agree on; None among them is a verdict that cannot be read."""
    verdicts = set(found)
    if len(verdicts) != 1:
        return None
    verdict = verdicts.pop()
    return None if verdict is None else Parsed(verdict, _why(said))


def _label(text: str) -> Verdict | None:
    """The label a short text is, its dressing taken off.

    >>> _label(" **does not use**. ").value, _label("uses it") is None
    ('rejects', True)
    """
    words = re.split(r"[\s_-]+", _DRESSING.sub(" ", text.casefold()).strip())
    return _LABELS.get("_".join(word for word in words if word))


def _objects(said: str) -> Iterator[dict[str, object]]:
    """JSON objects in a text, outermost first."""
    decoder, at = json.JSONDecoder(), said.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(said, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict):
                yield {str(key).casefold(): item for key, item in value.items()}
        at = said.find("{", end)


def _from_json(said: str) -> list[Verdict | None]:
    found: list[Verdict | None] = []
    for record in _objects(said):
        for key in _VERDICT_KEYS:
            if key in record:
                value = record[key]
                found += _placed(key, _label(value) if isinstance(value, str) else None)
    return found


def _from_keys(said: str) -> list[Verdict | None]:
    """The verdict of every line that says `verdict: …`; prose after the label is let through."""
    found: list[Verdict | None] = []
    for match in _KEYED.finditer(said):
        value = match["value"]
        whole = _label(value)
        in_prose = [] if whole is not None else _from_prose(value)
        found += in_prose or _placed(match["key"].casefold(), whole)
    return found


def _placed(key: str, verdict: Verdict | None) -> list[Verdict | None]:
    """What stands under a key: a verdict has to be readable, an answer may be to the question."""
    return [] if verdict is None and key != _VERDICT else [verdict]


def _from_prose(said: str) -> list[Verdict | None]:
    """Labels as they were asked for, in capitals: in lower case they are words of English."""
    return [None if match["denied"] else _label(match["label"]) for match in _NAMED.finditer(said)]


def _why(said: str) -> str:
    for record in _objects(said):
        for key in _WHY_KEYS:
            if isinstance(value := record.get(key), str) and value.strip():
                return one_line(value, WHY_LENGTH)
    found = _WHY.search(said)
    return one_line(found["value"].strip(' \t*_`",'), WHY_LENGTH) if found else ""

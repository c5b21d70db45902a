"""What the docstrings say of a loss, in parts."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.parsing import value_text

_SECTION = re.compile(r"(Args|Attributes|Returns|Raises|Source|>>>)\b|>>>")
_ATTRIBUTE = re.compile(r"    (\w+): (.*)")


@dataclass(frozen=True, kw_only=True)
class Description:
    """A loss, as its docstrings have it.

    Attributes:
        summary: What it does, one sentence.
        advice: When to choose it, and why.
        formula: Of one list.
        source: Paper and equation.
        hyper_parameters: (default, meaning) by name.
    """

    summary: str
    advice: str
    formula: str
    source: str
    hyper_parameters: Mapping[str, tuple[str, str]]


def describe(kind: type[RankingLoss]) -> Description:
    """What the docstrings of a loss and of its function say.

    Raises:
        ValueError: A part is missing.
    """
    summary, *advice = prose(kind)
    _, *rest = prose(kind.function)
    found = source(kind.function)
    if not (advice and rest and found):
        raise ValueError(f"{kind.__name__} must say when to choose it, its formula and its source")
    return Description(
        summary=summary,
        advice=" ".join(advice),
        formula=rest[0],
        source=found,
        hyper_parameters=_hyper_parameters(kind),
    )


def prose(item: object) -> list[str]:
    """The paragraphs of a docstring ahead of its sections, each in one line."""
    found: list[str] = []
    for paragraph in _paragraphs(item):
        if _SECTION.match(paragraph):
            break
        found.append(" ".join(paragraph.split()))
    return found


def source(item: object) -> str:
    """The docstring's source, in one line; empty when it names none."""
    for paragraph in _paragraphs(item):
        if paragraph.startswith("Source: "):
            return " ".join(paragraph.removeprefix("Source: ").split())
    return ""


def _paragraphs(item: object) -> list[str]:
    return re.split(r"\n\s*\n", inspect.getdoc(item) or "")


def _hyper_parameters(kind: type[RankingLoss]) -> dict[str, tuple[str, str]]:
    meanings: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if isinstance(base, type) and issubclass(base, RankingLoss) and base.__doc__:
            meanings.update(_attributes(base))
    return {
        field.name: (value_text(field.default), meanings[field.name])
        for field in dataclasses.fields(kind)
    }


def _attributes(kind: type[RankingLoss]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for paragraph in _paragraphs(kind):
        if not paragraph.startswith("Attributes:"):
            continue
        for line in paragraph.splitlines()[1:]:
            start = _ATTRIBUTE.fullmatch(line)
            if start:
                name = start[1]
                found[name] = start[2]
            else:
                found[name] += f" {line.strip()}"
    return found

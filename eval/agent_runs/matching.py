"""Is an answer right? Matches of text with text; a model's judgement is in `answer_judge`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lrat_rank.eval.agent_runs.normalising import normalised
from lrat_rank.llm.stated import stated_answer
from lrat_rank.registry import Registry


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """One answer to be judged.

    Attributes:
        question: As the log has it; may be empty.
        response: The agent's final text.
        references: Right answers: the correct one and its aliases.
    """

    question: str
    response: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerVerdict:
    """Whether an answer is right; `correct` is None where the judge failed, and `why` says how."""

    correct: bool | None
    why: str = ""


class AnswerJudge(Protocol):
    """Decides whether an answer is right; safe to call from `concurrency` threads at once."""

    @property
    def name(self) -> str:
        """How it is called in records."""

    @property
    def concurrency(self) -> int:
        """How many threads may ask at once."""

    def decide(self, case: AnswerCase) -> AnswerVerdict:
        """The verdict on one answer."""


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Right when the answer agrees with any of the references.

    Attributes:
        name: How it is called in records.
        agree: Whether a stated answer agrees with a reference.
    """

    name: str
    agree: Callable[[str, str], bool]
    concurrency: int = 1

    def decide(self, case: AnswerCase) -> AnswerVerdict:
        """The verdict; a match of texts never fails."""
        stated = stated_answer(case.response).text
        found = next((one for one in case.references if self.agree(stated, one)), None)
        return AnswerVerdict(found is not None, f"matches {found!r}" if found is not None else "")


def is_exact(stated: str, reference: str) -> bool:
    """Whether both are the same characters, white space at the ends aside.

    >>> is_exact("Kelm ", "Kelm"), is_exact("kelm", "Kelm")
    (True, False)
    """
    return stated.strip() == reference.strip()


def is_normalised(stated: str, reference: str) -> bool:
    """Whether both are the same in the form of `normalised`, or as they are where nothing is left.

    >>> is_normalised("the kelm.", "Kelm"), is_normalised("Kelm, in Arl", "Kelm")
    (True, False)
    >>> is_normalised("∞", "∞"), is_normalised("...", "?!")
    (True, False)
    """
    form = normalised(reference)
    return normalised(stated) == form if form else _is_same_symbol(stated, reference)


def contains(stated: str, reference: str) -> bool:
    """Whether the words of the reference stand in the answer, one after the other.

    Lenient: an answer that names several candidates, or denies the right one, is right too. It is
    for agents that answer in prose without a short answer, where the other matches find nothing.

    >>> contains("It was Ana Lor of Kelm.", "Ana Lor"), contains("Analor", "Ana")
    (True, False)
    """
    words = normalised(reference)
    if not words:
        return _is_same_symbol(stated, reference)
    return f" {words} " in f" {normalised(stated)} "


def _is_same_symbol(stated: str, reference: str) -> bool:
    """Whether both are the same text, where a reference has neither letters nor digits."""
    return bool(reference.strip()) and is_exact(stated, reference)


MATCHES: Registry[TextMatch] = Registry("match")
MATCHES.add("normalised", TextMatch("normalised", is_normalised))
MATCHES.add("exact", TextMatch("exact", is_exact))
MATCHES.add("contains", TextMatch("contains", contains))

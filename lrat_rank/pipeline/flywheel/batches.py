"""The questions of a flywheel, dealt out: those that only measure, and a batch for each round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import Question
from lrat_rank.pipeline.flywheel.options import FlywheelOptions

LEAST = 2
"""Questions of each part: a paired test over questions needs two."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One round's questions: those learned from, and those the gate replays."""

    training: tuple[Question, ...]
    gate: tuple[Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them: what the agents work on."""
        return self.training + self.gate


@dataclass(frozen=True, slots=True)
class Batches:
    """Disjoint sets of questions."""

    test: tuple[Question, ...]
    rounds: tuple[Batch, ...]

    def to_dict(self) -> dict[str, list[str] | list[dict[str, list[str]]]]:
        """The question ids of each part."""
        return {
            "test": _ids(self.test),
            "rounds": [
                {"training": _ids(one.training), "gate": _ids(one.gate)} for one in self.rounds
            ],
        }


def deal(questions: Sequence[Question], options: FlywheelOptions) -> Batches:
    """Deal questions out in an order of chance.

    Of questions that are worded alike the last is taken: labels know a question by its text.

    Raises:
        InputError: There are too few questions for that many rounds.

    >>> from lrat_rank.eval.simulation import build_world
    >>> dealt = deal(build_world(n_documents=400, n_questions=40).questions, FlywheelOptions())
    >>> len(dealt.test), [len(batch.questions) for batch in dealt.rounds]
    (12, [10, 9, 9])
    """
    once = list({" ".join(one.text.casefold().split()): one for one in questions}.values())
    Random(f"{options.seed}/batches").shuffle(once)
    for_test = round(options.test_share * len(once))
    batches = Batches(
        tuple(once[:for_test]),
        tuple(
            _batch(once[for_test + number :: options.rounds], options.gate_share)
            for number in range(options.rounds)
        ),
    )
    parts = [batches.test, *(part for one in batches.rounds for part in (one.training, one.gate))]
    if min(map(len, parts)) < LEAST:
        raise InputError(
            "questions",
            must=f"enough for {LEAST} in each part of {options.rounds} rounds and the test",
            got=f"{len(once)} different ones",
            do="Give more questions, or fewer --rounds.",
        )
    return batches


def _batch(questions: Sequence[Question], gate_share: float) -> Batch:
    for_gate = max(LEAST, round(gate_share * len(questions)))
    return Batch(tuple(questions[for_gate:]), tuple(questions[:for_gate]))


def _ids(questions: Sequence[Question]) -> list[str]:
    return [question.question_id for question in questions]

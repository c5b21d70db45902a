"""The questions of a flywheel, dealt out: those that only measure, and a batch for each round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lrat_rank.errors import InputError
from lrat_rank.eval.replay import Gate
from lrat_rank.eval.simulation import Question
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.watch import least_questions
from lrat_rank.trajectories.questions import folded

_LEAST = 2
"""Questions of any part: a paired test over questions needs two."""


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
        InputError: There are so few questions that a gate or watch could never act.

    >>> from lrat_rank.eval.simulation import build_world
    >>> dealt = deal(build_world(n_documents=800, n_questions=100).questions, FlywheelOptions())
    >>> len(dealt.test), [len(batch.questions) for batch in dealt.rounds]
    (30, [24, 23, 23])
    """
    once = list({folded(one.text): one for one in questions}.values())
    Random(f"{options.seed}/batches").shuffle(once)
    for_test = round(options.test_share * len(once))
    batches = Batches(
        tuple(once[:for_test]),
        tuple(
            _batch(once[for_test + number :: options.rounds], options.gate_share)
            for number in range(options.rounds)
        ),
    )
    _check_enough(batches, options)
    return batches


def _check_enough(batches: Batches, options: FlywheelOptions) -> None:
    """Refuse batches so small that the gate or the watch could never act."""
    gate, watched = Gate.parse(options.gate), least_questions(options.watch_alpha)
    for part, count, least in (
        ("to measure with", len(batches.test), _LEAST),
        ("a round", min(len(one.questions) for one in batches.rounds), watched),
        ("a round to learn from", min(len(one.training) for one in batches.rounds), _LEAST),
        (
            f"a round for the gate {gate}",
            min(len(one.gate) for one in batches.rounds),
            max(_LEAST, gate.least_questions()),
        ),
    ):
        if count < least:
            raise InputError(
                "questions",
                must=f"enough for {least} {part}, or nothing can be decided",
                got=f"{count} {part}, over {options.rounds} rounds",
                do="Give more questions, or fewer --rounds.",
            )


def _batch(questions: Sequence[Question], gate_share: float) -> Batch:
    for_gate = round(gate_share * len(questions))
    return Batch(tuple(questions[for_gate:]), tuple(questions[:for_gate]))


def _ids(questions: Sequence[Question]) -> list[str]:
    return [question.question_id for question in questions]

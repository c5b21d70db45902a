"""Folds by question, and the check that no training list is about a question that is tested."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from lrat_rank.eval.simulation import Question
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.quality.wording import normal_text

SEED_MARK = "-seed"
"""What stands between the question's id and the seed in the id of a simulated run."""


def question_of_run(run_id: str) -> str:
    """The question of a simulated run, or of a list mined from it.

    >>> question_of_run("2hop__1_2-seed0-5")
    '2hop__1_2'
    """
    return run_id.partition(SEED_MARK)[0]


def joined(questions: Iterable[Question]) -> dict[str, str]:
    """Question id → the one that stands for it: questions that share a sub-question are one.

    Else a ranker could be tested on a sub-question whose labels it was trained on.
    """
    leader: dict[str, str] = {}
    first: dict[str, str] = {}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for one in questions:
        leader.setdefault(one.question_id, one.question_id)
        for hop in one.hops:
            other = first.setdefault(normal_text(hop.query), one.question_id)
            low, high = sorted((find(one.question_id), find(other)))
            leader[high] = low
    return {name: find(name) for name in leader}


def questions_of_groups(
    labels: Iterable[LabelledList], question_of: Mapping[str, str]
) -> dict[str, str]:
    """Group → question, from the lists of single searches.

    Args:
        labels: Lists of simulated runs.
        question_of: As `joined` gives it.
    """
    return {one.group: question_of[question_of_run(one.trajectory_id)] for one in labels}


def fold_of_questions(questions: Collection[str], folds: int, seed: int) -> dict[str, int]:
    """Question → fold from 0; folds are of like size, and the same for the same seed."""
    names = sorted(set(questions))
    order = np.random.default_rng(seed).permutation(len(names))
    return {names[place]: int(number % folds) for number, place in enumerate(order)}


def about(
    labels: Sequence[LabelledList], questions: Collection[str], question_of: Mapping[str, str]
) -> list[LabelledList]:
    """The lists about some questions.

    Args:
        labels: Lists.
        questions: The questions.
        question_of: Group → question.
    """
    return [one for one in labels if question_of[one.group] in questions]


def check_unseen(
    labels: Iterable[LabelledList], tested: Collection[str], question_of: Mapping[str, str]
) -> None:
    """Stop where a training list is about a tested question.

    Raises:
        AssertionError: One is.
    """
    leaked = {question_of[one.group] for one in labels} & set(tested)
    if leaked:
        raise AssertionError(
            f"{len(leaked)} tested questions have training lists, {min(leaked)} among them"
        )


def some_questions(questions: Collection[str], count: int, seed: int) -> set[str]:
    """Some of the questions; a larger count keeps those of a smaller one."""
    names = sorted(questions)
    order = np.random.default_rng(seed).permutation(len(names))
    return {names[place] for place in order[:count]}

"""Trees of the collection's own judgements: how far labels of agents could carry at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.models.lightgbm.training import fit
from lrat_rank.models.usable_lists import UsableList

from .budget import Budget
from .material import Material
from .settings import lightgbm_options
from .tasks import Task
from .trained import TreesRanker


def train_on_judgements(
    material: Material, lists: Sequence[UsableList], budget: Budget
) -> TreesRanker:
    """Trees that are told what every candidate of some queries is worth."""
    options = lightgbm_options(budget, "none")
    data = material.bank.training_data(lists, context=False)
    return TreesRanker(fit(data, options.gain_table(data.gains), options), material, context=False)


def judged_lists(tasks: Sequence[Task], questions: set[str]) -> list[UsableList]:
    """The candidates of some questions' queries with their judgements; unjudged is gain 0.

    A query whose candidates are all alike is left out: it teaches nothing.
    """
    found = []
    for task in tasks:
        for one in task.part(questions):
            gains = np.array([float(task.qrels[one.query_id].get(d, 0)) for d in one.doc_ids])
            if len(np.unique(gains)) < 2:
                continue
            none = np.zeros(len(gains), dtype=bool)
            found.append(
                UsableList(
                    query_id=one.query_id,
                    query=one.query,
                    context=None,
                    group=task.question_of[one.query_id],
                    doc_ids=one.doc_ids,
                    gains=gains,
                    list_ids=one.doc_ids,
                    rejected=none,
                    unseen=none,
                    ranks=np.arange(1, len(gains) + 1),
                    weight=1.0,
                )
            )
    return found

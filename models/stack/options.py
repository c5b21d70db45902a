"""How a stack is trained, and what its folder says."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.ranker_folder import VERSION, read_ranker_record
from lrat_rank.models.stack.columns import column_names
from lrat_rank.models.usable_lists import LeftOut

KIND = "stack"


class StackOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of `train_stack`.

    Attributes:
        depth: How many of the first stage's best the base rankers score, in training as in use;
            the others' columns are missing. This bounds what a base ranker costs. ≥ 1.
        folds: Parts the groups are cut into; each part's lists are scored by base rankers that
            trained on the others. ≥ 2.
        trees: How the trees over declared features and base scores are trained.
        seed: Of the folds.
    """

    depth: int = 50
    folds: int = 5
    trees: LightGBMOptions = LightGBMOptions()
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in {"depth": 1, "folds": 2, "seed": 0}.items():
            if getattr(self, name) < least:
                raise InputError(f"stack {name}", must=f"at least {least}", got=getattr(self, name))
        if self.trees.position_debias:
            raise InputError(
                "position_debias",
                must="off in a stack, whose lists are made deeper than agents were shown",
                got="on",
                do="Correct the gains by an examination table.",
            )
        if self.trees.search_trials:
            raise InputError(
                "search_trials",
                must="0 in a stack, whose trees are grown with the settings they are given",
                got=self.trees.search_trials,
                do="Search with LightGBM alone, and give the stack what was found.",
            )


class StackRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What `ranker.json` says of a stack; base rankers lie in `bases/NAME/`.

    Attributes:
        bases: Names of the base rankers, in the order of their columns.
        features: The declared columns, which come first.
        schema_hash: Of their declarations.
        model_sha256: Of the trees' file.
        label_gain: The gain of each grade.
        scale: Of the first stage's score in the stack's; 0 without an anchor.
        rounds: Trees.
        options: How it was trained.
        n_lists: Lists it was trained on.
        held_out_lists: Lists that found the number of trees; 0 where it was given.
        ndcg_first_stage: Their nDCG by the first stage, or None.
        ndcg_model: Their nDCG by the stack, or None.
        importance: Each column's total gain over all splits, largest first.
        warnings: What the user should know, in sentences.
        left_out: What the labels held that training could not use.
    """

    bases: tuple[str, ...]
    features: tuple[str, ...]
    schema_hash: str
    model_sha256: str
    label_gain: tuple[float, ...]
    scale: float
    rounds: int
    options: StackOptions
    n_lists: int
    held_out_lists: int
    ndcg_first_stage: float | None
    ndcg_model: float | None
    importance: dict[str, float]
    warnings: tuple[str, ...]
    left_out: LeftOut
    kind: str = KIND
    version: int = VERSION

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the trees, in order."""
        return self.features + tuple(name for base in self.bases for name in column_names(base))


def read_record(folder: Path) -> StackRecord:
    """The record of a stack's folder; errors as in `read_ranker_record`."""
    return read_ranker_record(folder, StackRecord, KIND)

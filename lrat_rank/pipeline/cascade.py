"""Two ranker folders into a cascade, with options as given or tuned on validation lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.files import refuse_inputs
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.cascade import CascadeOptions, compose
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import load_ranker


class CascadeResult(msgspec.Struct, frozen=True):
    """A cascade that was written.

    Attributes:
        ranker: Its folder.
        kind: "cascade".
        options: How its two rankers work together.
        tuning: What chose them; None where they were given.
    """

    ranker: str
    kind: str
    options: dict[str, Any]
    tuning: dict[str, Any] | None


def make_cascade(first: Path, second: Path, out: Path, options: CascadeOptions) -> CascadeResult:
    """Put two rankers in a row with given options.

    Raises:
        InputError: One of the folders holds no ranker.
    """
    compose(first, second, out, options)
    return CascadeResult(str(out), "cascade", msgspec.to_builtins(options), None)


def tune_cascade(
    first: Path, second: Path, out: Path, *, labels: Path, index: Path, budget: int
) -> CascadeResult:
    """Put two rankers in a row with the options that validation lists choose.

    Args:
        first: Folder of the ranker that orders every candidate.
        second: Folder of the one that looks at the best.
        out: Cascade folder to write.
        labels: Labelled lists neither of the two trained on.
        index: Of their documents.
        budget: Mean documents a query for the second ranker.

    Raises:
        InputError: A folder or the labels do not hold, or no list orders anything.
    """
    from lrat_rank.models.cascade.tuning import tune

    refuse_inputs(out, first, second, labels, index)
    opened = Index.load(index)
    quick, careful = (load_ranker(folder, opened, guard=False) for folder in (first, second))
    options, tuning = tune(quick, careful, read_labels(labels), opened, budget=budget)
    compose(first, second, out, options, tuning=tuning)
    chosen, told = msgspec.to_builtins(options), msgspec.to_builtins(tuning)
    return CascadeResult(str(out), "cascade", chosen, told)

"""What a ranker's features are worth, as a folder with figures and a plot."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace

from lrat_rank.files import atomic_folder, refuse_inputs, write_json
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.models.lightgbm.importance import (
    REPEATS,
    FeatureImportance,
    importances,
    permutation_drops,
)
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.lightgbm.preparing import prepare
from lrat_rank.models.lightgbm.ranker import LightGBMRanker
from lrat_rank.pipeline.group_ablation import GroupWorth, ablate_groups
from lrat_rank.pipeline.importance_plot import plot_importances

FIGURES = "importance.json"
PLOT = "importance.png"
FORMAT = "lrat-rank-importance"


class ImportanceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `importance.json` says.

    Attributes:
        format: "lrat-rank-importance".
        ranker: The ranker's folder.
        lists: Lists it was looked at on.
        cutoff: The k of nDCG@k.
        ndcg: Of the ranker on them, unguarded.
        ndcg_first_stage: Of the first stage.
        features: The largest drop first.
        groups: Groups of features, the worthiest first; None where they were not asked for.
    """

    format: str
    ranker: str
    lists: int
    cutoff: int
    ndcg: float
    ndcg_first_stage: float
    features: tuple[FeatureImportance, ...]
    groups: tuple[GroupWorth, ...] | None


def report_importance(
    ranker: Path,
    labels: Path,
    index: Path,
    out: Path,
    *,
    ablate: bool = False,
    repeats: int = REPEATS,
    seed: int = 0,
) -> ImportanceReport:
    """Look at a ranker's features on labelled lists, and write `importance.json` and a plot.

    Args:
        ranker: Folder of a ranker of trees.
        labels: Lists, best of questions that the ranker was not trained on.
        index: Index folder of their documents.
        out: Folder to write.
        ablate: Whether to train without each group of features, on these lists.
        repeats: How often each feature's values are exchanged.
        seed: Draws the exchanges.

    Raises:
        InputError: A folder or file does not hold what it should, or no list orders anything.
    """
    refuse_inputs(out, ranker, labels, index)
    opened = Index.load(index)
    loaded = LightGBMRanker.load(ranker, opened)
    record = loaded.record
    options = replace(record.options, features=record.features)
    data, _ = prepare(read_labels(labels), opened, options)
    table = GradeTable(record.label_gain)
    cutoff, offsets = options.cutoff, loaded.offsets_of(data)
    drops = permutation_drops(
        data,
        lambda values: offsets + loaded.trees.predict(values),
        table,
        cutoff=cutoff,
        repeats=repeats,
        seed=seed,
    )
    report = ImportanceReport(
        format=FORMAT,
        ranker=str(ranker),
        lists=len(data),
        cutoff=cutoff,
        ndcg=mean_ndcg(data, offsets + loaded.predict(data.features), table, cutoff),
        ndcg_first_stage=mean_ndcg(data, data.priors, table, cutoff),
        features=tuple(
            importances(
                loaded.split_gains(), drops, loaded.contributions(data.features), record.features
            )
        ),
        groups=tuple(ablate_groups(data, options)) if ablate else None,
    )
    with atomic_folder(out, marker=FIGURES) as new:
        write_json(new / FIGURES, report)
        plot_importances(report.features, report.groups, new / PLOT, cutoff=cutoff)
    return report

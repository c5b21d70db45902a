"""How much the first stage's score counts in a cross-encoder that is about to be trained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.anchor.scale import fit_scale
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.record import read_record
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.usable_lists import UsableList


def find_anchor(
    lists: Sequence[UsableList],
    labelled: Sequence[LabelledList],
    source: FeatureSource | None,
    options: CrossEncoderOptions,
) -> Anchor | None:
    """The anchor to train with; None where there is to be none.

    A base that was trained with an anchor keeps it, since its logits are a correction of that one.
    Else the scale is fitted to the lists as deep as their negatives reach.

    Args:
        lists: What training uses of the labels.
        labelled: The labels, which say what a group knows of a document.
        source: The index.
        options: Of the training.
    """
    if not options.anchor or source is None:
        return None
    base = read_record(Path(options.base))
    if base is not None and base.anchor is not None:
        return base.anchor
    if options.sampling.negatives.unseen:
        lists = deepen(lists, labelled, source, depth=options.sampling.depth)
    priors = first_stage_prior(source, [one.judged for one in lists])
    gains, weights = [one.gains for one in lists], np.array([one.weight for one in lists])
    return Anchor(scale=fit_scale(priors, gains, weights))

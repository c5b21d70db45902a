"""The lists of a corpus alone, as the first part of a cross-encoder's training or as all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.anchoring import find_anchor
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.held_out import Material
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.ranker import Documents
from lrat_rank.models.cross_encoder.training_aids import TrainingAids
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.usable_lists import training_lists
from lrat_rank.models.warm_up.corpus import Corpus
from lrat_rank.models.warm_up.lists import warm_up_lists
from lrat_rank.models.warm_up.options import WarmUpOptions
from lrat_rank.models.warm_up.teacher import FirstStageTeacher


@dataclass(frozen=True, kw_only=True)
class WarmUpMaterial:
    """What a cross-encoder warms up on.

    Attributes:
        material: The lists; none of them is held out.
        labelled: The same as labels.
        teacher: Whose scores are learned too; or None.
        options: Of the training on them: as many epochs as a warm-up has.
        kinds: How many lists each way of making queries gave.
    """

    material: Material
    labelled: list[LabelledList]
    teacher: Ranker | None
    options: CrossEncoderOptions
    kinds: dict[str, int]


def gather_warm_up(
    source: FeatureSource, wanted: WarmUpOptions, options: CrossEncoderOptions
) -> WarmUpMaterial:
    """Make a corpus's lists.

    Args:
        source: The corpus, an index.
        wanted: Which lists.
        options: Of the whole training.

    Raises:
        InputError: The corpus gives no lists.
    """
    corpus = cast(Corpus, source)
    made = warm_up_lists(corpus, wanted)
    used, left_out = training_lists(made.lists, corpus, options.intensity, "warm-up lists")
    return WarmUpMaterial(
        material=Material(used, [], left_out, made.readings),
        labelled=made.lists,
        teacher=FirstStageTeacher(source) if wanted.distil else None,
        options=msgspec.structs.replace(
            options, epochs=wanted.epochs, learning_rate=wanted.learning_rate, warm_up=None
        ),
        kinds=made.kinds,
    )


def warm_up_data(
    documents: Documents,
    source: FeatureSource | None,
    pairs: PairTokenizer,
    options: CrossEncoderOptions,
) -> tuple[TrainingDataset, CrossEncoderOptions]:
    """Lists to warm up on before the labels, and the options of that part of the training.

    With an anchor, they have one of their own: made queries are easier for a first stage than real
    ones, and what is learned is to be a correction of it.

    Args:
        documents: Texts by doc_id.
        source: The same as an index.
        pairs: Makes the pairs.
        options: Of the whole training; `options.warm_up` says which lists.

    Raises:
        InputError: There is no index, or the corpus gives no lists.
    """
    if source is None or options.warm_up is None:
        raise InputError("warm_up", must="used with an index", got="texts alone")
    warm = gather_warm_up(source, options.warm_up, options)
    lists = warm.material.used
    data = TrainingDataset(
        lists,
        documents,
        pairs,
        warm.options,
        labelled=warm.labelled,
        aids=TrainingAids(
            source=source,
            anchor=find_anchor(lists, warm.labelled, source, warm.options),
            teacher=warm.teacher,
            readings=warm.material.readings,
        ),
    )
    return data, warm.options

"""The lists of a corpus alone, as the first part of a cross-encoder's training."""

from __future__ import annotations

from typing import cast

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.models.cross_encoder.anchoring import find_anchor
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.ranker import Documents
from lrat_rank.models.cross_encoder.training_aids import TrainingAids
from lrat_rank.models.usable_lists import training_lists
from lrat_rank.models.warm_up.corpus import Corpus
from lrat_rank.models.warm_up.lists import warm_up_lists
from lrat_rank.models.warm_up.teacher import FirstStageTeacher


def warm_up_data(
    documents: Documents,
    source: FeatureSource | None,
    pairs: PairTokenizer,
    options: CrossEncoderOptions,
) -> tuple[TrainingDataset, CrossEncoderOptions]:
    """Lists to warm up on, and the options of that part of the training.

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
    wanted = options.warm_up
    if source is None or wanted is None:
        raise InputError("warm_up", must="used with an index", got="texts alone")
    made = warm_up_lists(cast(Corpus, source), wanted)
    lists, _ = training_lists(made.lists, documents, options.intensity, "warm-up lists")
    own = msgspec.structs.replace(options, epochs=wanted.epochs)
    data = TrainingDataset(
        lists,
        documents,
        pairs,
        own,
        labelled=made.lists,
        aids=TrainingAids(
            source=source,
            anchor=find_anchor(lists, made.lists, source, own),
            teacher=FirstStageTeacher(source) if wanted.distil else None,
            readings=made.readings,
        ),
    )
    return data, own

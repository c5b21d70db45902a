"""Cross-encoders that were warmed up on a collection's documents, before any label."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.warm_up.options import WarmUpOptions
from lrat_rank.models.warm_up.training import warm_up

from .budget import Budget
from .material import Material
from .settings import PAIR_TOKENS

NEGATIVES = 7


def warmed(material: Material, budget: Budget) -> Path:
    """The folder of a collection's warmed-up cross-encoder; made when it is first asked for.

    It saw documents and no question, judgement or run: all folds start from the same one.

    Args:
        material: The collection.
        budget: How many lists, in which precision.
    """
    out = material.warm_folder / f"{material.name}-{budget.warm_up}"
    if not out.exists():
        options = CrossEncoderOptions(
            precision=budget.precision,
            max_length=PAIR_TOKENS,
            sampling=SamplingOptions(list_size=NEGATIVES + 1),
            warm_up=WarmUpOptions(lists=budget.warm_up, negatives=NEGATIVES),
        )
        warm_up(material.index, out=out, options=options)
    return out

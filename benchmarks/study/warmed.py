"""Cross-encoders that were warmed up on collections' documents, before any label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.sampling import SamplingOptions
from lrat_rank.models.offline import OFFLINE
from lrat_rank.models.warm_up.options import WarmUpOptions
from lrat_rank.models.warm_up.training import warm_up

from .budget import Budget
from .material import Material
from .settings import PAIR_TOKENS

NEGATIVES = 7
FURTHER_RATE = 1e-4
"""Peak learning rate of a warm-up that goes on from another; half the first one's."""


def warmed(material: Material, budget: Budget) -> Path:
    """The folder of a cross-encoder warmed up on one collection; made when first asked for.

    It saw documents and no question, judgement or run: all folds start from the same one.

    Args:
        material: The collection.
        budget: How many lists, in which precision.
    """
    options = WarmUpOptions(lists=budget.warm_up, negatives=NEGATIVES)
    out = material.warm_folder / f"{budget.precision}-{material.name}-{budget.warm_up}"
    return _warmed(material, out, OFFLINE, options, budget)


def warmed_in_turn(materials: Sequence[Material], budget: Budget) -> list[Path]:
    """Cross-encoders warmed up on more and more collections, each going on from the one before.

    Args:
        materials: The collections in their order; the first one gives `budget.warm_up` lists, each
            of the others `budget.further`.
        budget: As for `warmed`.
    """
    found = [warmed(materials[0], budget)]
    for material in materials[1:]:
        options = WarmUpOptions(
            lists=budget.further, negatives=NEGATIVES, learning_rate=FURTHER_RATE
        )
        out = material.warm_folder / f"{found[-1].name}-{material.name}-{budget.further}"
        found.append(_warmed(material, out, str(found[-1]), options, budget))
    return found


def _warmed(material: Material, out: Path, base: str, lists: WarmUpOptions, budget: Budget) -> Path:
    if not out.exists():
        options = CrossEncoderOptions(
            base=base,
            precision=budget.precision,
            max_length=PAIR_TOKENS,
            sampling=SamplingOptions(list_size=NEGATIVES + 1),
            warm_up=lists,
        )
        warm_up(material.index, out=out, options=options)
    return out

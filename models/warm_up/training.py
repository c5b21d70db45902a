"""Warming a cross-encoder up on a corpus alone, before any label."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lrat_rank.models.warm_up.options import WarmUpOptions
from lrat_rank.progress import say

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
    from lrat_rank.models.first_stage import Index


def warm_up(
    index: Index, *, out: Path | str, options: CrossEncoderOptions | None = None
) -> CrossEncoderRanker:
    """Train a cross-encoder on lists made from an index, and write it into a folder.

    The folder is an ordinary checkpoint, to be the `base` of training on labels. Its scores are the
    model's own, without the first stage's beside them: the query was made from the document, so the
    first stage finds it more easily than it finds what a user asks for, and a scale fitted to such
    queries would be kept with the checkpoint.

    Args:
        index: The corpus.
        out: Folder to write; an older ranker there is replaced.
        options: How to train; its `warm_up` says what is made, and for how many epochs.

    Raises:
        InputError: The corpus is too small, the base is no checkpoint, or the training diverges.
    """
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.cross_encoder.training import train_on
    from lrat_rank.models.cross_encoder.warming import gather_warm_up

    options = msgspec.structs.replace(options or CrossEncoderOptions(), anchor=False)
    warm = gather_warm_up(index, options.warm_up or WarmUpOptions(), options)
    counts = ", ".join(f"{count} {kind}" for kind, count in warm.kinds.items())
    say(f"Made {len(warm.labelled)} lists from {len(index)} documents ({counts})")
    return train_on(
        warm.material,
        warm.labelled,
        index,
        out=out,
        options=warm.options,
        teacher=warm.teacher,
    )

"""Warming a cross-encoder up on a corpus alone, before any label."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lrat_rank.models.usable_lists import training_lists
from lrat_rank.models.warm_up.lists import warm_up_lists
from lrat_rank.models.warm_up.options import WarmUpOptions
from lrat_rank.models.warm_up.teacher import FirstStageTeacher
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
    from lrat_rank.models.cross_encoder.held_out import Material
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.cross_encoder.training import train_on

    options = options or CrossEncoderOptions()
    making = options.warm_up or WarmUpOptions()
    options = msgspec.structs.replace(options, epochs=making.epochs, anchor=False, warm_up=None)
    made = warm_up_lists(index, making)
    counts = ", ".join(f"{count} {kind}" for kind, count in made.kinds.items())
    say(f"Made {len(made.lists)} lists from {len(index)} documents ({counts})")
    used, left_out = training_lists(made.lists, index, options.intensity, "warm-up lists")
    return train_on(
        Material(used, [], left_out, made.readings),
        made.lists,
        index,
        out=out,
        options=options,
        teacher=FirstStageTeacher(index) if making.distil else None,
    )

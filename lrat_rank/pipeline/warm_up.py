"""An index into a cross-encoder that was warmed up on it, without labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lrat_rank.files import refuse_inputs
from lrat_rank.models.first_stage import Index
from lrat_rank.pipeline.train import TrainResult, base_folder

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions


def warm_up_cross_encoder(index: Path, out: Path, options: CrossEncoderOptions) -> TrainResult:
    """Train a cross-encoder on lists that are made from an index alone.

    Raises:
        InputError: The index is none or too small, or the base is no checkpoint.
    """
    import msgspec

    from lrat_rank.models.warm_up.training import warm_up

    refuse_inputs(out, index, base_folder(options.base))
    ranker = warm_up(Index.load(index), out=out, options=options)
    record = msgspec.to_builtins(ranker.record)
    return TrainResult(str(out), "cross-encoder", record["training"]["n_lists"], record)

"""What a training takes over from a base that was trained here before."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.record import read_record


def continued(options: CrossEncoderOptions) -> CrossEncoderOptions:
    """The options with the base's template, where none is given.

    Raises:
        InputError: The base's logits correct the first stage, and the training is to do without.
    """
    base = read_record(Path(options.base))
    if base is None:
        return options
    if base.anchor is not None and not options.anchor:
        raise InputError(
            "base",
            must="one that was trained without an anchor, as this training is to be",
            got="one whose logits only correct the first stage's scores",
            where=options.base,
            do="Train with an anchor, or from another base.",
        )
    return msgspec.structs.replace(options, template=options.template or base.template)

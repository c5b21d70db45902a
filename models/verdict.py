"""What a trained model's gate says of it."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Whether training was worth it."""

    PASSED = "passed"
    """Lists it did not see show that it was."""
    FAILED = "failed"
    """Something speaks against the model."""
    NOT_RUN = "not run"
    """There were no lists to tell by: the model is unproven."""

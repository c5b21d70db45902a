"""Keeps the libraries' own progress bars out of ours."""

from __future__ import annotations


def silence_library_bars() -> None:
    """Turn off the bars that transformers and datasets draw while they load or map."""
    import datasets
    from transformers.utils import logging

    logging.disable_progress_bar()
    datasets.disable_progress_bars()

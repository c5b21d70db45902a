"""Keeps the libraries' own progress bars out of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


def silence_library_bars() -> None:
    """Turn off the bars that transformers and datasets draw while they load or map."""
    import datasets
    from transformers.utils import logging

    logging.disable_progress_bar()
    datasets.disable_progress_bars()


@contextmanager
def silent_library() -> Iterator[None]:
    """Keep all but errors of transformers' reports out of the way."""
    from transformers.utils import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)

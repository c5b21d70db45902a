"""Processes of a test's own that need not load torch and transformers again, each taking seconds.

One process loads what trainings need and computes nothing; it forks into whatever is started.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

LOADED = [
    "lrat_rank.models.cross_encoder.training",
    "torch.distributed.launcher.api",
    "transformers.models.bert.modeling_bert",
    "transformers.trainer",
]


def start(said: Path, work: Callable[..., object], *args: object) -> BaseProcess:
    """Start `work(*args)`, which is importable by name, with its standard error in a file."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    process = context.Process(target=_in_it, args=(said, work, args))
    process.start()
    return process


def _in_it(said: Path, work: Callable[..., object], args: tuple[object, ...]) -> None:
    with said.open("w") as file:
        os.dup2(file.fileno(), 2)
    work(*args)

"""Trains a tiny cross-encoder on planted lists, to be called in a process of its own."""

from pathlib import Path

import torch
from cross_encoder_tiny import Shelf, options, planted

from lrat_rank.models.cross_encoder.run_options import RunOptions
from lrat_rank.models.cross_encoder.training import train_cross_encoder


def train_tiny(base: Path, out: Path, changes: dict, save_every: float = 1e9) -> None:
    """The options are those of `cross_encoder_tiny`."""
    torch.set_num_threads(1)
    lists, texts = planted(21)
    held, held_texts = planted(9, seed=9, prefix="held-")
    train_cross_encoder(
        lists,
        Shelf(texts.all + held_texts.all),
        options=options(base, **changes),
        validation=held,
        out=out,
        run=RunOptions(save_every=save_every),
    )


def train_tiny_together(processes: int, base: Path, out: Path, changes: dict) -> None:
    """The same by several processes on this machine, started by what `torchrun` starts them by."""
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id="tiny",
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        max_restarts=0,
        start_method="fork",
    )
    elastic_launch(config, train_tiny)(base, out, changes)

"""What the studies may spend, as options of their commands."""

from __future__ import annotations

import argparse

import msgspec
import torch

from lrat_rank.models.precision import Precision


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How much is spent on the rankers that read text.

    Attributes:
        lists: Training lists of one training, at most; an arm may take all.
        epochs: Passes over them.
        head: How many of the first stage's best the cross-encoder reorders; below them the first
            stage's order stays.
        warm_up: Lists made from the documents alone, learned from before any label.
        further: Such lists of every further collection that a warm-up goes on to.
        precision: That text rankers are trained with, as `CrossEncoderOptions.precision`.
        threads: That torch and LightGBM use in a process that trains; what all of them need is made
            before, with all cores.
    """

    lists: int = 300
    epochs: int = 1
    head: int = 30
    warm_up: int = 3000
    further: int = 750
    precision: str = "auto"
    threads: int = 1

    @classmethod
    def add_to(cls, parser: argparse.ArgumentParser) -> None:
        """Add an option for each of them, `--warm-up` for `warm_up`."""
        for name, default in msgspec.to_builtins(cls()).items():
            option = "--" + name.replace("_", "-")
            parser.add_argument(option, type=type(default), default=default)

    @classmethod
    def of(cls, given: argparse.Namespace) -> Budget:
        """What was given; an automatic precision is chosen now, once for all processes."""
        asked = cls(**{name: getattr(given, name) for name in cls.__struct_fields__})
        chosen = Precision.parse(asked.precision).resolve(torch.device("cpu"))
        return msgspec.structs.replace(asked, precision=chosen.value)

    def limit_threads(self) -> None:
        """Let torch use no more threads than these in this process."""
        torch.set_num_threads(self.threads)

    def fingerprint(self) -> dict[str, object]:
        """What results depend on: all but the threads, which change their last digits alone."""
        told: dict[str, object] = msgspec.to_builtins(self)
        return told | {"threads": 0}

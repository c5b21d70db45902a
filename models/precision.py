"""Which number format a model runs in: the quicker one on this machine, by measurement."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from lrat_rank.errors import InputError

if TYPE_CHECKING:
    import torch

_ROWS, _WIDTH, _INNER = 512, 384, 1536
"""One feed-forward layer of a small encoder on a small batch: what most of the time goes into."""

_ROUNDS = 5
_WORTH_IT = 1.2
"""bfloat16 rounds to three digits, so it must be this many times as quick to be chosen."""


class Precision(StrEnum):
    """The number format of a model's matrix products.

    The weights stay float32; the others are autocast, in which sums along the layers,
    normalisation and softmax keep float32.
    """

    AUTO = "auto"
    """The quicker one on this machine."""
    FLOAT32 = "float32"
    BFLOAT16 = "bf16"
    FLOAT16 = "fp16"
    """For accelerators without bfloat16."""

    @classmethod
    def parse(cls, name: str) -> Precision:
        """The precision of that name.

        Raises:
            InputError: There is none.

        >>> Precision.parse("bf16")
        <Precision.BFLOAT16: 'bf16'>
        """
        if name not in list(cls):
            raise InputError("precision", must=f"one of {', '.join(cls)}", got=repr(name))
        return cls(name)

    def resolve(self, device: torch.device) -> Precision:
        """This precision, or for `AUTO` the quicker one on a device.

        Raises:
            InputError: The device has no such numbers.
        """
        if self is Precision.FLOAT16 and device.type == "cpu":
            raise InputError(
                "precision", must="auto, float32 or bf16 on a processor", got=repr(self.value)
            )
        return quicker(device) if self is Precision.AUTO else self

    def context(self, device: torch.device) -> AbstractContextManager[object]:
        """The context to run a model in on a device; `AUTO` is resolved first."""
        import torch

        narrow = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}
        dtype = narrow.get(self.resolve(device))
        return torch.autocast(device.type, dtype=dtype or torch.bfloat16, enabled=dtype is not None)


@cache
def quicker(device: torch.device) -> Precision:
    """The quicker precision on a device, timed once a process (some milliseconds).

    bfloat16 wins only where it is clearly quicker; a processor that has no instructions for it
    emulates it slowly.
    """
    seconds = {
        precision: _layer(device, precision)
        for precision in (Precision.FLOAT32, Precision.BFLOAT16)
    }
    for run in seconds.values():
        run()
    # Turn by turn, so that another program's burst of work falls on both; the best of each counts.
    best = dict.fromkeys(seconds, float("inf"))
    for _ in range(_ROUNDS):
        for precision, run in seconds.items():
            best[precision] = min(best[precision], run())
    pays = best[Precision.FLOAT32] > _WORTH_IT * best[Precision.BFLOAT16]
    return Precision.BFLOAT16 if pays else Precision.FLOAT32


def _layer(device: torch.device, precision: Precision) -> Callable[[], float]:
    import torch

    inner = torch.full((_INNER, _WIDTH), 0.01, device=device)
    outer = torch.full((_WIDTH, _INNER), 0.01, device=device)
    rows = torch.ones(_ROWS, _WIDTH, device=device)

    def run() -> float:
        started = time.perf_counter()
        with torch.inference_mode(), precision.context(device):
            torch.nn.functional.linear(torch.nn.functional.linear(rows, inner), outer)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter() - started

    return run

"""Trains a tiny cross-encoder on planted lists, in a process of its own.

python train_tiny.py BASE OUT OPTIONS [SAVE_EVERY]; the options are those of `cross_encoder_tiny`.
"""

import json
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent


def main() -> None:
    sys.path[:0] = [str(HERE), str(HERE.parents[1])]
    torch.set_num_threads(1)
    from cross_encoder_tiny import Shelf, options, planted

    from lrat_rank.models.cross_encoder.run_options import RunOptions
    from lrat_rank.models.cross_encoder.training import train_cross_encoder

    base, out, changes, *rest = sys.argv[1:]
    lists, texts = planted(21)
    held, held_texts = planted(9, seed=9, prefix="held-")
    train_cross_encoder(
        lists,
        Shelf(texts.all + held_texts.all),
        options=options(base, **json.loads(changes)),
        validation=held,
        out=out,
        run=RunOptions(save_every=float(rest[0]) if rest else 1e9),
    )


if __name__ == "__main__":
    main()

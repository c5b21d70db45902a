"""Processes that train together do what one process does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cross_encoder_tiny import make_checkpoint

from lrat_rank.models.cross_encoder.global_batches import GlobalBatches

SCRIPT = Path(__file__).with_name("train_tiny.py")


@pytest.mark.parametrize(("lists", "batch", "processes"), [(21, 4, 2), (10, 3, 4), (8, 8, 3)])
def test_the_processes_shares_are_the_batches_of_one_process(lists, batch, processes):
    def batches(process, of):
        taken = GlobalBatches(lists, batch, 7, process=process, processes=of)
        taken.epoch = 2
        return list(taken)

    whole = batches(0, 1)
    shares = [batches(process, processes) for process in range(processes)]
    assert sorted(number for one in whole for number in one) == list(range(lists))
    for number, one in enumerate(whole):
        parts = [share[number] for share in shares]
        assert all(parts)
        counted = [member for part in parts for member in part if member >= 0]
        assert sorted(counted) == sorted(one)


@pytest.mark.slow
def test_two_processes_give_the_loss_curve_and_the_looks_of_one(tmp_path):
    base = make_checkpoint(tmp_path / "base", logits=None)
    # 21 lists in batches of 4: the last batch has one list, and one process none.
    more = {"epochs": 5, "learning_rate": 0.01, "batch_lists": 4, "accumulate": 2}
    chosen = json.dumps(more | {"anchor": False})
    one = [sys.executable, SCRIPT, base, tmp_path / "one", chosen]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    two = [*torchrun, "--nproc-per-node", "2", SCRIPT, base, tmp_path / "two", chosen]
    running = [
        subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True, env=env)
        for command in (one, two)
        for env in [os.environ | {"OMP_NUM_THREADS": "1"}]
    ]
    for process in running:
        said = process.communicate()[1]
        assert process.returncode == 0, said
    assert said.count("Epoch 1 of 5") == 1
    alone, together = (
        json.loads((tmp_path / name / "ranker.json").read_text())["training"]
        for name in ("one", "two")
    )
    assert (alone["processes"], together["processes"]) == (1, 2)
    assert alone["epoch_losses"][-1] < 0.95 * alone["epoch_losses"][0]
    np.testing.assert_allclose(together["epoch_losses"], alone["epoch_losses"], rtol=1e-4)
    assert together["best_step"] == alone["best_step"] > 0
    np.testing.assert_allclose(
        together["validation"]["evaluations"], alone["validation"]["evaluations"]
    )
    assert not (tmp_path / "two.partial").exists()

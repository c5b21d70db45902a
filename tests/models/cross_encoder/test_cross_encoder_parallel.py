"""Processes that train together do what one process does."""

import json

import numpy as np
import pytest
from cross_encoder_tiny import make_checkpoint
from train_tiny import train_tiny, train_tiny_together
from warm_processes import start

from lrat_rank.models.cross_encoder.global_batches import GlobalBatches


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
    chosen = {"epochs": 5, "learning_rate": 0.01, "batch_lists": 4, "accumulate": 2}
    chosen["anchor"] = False
    said = {name: tmp_path / f"{name}.txt" for name in ("one", "two")}
    one = start(said["one"], train_tiny, base, tmp_path / "one", chosen)
    two = start(said["two"], train_tiny_together, 2, base, tmp_path / "two", chosen)
    for name, process in {"one": one, "two": two}.items():
        process.join()
        assert process.exitcode == 0, said[name].read_text()
    assert said["two"].read_text().count("Epoch 1 of 5") == 1
    alone, together = (
        json.loads((tmp_path / name / "ranker.json").read_text())["training"]
        for name in ("one", "two")
    )
    assert (alone["processes"], together["processes"]) == (1, 2)
    assert alone["epoch_losses"][-1] < 0.95 * alone["epoch_losses"][0]
    np.testing.assert_allclose(together["epoch_losses"], alone["epoch_losses"], rtol=1e-4)
    assert together["best_step"] == alone["best_step"] > 0
    shared, own = (np.array(one["validation"]["evaluations"]) for one in (together, alone))
    np.testing.assert_allclose(shared[:, :2], own[:, :2])
    np.testing.assert_allclose(shared[:, 2], own[:, 2], rtol=5e-3)  # spreads, unlike ranks, round
    assert not (tmp_path / "two.partial").exists()

"""How a text ranker of the ablation is started and stopped, arm by arm."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from study import trials as trials_module
from study.arms import ARMS, Kind
from study.budget import Budget
from study.settings import LABEL_RATE
from study.trials import Lab, Trial
from study_lists import runs

BUDGET = Budget(lists=7, head=30)
WARM = Path("warm")


@pytest.fixture
def trained(monkeypatch) -> list[tuple[str, object]]:
    """What was trained or taken, and with which options."""
    found = []

    def train(kind):
        return lambda home, labels, options, out, *, lists: found.append((kind, options, lists))

    monkeypatch.setattr(trials_module, "warmed", lambda home, budget: WARM)
    monkeypatch.setattr(trials_module, "train_cross_encoder_on", train("cross-encoder"))
    monkeypatch.setattr(trials_module, "train_dense_on", train("dense"))
    monkeypatch.setattr(
        trials_module,
        "cross_encoder_in",
        lambda folder, home, precision: found.append(("as it is", folder, precision)),
    )
    return found


def train(arm: str, kind: Kind, labels) -> None:
    lab = Lab(SimpleNamespace(name="home"), [], BUDGET, Path("model"))
    lab.train(Trial(ARMS.get(arm), kind, 3, 0), labels)


@pytest.mark.parametrize("arm", ["naive", "both", "sessions", "context"])
def test_a_cross_encoder_goes_on_from_the_warm_up_and_takes_every_step(trained, arm):
    train(arm, Kind.CROSS_ENCODER, runs(questions=2, seeds=1))
    [(_, options, lists)] = trained
    assert (options.base, options.learning_rate) == (str(WARM), LABEL_RATE)
    assert (options.stopping.held_out, options.seed, lists) == (0.0, 3, BUDGET.lists)


def test_pieces_of_the_recipe_change_the_start_or_the_end(trained):
    for arm in ("warm-up off", "early stopping"):
        train(arm, Kind.CROSS_ENCODER, runs(questions=2, seeds=1))
    [cold, early] = [options for _, options, _ in trained]
    assert cold.base == "offline"
    assert cold.learning_rate > LABEL_RATE
    assert cold.stopping.held_out == 0.0
    assert early.base == str(WARM)
    assert early.stopping.held_out > 0


def test_where_labels_only_fit_the_scale_nothing_else_differs_from_an_ordinary_training(trained):
    for arm in ("sessions", "scale only"):
        train(arm, Kind.CROSS_ENCODER, runs(questions=2, seeds=1))
    [ordinary, still] = [options for _, options, _ in trained]
    assert still.base == str(WARM)
    assert still.anchor
    assert (still.head_learning_rate or still.learning_rate) < 1e-9
    assert replace(still, learning_rate=ordinary.learning_rate) == ordinary


def test_taught_more_learns_from_all_lists_at_five_times_the_rate_and_as_before_else(trained):
    labels = runs(questions=4, seeds=3)
    for arm in ("sessions", "taught more"):
        train(arm, Kind.CROSS_ENCODER, labels)
    [(_, ordinary, some), (_, more, every)] = trained
    assert (some, every) == (BUDGET.lists, len(labels))
    assert some < every
    assert more.learning_rate == pytest.approx(5 * LABEL_RATE)
    assert replace(more, learning_rate=LABEL_RATE) == ordinary


def test_without_labels_the_warmed_up_one_is_tested_as_it_is(trained):
    arm = ARMS.get("no labels")
    assert arm.labels(None, 0) == []
    train(arm.name, Kind.CROSS_ENCODER, [])
    assert trained == [("as it is", WARM, BUDGET.precision)]


def test_a_dense_retriever_takes_every_step_unless_the_arm_is_about_stopping(trained):
    for arm in ("sessions", "early stopping"):
        train(arm, Kind.DENSE, runs(questions=2, seeds=1))
    assert [options.held_out > 0 for _, options, _ in trained] == [False, True]


def test_a_guard_is_chosen_on_lists_as_deep_as_its_ranker_orders(monkeypatch):
    depths = []

    def learn(ranker, lists, index, validation, *, depth):
        depths.append(depth)
        return SimpleNamespace(blend=1.0)

    labels = runs(questions=4, seeds=1)
    question_of = {one.group: one.group for one in labels}
    home = SimpleNamespace(name="home", index=None, question_of=question_of)
    lab = Lab(home, [], BUDGET, Path("model"))
    monkeypatch.setattr(trials_module, "learn_guard", learn)
    monkeypatch.setattr(trials_module, "notes_of", lambda model: {})
    monkeypatch.setattr(Lab, "train", lambda self, trial, labels: None)
    for kind in (Kind.LIGHTGBM, Kind.CROSS_ENCODER):
        lab._trained(Trial(ARMS.get("guard on"), kind, 0, 0), labels, set(question_of))
    assert depths == [100, 30]

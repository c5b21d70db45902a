"""A processor keeps memory for each tensor shape, so a model that scores meets few of them."""

import numpy as np
import pytest
from cross_encoder_tiny import make_checkpoint, text

from lrat_rank.models.cross_encoder.few_shapes import few_shapes, width_of
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker

LENGTH = 200
"""No width of its own accord, so that widths must also heed what the model takes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_checkpoint(tmp_path_factory.mktemp("shapes") / "ranker", length=LENGTH)


def shapes_seen(ranker: CrossEncoderRanker, calls: int, seed: int) -> list[tuple[int, ...]]:
    """Score random numbers of pairs of random lengths; the shapes that reached the model."""
    seen: list[tuple[int, ...]] = []
    hook = ranker._model.register_forward_pre_hook(
        lambda _, __, named: seen.append(tuple(named["input_ids"].shape)), with_kwargs=True
    )
    rng = np.random.default_rng(seed)
    for _ in range(calls):
        words = int(rng.integers(2, LENGTH))
        lengths = rng.integers(1 + words // 2, words + 2, size=rng.integers(1, 60))
        ranker.score_pairs([("word1 word2", text(rng, int(length))) for length in lengths])
    hook.remove()
    return seen


def test_the_model_meets_few_numbers_of_tokens_however_much_is_scored(folder):
    ranker = CrossEncoderRanker.load(
        folder, options=ScoringOptions(precision="float32"), device="cpu"
    )
    seen = shapes_seen(ranker, calls=150, seed=0)
    assert len(seen) > 300
    assert {width for _, width in seen} <= {width_of(n) for n in range(1, LENGTH)} | {LENGTH}
    # 56 of the widths and 8 of the longest pair; the batches themselves had over 200.
    assert len({rows * width for rows, width in seen}) <= 64
    assert max(rows * width for rows, width in seen) <= 2048


@pytest.mark.parametrize("budget", [1, 300, 2048])
def test_batches_hold_every_pair_once_within_budget_and_width(budget):
    lengths = np.random.default_rng(1).integers(1, 200, size=83).tolist()
    batches = few_shapes(lengths, budget, LENGTH)
    assert sorted(position for one in batches for position in one.positions) == list(range(83))
    for positions, width in batches:
        assert len(positions).bit_count() == 1
        assert max(lengths[position] for position in positions) <= width <= LENGTH
        assert width * len(positions) <= budget or len(positions) == 1


def test_widths_hold_what_they_are_for_and_waste_at_most_an_eighth_or_three_tokens():
    for length in range(1, 3000):
        assert 0 <= width_of(length) - length <= max(3, (length - 1) / 8)
    widths = sorted({width_of(length) for length in range(1, 2049)})
    assert len([width for width in widths if width > 64]) == 8 * 5


def test_no_pairs_make_no_batches():
    assert few_shapes([], 100, 10) == []

"""Training the cross-encoder on labelled lists, with the Hugging Face Trainer."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.batch import ListCollator
from lrat_rank.models.cross_encoder.checkpoint import longest_pair, open_base
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.inference import (
    ScoringOptions,
    keep_head_in_float32,
    token_budget,
)
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker, Documents
from lrat_rank.models.cross_encoder.record import (
    CrossEncoderRecord,
    TrainingRecord,
    Validation,
)
from lrat_rank.models.cross_encoder.trainer import EpochLosses, ListTrainer, trainer_arguments
from lrat_rank.models.cross_encoder.validation import mean_ndcg, score_lists, spread
from lrat_rank.models.losses import LOSSES, RankingLoss
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.ranker_folder import RECORD
from lrat_rank.models.usable_lists import UsableList, training_lists
from lrat_rank.progress import say

_COLLAPSED = 1e-3
"""Scores of a list that lie closer together than this do not order it."""
_LISTS_LOOKED_AT = 50
"""Training lists whose scores are looked at where there are no validation lists."""


def train_cross_encoder(
    lists: Sequence[LabelledList],
    documents: Documents,
    *,
    out: Path | str,
    options: CrossEncoderOptions | None = None,
    validation: Sequence[LabelledList] | None = None,
) -> CrossEncoderRanker:
    """Train on labelled lists and write the ranker into a folder.

    Masked candidates and candidates without a text are left out; lists in which nothing is left to
    order are dropped; `ranker.json` counts both. The same seed gives the same model on the same
    machine.

    Args:
        lists: The labels.
        documents: Texts by doc_id, for instance an index.
        out: Folder to write; an older ranker there is replaced.
        options: How to train.
        validation: Lists whose nDCG is measured before and after; they share no group with `lists`.

    Returns:
        The ranker, as loaded from the folder.

    Raises:
        InputError: No list orders anything, the base is no checkpoint, or the training diverges.
    """
    from transformers import set_seed

    options = options or CrossEncoderOptions()
    loss = LOSSES.get(options.loss)(temperature=options.temperature)
    used, left_out = training_lists(lists, documents, options.intensity)
    held: list[UsableList] = []
    if validation:
        held, _ = training_lists(validation, documents, options.intensity, "validation")
    set_seed(options.seed)
    scoring = ScoringOptions(precision=options.precision)
    # Opened before the work, so that a folder that may not be replaced is refused now and not then.
    with atomic_folder(out, marker=RECORD) as new:
        model, tokenizer = open_base(options.base, dropout=options.dropout)
        pairs = PairTokenizer(tokenizer, min(options.max_length, longest_pair(model, tokenizer)))
        data = TrainingDataset(used, documents, pairs, options, labelled=lists)
        record = CrossEncoderRecord(max_length=pairs.max_length, template=options.template)
        ranker = CrossEncoderRanker(model, tokenizer, documents, record=record, options=scoring)
        before = mean_ndcg(held, score_lists(ranker, held)) if held else 0.0
        fitted = _fit(model, data, pairs, loss, options)
        scores = score_lists(ranker, held or used[:_LISTS_LOOKED_AT])
        training = TrainingRecord(
            options=options,
            precision=fitted.precision,
            n_lists=len(used),
            n_pairs=data.pairs_an_epoch * options.epochs,
            steps=fitted.steps,
            seconds=fitted.seconds,
            loss_first=fitted.epoch_losses[0],
            loss_last=fitted.epoch_losses[-1],
            spread=spread(scores),
            shortened_share=data.shortened_share,
            left_out=left_out,
            validation=_validation(held, before, scores),
        )
        _warn(training)
        ranker.record = msgspec.structs.replace(record, training=training)
        ranker.save(new)
    return CrossEncoderRanker.load(out, documents, options=scoring)


@dataclass(frozen=True)
class _Fitted:
    precision: str
    steps: int
    seconds: float
    epoch_losses: list[float]


def _fit(
    model: Any,
    data: TrainingDataset,
    pairs: PairTokenizer,
    loss: RankingLoss,
    options: CrossEncoderOptions,
) -> _Fitted:
    keep_head_in_float32(model)
    with tempfile.TemporaryDirectory() as scratch:
        arguments = trainer_arguments(options, scratch)
        precision = Precision.parse(options.precision).resolve(arguments.device)
        steps = math.ceil(len(data) / (options.batch_lists * options.accumulate)) * options.epochs
        watcher = EpochLosses(data, options.epochs, steps)
        trainer = ListTrainer(
            model=model,
            args=arguments,
            train_dataset=data,
            data_collator=ListCollator(pairs, token_budget(arguments.device)),
            loss=loss,
            precision=precision,
            watcher=watcher,
        )
        say(
            f"Training on {len(data)} lists, {data.pairs_an_epoch} pairs an epoch, "
            f"{options.epochs} epochs, {precision} on {arguments.device.type}"
        )
        started = time.monotonic()
        trainer.train()
        seconds = time.monotonic() - started
    if not all(math.isfinite(value) for value in watcher.means):
        raise InputError(
            "learning_rate",
            must="low enough for the loss to stay finite",
            got=options.learning_rate,
            do="Train again with a lower one.",
        )
    return _Fitted(precision.value, trainer.state.global_step, seconds, watcher.means)


def _validation(
    held: list[UsableList], before: float, scores: list[FloatArray]
) -> Validation | None:
    if not held:
        return None
    after = mean_ndcg(held, scores)
    return Validation(n_lists=len(held), ndcg_before=before, ndcg_after=after)


def _warn(training: TrainingRecord) -> None:
    if training.spread < _COLLAPSED:
        say(
            f"Warning: the scores of a list lie {training.spread:.1g} apart: the model no longer "
            "tells documents from one another. Try a lower learning rate, or more lists."
        )
    found = training.validation
    if found and found.ndcg_after < found.ndcg_before:
        say(
            f"Warning: nDCG@10 on the validation lists fell from {found.ndcg_before:.4f} to "
            f"{found.ndcg_after:.4f}. Look at the labels, or try a lower learning rate."
        )

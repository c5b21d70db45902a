"""Fine-tuning a sentence encoder on labelled lists."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, fingerprint, write_json
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.dense.batch import ContrastCollator
from lrat_rank.models.dense.card import write_card
from lrat_rank.models.dense.checkpoint import (
    open_sentence_encoder,
    unit_vectors,
    write_sentence_encoder,
)
from lrat_rank.models.dense.examples import (
    Example,
    ExampleDataset,
    examples_of,
    own_negatives,
)
from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.dense.ranker import DenseRanker
from lrat_rank.models.dense.record import RECORD, DenseRecord, DenseValidation
from lrat_rank.models.dense.texts import Documents, same_texts
from lrat_rank.models.dense.trainer import ContrastTrainer, Watch
from lrat_rank.models.dense.validation import ValidationPool
from lrat_rank.models.divergence import refuse_divergence
from lrat_rank.models.first_stage import Index
from lrat_rank.models.group_splits import LEAST_GROUPS, check_groups_apart, hold_out
from lrat_rank.models.item_trainer import quiet_arguments
from lrat_rank.models.precision import Precision
from lrat_rank.models.usable_lists import LeftOut, UsableList, training_lists
from lrat_rank.models.verdict import Verdict
from lrat_rank.progress import say


def train_dense(
    lists: Sequence[LabelledList],
    documents: Documents,
    *,
    out: Path | str,
    options: DenseOptions | None = None,
    validation: Sequence[LabelledList] | None = None,
) -> DenseRanker:
    """Fine-tune an encoder by weighted InfoNCE and write it as a sentence-transformers folder.

    Few labels can make an encoder worse at everything else. So some groups are held out where no
    validation lists are given, the figure on them is taken before training and after each epoch,
    and the best weights are written: those of the base itself where no epoch was at least as good,
    which `dense.json` then calls a failed gate. The same seed gives the same encoder on the same
    machine.

    Args:
        lists: The labels.
        documents: Texts by doc_id, for instance an index.
        out: Folder to write; an older dense retriever there is replaced.
        options: How to train.
        validation: Lists that share no group with `lists`. When None, some of the labels' groups
            where there are enough; an empty sequence for none.

    Returns:
        The ranker, as loaded from the folder.

    Raises:
        InputError: There are fewer than two lists to learn from, the base is no sentence encoder,
            the training diverges, or several processes share it.

    Source: LRAT (arXiv 2604.04949), §5.2.2 and §6.1.
    """
    from transformers import set_seed

    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise InputError(
            "dense training", must="run in one process", got="torchrun", do="Start it without."
        )
    options = options or DenseOptions()
    labels = _labels(lists, documents, options, validation)
    set_seed(options.seed)
    # Opened before the work, so that a folder that may not be replaced is refused now and not then.
    with atomic_folder(out, marker=RECORD) as new:
        model = open_sentence_encoder(options.base, max_length=options.max_length)
        found = _fit(model, labels, options)
        record = DenseRecord(
            options=options,
            gate=_gate(found.validation),
            precision=found.precision,
            max_length=model.max_seq_length,
            index=fingerprint(documents.folder) if isinstance(documents, Index) else None,
            n_lists=len(labels.train),
            n_groups=len({one.group for one in labels.train}),
            n_examples=len(labels.examples),
            n_documents=len({doc_id for one in labels.train for doc_id in one.doc_ids}),
            spared=labels.spared,
            steps=found.steps,
            seconds=found.seconds,
            losses=tuple(found.losses),
            left_out=labels.left_out,
            validation=found.validation,
        )
        _warn(record)
        write_sentence_encoder(new, model)
        write_card(new, record)
        write_json(new / RECORD, record)
    return DenseRanker.load(out, documents)


@dataclass(frozen=True)
class _Labels:
    """All that training reads: lists, examples, texts, and what may be no negative."""

    train: list[UsableList]
    held: list[UsableList]
    held_out: bool
    left_out: LeftOut
    examples: list[Example]
    known: FalseNegatives
    contents: dict[str, str]
    text_of: dict[str, int]

    @property
    def spared(self) -> int:
        """Candidates without gain that become no negatives of their own list."""
        plain = sum(int((one.gains == 0).sum()) for one in self.train)
        kept = (own_negatives(one, self.known, self.text_of) for one in self.train)
        return plain - sum(len(rejected) + len(others) for rejected, others in kept)


def _labels(
    lists: Sequence[LabelledList],
    documents: Documents,
    options: DenseOptions,
    validation: Sequence[LabelledList] | None,
) -> _Labels:
    check_groups_apart(lists, validation or ())
    train, left_out = training_lists(lists, documents, options.intensity)
    if validation is not None:
        held: list[UsableList] = []
        if validation:
            held, _ = training_lists(validation, documents, options.intensity, "validation lists")
    else:
        groups = [one.group for one in train]
        parts = hold_out(groups, options.held_out, seed=options.seed, least_groups=LEAST_GROUPS)
        train, held = ([train[number] for number in part.tolist()] for part in parts)
    if len(train) < 2:
        raise InputError(
            "labels",
            must="at least two lists to learn from",
            got=f"one ({left_out})",
            do="Mine more trajectories: a dense retriever learns by telling queries apart.",
        )
    every = [*lists, *(validation or ())]
    doc_ids = dict.fromkeys(c.doc_id for one in every for c in one.candidates)
    texts = documents.documents([doc_id for doc_id in doc_ids if doc_id in documents])
    text_of = same_texts(texts, options.near_duplicate)
    known = FalseNegatives(every, text_of)
    return _Labels(
        train=train,
        held=held,
        held_out=validation is None,
        left_out=left_out,
        examples=examples_of(train, known, text_of, gain_weighs=options.intensity.gain),
        known=known,
        contents={document.doc_id: document.contents for document in texts},
        text_of=text_of,
    )


@dataclass(frozen=True)
class _Fitted:
    precision: str
    steps: int
    seconds: float
    losses: list[float]
    validation: DenseValidation | None


def _fit(model: Any, labels: _Labels, options: DenseOptions) -> _Fitted:
    """Train the model; it ends with the best weights."""
    data = ExampleDataset(labels.examples, options)
    collate = ContrastCollator(model, labels.contents, labels.text_of, in_batch=options.in_batch)
    with tempfile.TemporaryDirectory() as scratch:
        arguments = quiet_arguments(options, scratch, batch_items=options.batch_examples)
        precision = Precision.parse(options.precision).resolve(arguments.device)
        model.to(arguments.device)
        pool = None
        if labels.held:
            pool = ValidationPool(labels.held, labels.known, labels.contents, labels.text_of)
        steps = math.ceil(len(data) / (options.batch_examples * options.accumulate))
        watch = Watch(
            data,
            model,
            partial(pool.ndcg, partial(unit_vectors, model, precision=precision)) if pool else None,
            patience=options.patience,
            steps=steps * options.epochs,
        )
        trainer = ContrastTrainer(
            model=model,
            args=arguments,
            train_dataset=data,
            data_collator=collate,
            options=options,
            precision=precision,
            watch=watch,
        )
        say(
            f"Training on {len(data)} examples of {len(labels.train)} lists, at most "
            f"{options.epochs} epochs, {precision} on {arguments.device.type}"
        )
        started = time.monotonic()
        trainer.train()
        seconds = time.monotonic() - started
    watch.restore_best()
    _refuse_divergence(model, labels, watch, options)
    steps_taken = trainer.state.global_step
    return _Fitted(precision.value, steps_taken, seconds, watch.losses, _validation(labels, watch))


def _refuse_divergence(model: Any, labels: _Labels, watch: Watch, options: DenseOptions) -> None:
    """Look at the losses, at the weights, and at a list's vectors: huge weights give none."""
    one = labels.train[0]
    texts = [one.query, *(labels.contents[doc_id] for doc_id in one.doc_ids)]
    seen = [*watch.losses, *watch.figures]
    refuse_divergence(options.learning_rate, weights=model.parameters(), figures=seen)
    vectors = unit_vectors(model, texts, Precision.FLOAT32)
    refuse_divergence(options.learning_rate, figures=vectors.sum(axis=1).tolist())


def _validation(labels: _Labels, watch: Watch) -> DenseValidation | None:
    if not labels.held:
        return None
    return DenseValidation(
        n_lists=len(labels.held),
        held_out=labels.held_out,
        ndcg_before=watch.figures[0],
        ndcg_epochs=tuple(watch.figures[1:]),
        ndcg_after=watch.figures[watch.best_epoch],
        best_epoch=watch.best_epoch,
    )


def _gate(validation: DenseValidation | None) -> Verdict:
    if validation is None:
        return Verdict.NOT_RUN
    return Verdict.PASSED if validation.best_epoch else Verdict.FAILED


def _warn(record: DenseRecord) -> None:
    found = record.validation
    if found is None:
        say(
            "Warning: there are no validation lists and too few groups to hold any out, so nothing "
            "tells whether the encoder became better. Compare it with its base before you use it."
        )
    elif record.gate is Verdict.FAILED:
        say(
            f"Warning: training made the encoder worse on the {found.n_lists} validation lists "
            f"(nDCG@10 {found.ndcg_before:.4f} before, {max(found.ndcg_epochs):.4f} at best "
            "after): the folder holds the base as it was. Mine more labels, or try a lower "
            "learning rate."
        )

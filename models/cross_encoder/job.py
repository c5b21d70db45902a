"""One training, from the opened base to the judged record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.anchoring import find_anchor
from lrat_rank.models.cross_encoder.checkpoint import longest_pair, open_base
from lrat_rank.models.cross_encoder.dataset import TrainingDataset
from lrat_rank.models.cross_encoder.distillation import Objective
from lrat_rank.models.cross_encoder.early_stopping import give_weights, weights_of
from lrat_rank.models.cross_encoder.fitting import Fitted, Fitter
from lrat_rank.models.cross_encoder.gate import Evidence, judge
from lrat_rank.models.cross_encoder.held_out import Material
from lrat_rank.models.cross_encoder.inference import ScoringOptions, keep_head_in_float32
from lrat_rank.models.cross_encoder.layers import freeze
from lrat_rank.models.cross_encoder.lora import add_adapters
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import PairTokenizer
from lrat_rank.models.cross_encoder.processes import count, tell
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker, Documents
from lrat_rank.models.cross_encoder.record import (
    CrossEncoderRecord,
    Gate,
    TrainingRecord,
    Validation,
)
from lrat_rank.models.cross_encoder.resume import PartialTraining
from lrat_rank.models.cross_encoder.run_options import RunOptions
from lrat_rank.models.cross_encoder.training_aids import TrainingAids
from lrat_rank.models.cross_encoder.validation import Look, WatchedLists, first_stage_ndcg
from lrat_rank.models.cross_encoder.warming import warm_up_data
from lrat_rank.models.divergence import refuse_divergence
from lrat_rank.models.precision import Precision
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.verdict import Verdict

_LISTS_LOOKED_AT = 50
"""Training lists whose scores are looked at where there are no validation lists."""


@dataclass(frozen=True)
class _Start:
    """What training starts from, before any warm-up, as the validation lists see it."""

    seen: Look
    weights: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Job:
    """All that a training needs.

    Attributes:
        options: How to train.
        run: What is done beside it.
        material: The lists.
        documents: Texts by doc_id.
        source: The same as an index, if it is one.
        labelled: The labels the lists come from.
        objective: What is minimised.
        teacher: Whose scores are learned too; or None.
        device: Where the model goes.
    """

    options: CrossEncoderOptions
    run: RunOptions
    material: Material
    documents: Documents
    source: FeatureSource | None
    labelled: Sequence[LabelledList]
    objective: Objective
    teacher: Ranker | None
    device: Any

    def train(self, partial: PartialTraining) -> CrossEncoderRanker:
        """The trained ranker with its record; checkpoints go to `partial`.

        Raises:
            InputError: The base does not hold, the training diverges, or a strict run's model
                fails its gate.
        """
        from transformers import set_seed

        options = self.options
        set_seed(options.seed)
        model, tokenizer = open_base(options.base, dropout=options.dropout)
        merge = self._prepare(model)
        pairs = PairTokenizer(tokenizer, self._pair_length(model, tokenizer))
        anchor = find_anchor(self.material.used, self.labelled, self.source, options)
        record = CrossEncoderRecord(
            max_length=pairs.max_length, template=options.reads, anchor=anchor
        )
        scoring = ScoringOptions(precision=partial.precision)
        ranker = CrossEncoderRanker(
            model, tokenizer, self.documents, record=record, options=scoring
        )
        data = TrainingDataset(
            self.material.used,
            self.documents,
            pairs,
            options,
            labelled=self.labelled,
            aids=TrainingAids(
                source=self.source,
                anchor=anchor,
                teacher=self.teacher,
                readings=self.material.readings,
            ),
        )
        tell(
            f"Training on {len(data)} lists, {data.pairs_an_epoch} pairs an epoch, "
            f"{options.epochs} epochs, {partial.precision} on {self.device.type}"
        )
        watched = WatchedLists(self.material.held, ranker) if self.material.held else None
        precision = Precision(partial.precision)
        fitter = Fitter(model, pairs, self.objective, precision, self.run.save_every)
        start = None
        if watched is not None and options.warm_up is not None:
            start = _Start(watched.look(), weights_of(model))
        fitted = self._fit(fitter, data, partial, watched, start)
        merge()
        # What the adapters' merging makes of the model, no look has seen.
        spread = fitted.spread if options.lora is None else None
        if spread is None:
            looked_at = watched or WatchedLists(self.material.used[:_LISTS_LOOKED_AT], ranker)
            spread = looked_at.spread()
        training = self._record(fitted, data, partial, start, spread)
        refuse_divergence(options.learning_rate, figures=[training.spread])
        gate = self._judge(training, fitted, anchored=anchor is not None)
        ranker.record = msgspec.structs.replace(record, training=training, gate=gate)
        return ranker

    def _pair_length(self, model: Any, tokenizer: Any) -> int:
        """Tokens a pair: as many as asked for, or as the base takes."""
        asked, most = self.options.max_length, longest_pair(model, tokenizer)
        if most < asked:
            tell(f"Pairs are cut at {most} tokens instead of {asked}: the base takes no more")
        return min(asked, most)

    def _prepare(self, model: Any) -> Callable[[], object]:
        """Freeze, add adapters, move; gives back what must be done when training is over."""
        options = self.options
        freeze(model, options.freeze_layers)
        merge: Callable[[], object] = bool
        if options.lora is not None:
            merge = add_adapters(model, options.lora, frozen=options.freeze_layers)
        if options.gradient_checkpointing:
            # The other way of checkpointing gives frozen embeddings no gradient to pass on.
            model.gradient_checkpointing_enable({"use_reentrant": False})
        keep_head_in_float32(model)
        model.to(self.device)
        return merge

    def _fit(
        self,
        fitter: Fitter,
        data: TrainingDataset,
        partial: PartialTraining,
        watched: WatchedLists | None,
        start: _Start | None,
    ) -> Fitted:
        """Warm up where that is asked for, then train on the labels."""
        labels = partial.phase("labels")
        if self.options.warm_up is not None and labels.latest is None:
            warm, options = warm_up_data(self.documents, self.source, fitter.pairs, self.options)
            tell(f"Warming up on {len(warm)} lists made from the corpus")
            fitter.fit(warm, options, partial.phase("warm-up"))
        fitted = fitter.fit(data, self.options, labels, watched)
        best = fitted.progress.best
        if start is not None and best is not None and best.ndcg <= start.seen.ndcg:
            give_weights(fitter.model, start.weights)
            return Fitted(fitted.progress, fitted.steps_an_epoch, 0, start.seen.spread)
        return fitted

    def _record(
        self,
        fitted: Fitted,
        data: TrainingDataset,
        partial: PartialTraining,
        start: _Start | None,
        spread: float,
    ) -> TrainingRecord:
        progress, held = fitted.progress, self.material.held
        losses = progress.epoch_losses(fitted.steps_an_epoch)
        validation = None
        if held and progress.best is not None:
            before = start.seen.ndcg if start is not None else progress.evaluations[0].ndcg
            validation = Validation(
                n_lists=len(held),
                ndcg_first_stage=first_stage_ndcg(held, self.source),
                ndcg_before=before,
                ndcg_after=max(progress.best.ndcg, before),
                evaluations=tuple(progress.evaluations),
            )
        return TrainingRecord(
            options=self.options,
            precision=partial.precision,
            processes=count(),
            n_lists=len(data),
            n_pairs=data.pairs_an_epoch * len(losses),
            steps=len(progress.losses),
            best_step=fitted.best_step,
            seconds=progress.seconds,
            epoch_losses=tuple(losses),
            loss_first=losses[0],
            loss_last=losses[-1],
            spread=spread,
            shortened_share=data.shortened_share,
            left_out=self.material.left_out,
            validation=validation,
            command=self.run.command,
        )

    def _judge(self, training: TrainingRecord, fitted: Fitted, *, anchored: bool) -> Gate:
        """Pass the model or say what is wrong with it; with `strict`, refuse it.

        Raises:
            InputError: The run is strict and the model fails.
        """
        gate = judge(
            Evidence(
                losses=training.epoch_losses,
                silent=fitted.progress.silent_losses(fitted.steps_an_epoch),
                spread=training.spread,
                validation=training.validation,
                anchored=anchored,
            )
        )
        if gate.verdict is Verdict.FAILED:
            reasons = "; ".join(gate.reasons)
            if self.run.strict:
                raise InputError(
                    "trained model",
                    must="one that passes its gate (--strict)",
                    got=reasons,
                    do="Nothing was written. Look at the labels, or change the learning rate.",
                )
            tell(f"Warning: FAILED GATE: {reasons}")
        return gate

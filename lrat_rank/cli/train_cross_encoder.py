"""`lrat-rank train cross-encoder`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.context_option import (
    ContextDropoutOption,
    ContextOption,
    context_template,
)
from lrat_rank.cli.gradient_options import (
    AccumulateOption,
    CheckpointOption,
    EpochsOption,
    PairTokensOption,
)
from lrat_rank.cli.guard_option import GuardOption, guarded_if
from lrat_rank.cli.train import (
    IndexFolder,
    Intensity,
    Labels,
    Out,
    Seed,
    ValidationFile,
    trained_record,
)
from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.pipeline.guard import GuardResult
    from lrat_rank.pipeline.train import TrainResult


def cross_encoder(
    labels: Labels,
    index: IndexFolder,
    out: Out,
    validation: ValidationFile = None,
    base: CheckpointOption = "offline",
    loss: Annotated[
        str, typer.Option(help="A loss: NAME or NAME:KEY=VALUE,…; docs/losses.md lists them.")
    ] = "softmax",
    context: ContextOption = None,
    context_dropout: ContextDropoutOption = 0.3,
    intensity: Intensity = "gain",
    anchor: Annotated[
        bool, typer.Option(help="Learn a correction of the first stage's score.")
    ] = True,
    epochs: EpochsOption = 2,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            help="Peak of the linear schedule "
            "[default: 2e-4; 1e-5 after a warm-up or from a cross-encoder]."
        ),
    ] = None,
    head_learning_rate: Annotated[
        float | None, typer.Option(help="That of the head [default: the same].")
    ] = None,
    layer_decay: Annotated[
        float, typer.Option(help="Each layer's rate is this times that of the layer above.")
    ] = 1.0,
    freeze_layers: Annotated[
        int, typer.Option(help="Lowest layers that stay as they are, embeddings too; 0: none.")
    ] = 0,
    lora: Annotated[
        int, typer.Option(help="Rank of low-rank adapters in place of the layers; 0: none.")
    ] = 0,
    batch_lists: Annotated[int, typer.Option(help="Lists a batch, over all processes.")] = 8,
    accumulate: AccumulateOption = 1,
    list_size: Annotated[int, typer.Option(help="Documents of a list an epoch shows.")] = 8,
    max_length: PairTokensOption = 256,
    precision: Annotated[
        str, typer.Option(help="auto, float32, bf16, or fp16 (accelerators only).")
    ] = "auto",
    gradient_checkpointing: Annotated[
        bool, typer.Option("--gradient-checkpointing", help="Less memory, a third slower.")
    ] = False,
    warm_up: Annotated[
        int, typer.Option(help="Lists made from the corpus alone to train on first; 0: none.")
    ] = 0,
    teacher: Annotated[
        Path | None, typer.Option(help="A ranker's folder, whose scores are learned too.")
    ] = None,
    teacher_share: Annotated[float, typer.Option(help="How much they count, in [0, 1].")] = 0.5,
    teacher_loss: Annotated[str, typer.Option(help="kl or margin-mse.")] = "kl",
    evaluations: Annotated[int, typer.Option(help="Looks at the validation lists an epoch.")] = 1,
    patience: Annotated[int, typer.Option(help="Looks without a better one to stop at.")] = 3,
    held_out: Annotated[
        float, typer.Option(help="Share of the questions that become validation lists; 0: none.")
    ] = 0.1,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do not go on with an interrupted training.")
    ] = False,
    save_every: Annotated[float, typer.Option(help="Seconds between checkpoints.")] = 120.0,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing where the model fails its gate.")
    ] = False,
    push_to_hub: Annotated[
        str | None, typer.Option(help="Upload the ranker to the Hugging Face hub: OWNER/NAME.")
    ] = None,
    guard: GuardOption = True,
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Train a cross-encoder on texts, from any Hugging Face checkpoint.

    Killed, it goes on where it last saved when the same command is given again. Under torchrun
    (torchrun --no-python --nproc-per-node N lrat-rank train …) N processes share the work.
    """
    from lrat_rank.models.cross_encoder.distillation import Distillation
    from lrat_rank.models.cross_encoder.hub import check_hub_name
    from lrat_rank.models.cross_encoder.learning_rates import suited_rate
    from lrat_rank.models.cross_encoder.lora import LoraOptions
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.cross_encoder.processes import is_first
    from lrat_rank.models.cross_encoder.run_options import RunOptions
    from lrat_rank.models.cross_encoder.sampling import SamplingOptions
    from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
    from lrat_rank.models.cross_encoder.text import PairTemplate
    from lrat_rank.models.intensity_use import IntensityUse
    from lrat_rank.models.warm_up.options import WarmUpOptions
    from lrat_rank.pipeline.train import train_cross_encoder

    if push_to_hub is not None:
        check_hub_name(push_to_hub)
    options = CrossEncoderOptions(
        base=base,
        loss=loss,
        intensity=IntensityUse.parse(intensity),
        anchor=anchor,
        epochs=epochs,
        learning_rate=learning_rate or suited_rate(base, warmed_up=warm_up > 0),
        head_learning_rate=head_learning_rate,
        layer_decay=layer_decay,
        freeze_layers=freeze_layers,
        lora=LoraOptions(rank=lora, alpha=2.0 * lora) if lora else None,
        batch_lists=batch_lists,
        accumulate=accumulate,
        gradient_checkpointing=gradient_checkpointing,
        sampling=SamplingOptions(list_size=list_size),
        warm_up=WarmUpOptions(lists=warm_up, seed=seed) if warm_up else None,
        distillation=Distillation(share=teacher_share, loss=teacher_loss),
        stopping=StoppingOptions(evaluations=evaluations, patience=patience, held_out=held_out),
        max_length=max_length,
        template=None if context is None else PairTemplate(context=context_template(context)),
        context_dropout=context_dropout,
        precision=precision,
        seed=seed,
    )
    run = RunOptions(fresh=fresh, save_every=save_every, strict=strict, command=_command())
    result = train_cross_encoder(
        labels, index, out, options, validation=validation, teacher=teacher, run=run
    )
    if not is_first():
        return
    guarded = guarded_if(guard, out, labels, index, validation=validation)
    _report(result, guarded, push_to_hub, as_json=as_json)


def _command() -> str:
    """What was typed; nothing where another program called."""
    called = Path(sys.argv[0]).name == "lrat-rank"
    return shlex.join(["lrat-rank", *sys.argv[1:]]) if called else ""


def _report(
    result: TrainResult, guard: GuardResult | None, push: str | None, *, as_json: bool
) -> None:
    """Say what came out, and upload it where that is asked for."""
    from lrat_rank.models.cross_encoder.hub import push_to_hub
    from lrat_rank.models.cross_encoder.record import Gate
    from lrat_rank.models.verdict import Verdict

    gate = msgspec.convert(result.record["gate"], Gate)
    failed = gate.verdict is Verdict.FAILED
    lines = [
        f"Trained a {result.kind} ranker on {result.lists} lists; wrote {result.ranker}.",
        f"Gate: {gate}.",
    ]
    if push is not None and not failed:
        lines.append(f"Uploaded to {push_to_hub(Path(result.ranker), push)}.")
    emit(trained_record(result, guard), lines, as_json=as_json)
    if push is not None and failed:
        raise InputError(
            "ranker to upload",
            must="one that passes its gate",
            got="; ".join(gate.reasons),
            do=f"It stays in {result.ranker}.",
        )

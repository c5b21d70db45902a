"""`lrat-rank train dense`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.gradient_options import AccumulateOption, LearningRateOption
from lrat_rank.cli.train import IndexFolder, Intensity, Labels, Out, Seed, ValidationFile

if TYPE_CHECKING:
    from lrat_rank.pipeline.train import TrainResult


def dense(
    labels: Labels,
    index: IndexFolder,
    out: Out,
    validation: ValidationFile = None,
    base: Annotated[
        str, typer.Option(help="offline (packaged MiniLM), an encoder folder, or a hub name.")
    ] = "offline",
    intensity: Intensity = "gain",
    temperature: Annotated[float, typer.Option(help="Divides the cosines in the loss.")] = 0.02,
    negatives: Annotated[int, typer.Option(help="Of its own list an example shows.")] = 9,
    rejected_share: Annotated[
        float, typer.Option(help="Share of the negatives that rejected documents fill first.")
    ] = 1.0,
    in_batch: Annotated[
        bool, typer.Option(help="Other examples' documents are negatives too.")
    ] = True,
    near_duplicate: Annotated[
        float, typer.Option(help="Word overlap from which two documents are one text.")
    ] = 0.9,
    epochs: Annotated[int, typer.Option(help="Passes over the examples, at most.")] = 2,
    patience: Annotated[int, typer.Option(help="Epochs without progress before it stops.")] = 1,
    learning_rate: LearningRateOption = 2e-5,
    warmup: Annotated[float, typer.Option(help="Share of the steps that lead up to it.")] = 0.1,
    weight_decay: Annotated[float, typer.Option(help="AdamW's.")] = 0.01,
    batch_examples: Annotated[int, typer.Option(help="Examples read at once.")] = 16,
    accumulate: AccumulateOption = 1,
    max_length: Annotated[int, typer.Option(help="Tokens a text, at most.")] = 256,
    held_out: Annotated[
        float, typer.Option(help="Share of the questions kept where --validation is not given.")
    ] = 0.1,
    precision: Annotated[str, typer.Option(help="auto, float32 or bf16.")] = "auto",
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Fine-tune a sentence encoder for dense retrieval (weighted InfoNCE)."""
    from lrat_rank.models.dense import DenseOptions
    from lrat_rank.models.intensity_use import IntensityUse
    from lrat_rank.pipeline.train_dense import train_dense

    options = DenseOptions(
        base=base,
        intensity=IntensityUse.parse(intensity),
        temperature=temperature,
        negatives=negatives,
        rejected_share=rejected_share,
        in_batch=in_batch,
        near_duplicate=near_duplicate,
        epochs=epochs,
        patience=patience,
        learning_rate=learning_rate,
        warmup=warmup,
        weight_decay=weight_decay,
        batch_examples=batch_examples,
        accumulate=accumulate,
        max_length=max_length,
        held_out=held_out,
        precision=precision,
        seed=seed,
    )
    result = train_dense(labels, index, out, options, validation=validation)
    emit(msgspec.to_builtins(result), [_told(result)], as_json=as_json)


def _told(result: TrainResult) -> str:
    gates = {"passed": "the trained encoder", "failed": "the base, which training made worse"}
    what = gates.get(result.record["gate"], "the trained encoder, not validated")
    found = result.record["validation"]
    figures = (
        f" (validation nDCG@10 {found['ndcg_before']:.4f} -> {found['ndcg_after']:.4f})"
        if found
        else ""
    )
    return (
        f"Trained a dense retriever on {result.lists} lists; wrote {what}{figures} "
        f"to {result.ranker}."
    )

"""Run files fused and converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from lrat_rank.collections import Run, read_qrels, read_run, write_run
from lrat_rank.collections.runs import AUTO, RUN_FORMATS
from lrat_rank.errors import InputError
from lrat_rank.eval.fusion_weights import TunedWeights, tune_weights
from lrat_rank.eval.named_runs import read_named_runs
from lrat_rank.files import refuse_inputs
from lrat_rank.models.fusion import FusionOptions, fuse_runs


class FuseResult(msgspec.Struct, frozen=True):
    """A fused run that was written.

    Attributes:
        weights: By run; None where the method takes none.
        tuning: How the weights were chosen; None where they were given or there are none.
    """

    run: str
    inputs: list[str]
    method: str
    normalise: str | None
    queries: int
    documents: int
    weights: dict[str, float] | None
    tuning: TunedWeights | None


class ConvertResult(msgspec.Struct, frozen=True):
    """A run that was written in another form."""

    run: str
    format: str
    queries: int
    documents: int


@dataclass(frozen=True, slots=True)
class Tuning:
    """Training judgements and the measure that weights are chosen for."""

    qrels: Path
    measure: str = "nDCG@10"


def fuse_files(
    runs: Sequence[Path],
    out: Path,
    options: FusionOptions,
    *,
    weights: Sequence[float] | Tuning | None = None,
    depth: int | None = None,
    format: str = AUTO,
    part: str | None = None,
) -> FuseResult:
    """Fuse run files and write the fused run.

    Args:
        runs: Two files or more, of any form.
        out: TREC run to write.
        options: Method, normalisation and k.
        weights: For the method "weighted": one a run, or how to find them.
        depth: Documents a query to keep; all when None.
        format: Of all files, as in `read_run`.
        part: `subset/split` of all files, which then are MTEB's predictions.

    Raises:
        InputError: A file or option does not hold, a run is given twice, or the training qrels
            share no query.
    """
    tuning = weights if isinstance(weights, Tuning) else None
    if depth is not None and depth < 1:
        raise InputError("--depth", must="at least 1", got=depth)
    if tuning is not None and options.method != "weighted":
        must, got = "given with --method weighted", f"--method {options.method}"
        raise InputError("--tune", must=must, got=got)
    _refuse_twice(runs)
    refuse_inputs(out, *runs, tuning.qrels if tuning else None)
    named, _ = read_named_runs(runs, format=format, part=part)
    read = list(named.values())
    tuned = None
    if isinstance(weights, Tuning):
        qrels = read_qrels(weights.qrels)
        tuned = tune_weights(read, qrels, measure=weights.measure, normalise=options.normalise)
        weights = tuned.weights
    tag = "_".join(Path(out.name.removesuffix(".gz")).stem.split()) or options.method
    fused = fuse_runs(read, options, weights=weights, depth=depth, tag=tag)
    write_run(out, fused)
    return FuseResult(
        run=str(out),
        inputs=list(named),
        method=options.method,
        normalise=None if options.method == "rrf" else options.normalise,
        queries=len(fused.rankings),
        documents=_documents(fused),
        weights=None if weights is None else dict(zip(named, weights, strict=True)),
        tuning=tuned,
    )


def _refuse_twice(runs: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for run in runs:
        if run.resolve() in seen:
            raise InputError("runs to fuse", must="given once each", got=f"{run} a second time")
        seen.add(run.resolve())


def convert_file(
    run: Path, out: Path, *, to: str, format: str = AUTO, part: str | None = None
) -> ConvertResult:
    """Write a run in another form.

    Args:
        run: The file to read.
        out: The file to write.
        to: A name of `RUN_FORMATS`.
        format: Of `run`, as in `read_run`.
        part: `subset/split` of MTEB's predictions.

    Raises:
        InputError: A format is unknown, the file does not hold a run in its format, or an id does
            not fit into the new one.
    """
    RUN_FORMATS.get(to)
    refuse_inputs(out, run)
    read = read_run(run, format, part=part)
    write_run(out, read, to)
    answered = sum(bool(documents) for documents in read.scores().values())
    return ConvertResult(str(out), to, answered, _documents(read))


def _documents(run: Run) -> int:
    return sum(map(len, run.scores().values()))

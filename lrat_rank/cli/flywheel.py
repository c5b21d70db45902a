"""`lrat-rank flywheel`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.question_options import HopsOption, QrelsOption, QueriesOption, read_questions
from lrat_rank.cli.search_options import DepthOption, IndexOption, KOption, StageOption


def flywheel(
    index: IndexOption,
    out: Annotated[Path, typer.Option("--out", help="Folder to write, one folder a round in it.")],
    hops: HopsOption = None,
    queries: QueriesOption = None,
    qrels: QrelsOption = None,
    rounds: Annotated[int, typer.Option(help="How often a challenger is trained.")] = 3,
    seeds: Annotated[int, typer.Option(help="Runs of the agent on each question.")] = 3,
    gate: Annotated[
        str, typer.Option(help="What a challenger must reach in the replay to be deployed.")
    ] = "nDCG@10 >= champion margin 0.02 p<0.05",
    ranker: Annotated[
        str, typer.Option(help="What is trained: lightgbm or cross-encoder.")
    ] = "lightgbm",
    preset: Annotated[str, typer.Option(help="The agent's behaviour.")] = "browsecomp",
    stage: StageOption = None,
    k: KOption = 10,
    depth: DepthOption = 50,
    test_share: Annotated[
        float, typer.Option(help="Share of the questions that only measure.")
    ] = 0.3,
    gate_share: Annotated[
        float, typer.Option(help="Share of a round's questions that the gate replays.")
    ] = 0.3,
    watch_alpha: Annotated[
        float, typer.Option(help="Level at which a deployed ranker is rolled back.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="Of batches, agents and rankers.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Rounds of agents, labels, training, gate and deployment, on simulated agents.

    Each round works a batch of questions nobody has learned from, mines all runs so far, trains a
    challenger, replays it on lists held back, and deploys it where it passes the gate. The next
    round rolls it back when agents do worse with it. A folder that was stopped goes on.
    """
    from lrat_rank.pipeline.flywheel.job import run_flywheel
    from lrat_rank.pipeline.flywheel.options import FlywheelOptions
    from lrat_rank.pipeline.flywheel.table import table_lines

    options = FlywheelOptions(
        rounds=rounds,
        seeds=seeds,
        test_share=test_share,
        gate_share=gate_share,
        watch_alpha=watch_alpha,
        gate=gate,
        ranker=ranker,
        preset=preset,
        stage=stage,
        k=k,
        depth=depth,
        seed=seed,
    )
    result = run_flywheel(index, read_questions(hops, queries, qrels), out, options)
    emit(result.to_dict(), table_lines(result), as_json=as_json)

"""`lrat-rank simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.question_options import HopsOption, QrelsOption, QueriesOption, read_questions
from lrat_rank.cli.search_options import IndexOption, KOption, RankerOption, StageOption


def simulate(
    index: IndexOption,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the runs into.")],
    hops: HopsOption = None,
    queries: QueriesOption = None,
    qrels: QrelsOption = None,
    ranker: RankerOption = None,
    preset: Annotated[
        str, typer.Option(help="Whose behaviour the agents have: browsecomp, infoseek or demo.")
    ] = "browsecomp",
    seeds: Annotated[int, typer.Option(help="Runs of each question.")] = 3,
    k: KOption = 10,
    depth: Annotated[int, typer.Option(help="Candidates the ranker scores; at least -k.")] = 50,
    stage: StageOption = None,
    semantic: Annotated[
        bool, typer.Option("--semantic", help="Agents judge snippets by meaning too (vectors).")
    ] = False,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Show simulated beside published figures.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the first run of a question.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Let agents without a language model work questions, and score what they did.

    The runs are BrowseComp-Plus JSON, and `mine` reads their folder. A folder that was stopped goes
    on, makes damaged runs again, and takes further seeds.
    """
    from lrat_rank.eval.agent_runs.report import score_lines, to_record
    from lrat_rank.eval.simulation import calibration_lines
    from lrat_rank.files import refuse_inputs
    from lrat_rank.pipeline.simulate import SimulationOptions, simulate_runs

    refuse_inputs(out, hops, queries, qrels)
    options = SimulationOptions(
        preset=preset,
        seeds=seeds,
        seed=seed,
        k=k,
        depth=depth,
        stage=stage,
        semantic=semantic,
        calibrate=calibration,
    )
    questions = read_questions(hops, queries, qrels)
    result = simulate_runs(index, questions, out, options, ranker=ranker)
    lines = [*score_lines(result.scores)]
    if result.calibration is not None:
        lines += ["", *calibration_lines(result.calibration)]
    remade = f" ({result.remade} in place of damaged ones)" if result.remade else ""
    lines.append(f"Made {result.made} runs{remade}, kept {result.kept}, in {out}.")
    record = {
        "out": str(out),
        "made": result.made,
        "remade": result.remade,
        "kept": result.kept,
        "scores": to_record(result.scores),
        "calibration": result.calibration.to_record() if result.calibration else None,
    }
    emit(record, lines, as_json=as_json)

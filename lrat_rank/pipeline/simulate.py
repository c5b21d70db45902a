"""Simulated agents on an index: a folder of runs, their scores and their calibration.

OUT/<question id>-seed<seed>.json      one run each, BrowseComp-Plus JSON: `mine` reads the folder
OUT/.lrat-rank-simulation.json         what the runs were made with
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs import AgentScores, score_agent_runs
from lrat_rank.eval.simulation import (
    PRESETS,
    AgentBehaviour,
    Calibration,
    Question,
    Similarity,
    calibration,
    cosine_similarity,
    evidence_of,
    simulate,
)
from lrat_rank.files import fingerprint, read_json, refuse_inputs, write_json
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import load_ranker
from lrat_rank.progress import track
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.search_tool import SearchTool
from lrat_rank.trajectories import read_trajectories, write_trajectory
from lrat_rank.trajectories.browsecomp_writer import file_name

MARKER = ".lrat-rank-simulation.json"
_FORMAT = {"format": "lrat-rank-simulation", "version": 1}


class SimulationOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How agents are simulated.

    Attributes:
        preset: Whose behaviour they have, see `PRESETS`.
        seeds: Runs of each question, a count.
        seed: Of the first; the next ones count on from it.
        k: Documents a search shows.
        depth: Candidates the ranker scores, at least `k`, and 1.
        stage: First stage; None takes hybrid where the index has vectors, else bm25.
        semantic: Whether agents judge snippets by meaning too, with the encoder of the index. The
            presets were fitted without.
        calibrate: Whether to measure the runs by the preset's published figures.
    """

    preset: str = "browsecomp"
    seeds: int = 3
    seed: int = 0
    k: int = 10
    depth: int = 50
    stage: str | None = None
    semantic: bool = False
    calibrate: bool = False

    def __post_init__(self) -> None:
        if self.seeds < 1:
            raise InputError("--seeds", must="1 or more", got=self.seeds)
        if self.depth < max(1, self.k):
            least = max(1, self.k)
            raise InputError("--depth", must=f"{least} or more (-k {self.k})", got=self.depth)
        if self.calibrate and not PRESETS.get(self.preset).targets:
            raise InputError(
                "--calibration",
                must="asked for with a preset that is fitted to published figures",
                got=f"--preset {self.preset}",
            )

    @property
    def behaviour(self) -> AgentBehaviour:
        """The preset's behaviour, with lists as long as asked for."""
        return replace(PRESETS.get(self.preset).behaviour, shown=self.k)


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What was done.

    Attributes:
        out: The folder of the runs.
        made: Runs made now.
        remade: Those among them that were there, and could not be read.
        kept: Runs that were there already.
        scores: Of all of them.
        calibration: None where it was not asked for.
    """

    out: Path
    made: int
    remade: int
    kept: int
    scores: AgentScores
    calibration: Calibration | None


def simulate_runs(
    index: Path,
    questions: Sequence[Question],
    out: Path,
    options: SimulationOptions | None = None,
    *,
    ranker: Path | None = None,
) -> SimulationResult:
    """Let simulated agents work questions, and score what they did.

    Every run is a file that is written whole: a job that was stopped, or is given more seeds, makes
    the runs that are missing. A run that cannot be read is made again. Runs made with other
    options, another index, ranker or set of questions are not mixed.

    Args:
        index: Index folder.
        questions: What to work on; ids are unique.
        out: Folder of the runs.
        options: Behaviour, seeds, search.
        ranker: Ranker folder; None keeps the first stage's order.

    Raises:
        InputError: An input does not hold, no question's evidence is in the index, or `out` holds
            something else.
    """
    options = options or SimulationOptions()
    refuse_inputs(out, index, ranker)
    opened = Index.load(index)
    _check_evidence(questions, opened, index)
    loaded = load_ranker(ranker, opened) if ranker is not None else None
    search = EngineOptions(k=options.k, depth=options.depth, stage=options.stage, fallback=False)
    tool = SearchTool(Engine(opened, loaded, search))
    made_with = {
        "behaviour": msgspec.to_builtins(options.behaviour),
        "search": {"stage": tool.stage, "k": tool.k, "depth": tool.depth},
        "semantic": options.semantic,
        "index": fingerprint(index),
        "ranker": None if ranker is None else fingerprint(ranker),
        "questions": hashlib.sha256(msgspec.json.encode(questions)).hexdigest(),
    }
    similarity = _similarity(opened, index) if options.semantic else None
    _open_folder(out, made_with)
    paths = [_path(out, one, seed) for one in questions for seed in _seeds(options)]
    missing = _missing(questions, out, options)
    made = sum(map(len, missing.values()))
    remade = sum(_path(out, one, seed).is_file() for seed in missing for one in missing[seed])
    _make(missing, tool, out, options, similarity)
    trajectories = list(read_trajectories(paths, strict=True))
    evidence = evidence_of(questions)
    preset = PRESETS.get(options.preset)
    return SimulationResult(
        out=out,
        made=made,
        remade=remade,
        kept=len(paths) - made,
        scores=score_agent_runs(trajectories, evidence=evidence, name=str(out), seed=options.seed),
        calibration=calibration(trajectories, preset, evidence) if options.calibrate else None,
    )


def _similarity(index: Index, where: Path) -> Similarity:
    if not index.has_dense:
        raise InputError(
            "index of --semantic",
            must="one with vectors",
            got="BM25 alone",
            where=where,
            do="Leave --semantic out, or index with an --encoder.",
        )
    return cosine_similarity(index.encode_queries)


def _seeds(options: SimulationOptions) -> range:
    return range(options.seed, options.seed + options.seeds)


def _path(out: Path, question: Question, seed: int) -> Path:
    return out / file_name(_run_id(question, seed))


def _run_id(question: Question, seed: int) -> str:
    return f"{question.question_id}-seed{seed}"


def _missing(
    questions: Sequence[Question], out: Path, options: SimulationOptions
) -> dict[int, list[Question]]:
    """The questions of each seed whose run is not there, or cannot be read."""
    return {
        seed: [one for one in questions if not _is_whole(_path(out, one, seed), one, seed)]
        for seed in _seeds(options)
    }


def _is_whole(path: Path, question: Question, seed: int) -> bool:
    """Whether a file holds the run that belongs there."""
    if not path.is_file():
        return False
    try:
        [run] = read_trajectories([path], strict=True)
    except (InputError, ValueError):
        return False
    return run.trajectory_id == _run_id(question, seed)


def _make(
    missing: Mapping[int, Sequence[Question]],
    tool: SearchTool,
    out: Path,
    options: SimulationOptions,
    similarity: Similarity | None,
) -> None:
    """Simulate and write the missing runs."""
    runs = (
        trajectory
        for seed, pending in missing.items()
        for question in pending
        for trajectory in simulate(
            [question],
            tool.session(question.text),
            behaviour=options.behaviour,
            seed=seed,
            retriever=tool.name,
            similarity=similarity,
        )
    )
    for trajectory in track(runs, "Simulating", total=sum(map(len, missing.values()))):
        write_trajectory(out, trajectory, k=options.k)


def _check_evidence(questions: Sequence[Question], index: Index, where: Path) -> None:
    evidence = sorted(set().union(*(question.evidence for question in questions)))
    if not any(doc_id in index for doc_id in evidence):
        raise InputError(
            "evidence of the questions",
            must=f"among the documents of the index ({', '.join(map(repr, index.doc_ids[:3]))}, …)",
            got=", ".join(map(repr, evidence[:3])),
            where=where,
            do="Give the index of the questions' own collection.",
        )


def _open_folder(out: Path, made_with: dict[str, Any]) -> None:
    """Make the folder, or go on in one whose runs were made with the same."""
    marker = out / MARKER
    if not marker.is_file():
        if out.is_file() or (out.is_dir() and any(out.iterdir())):
            raise InputError(
                "--out",
                must="new, empty, or an earlier simulation",
                got="something else",
                where=out,
            )
        write_json(marker, _FORMAT | made_with)
        return
    found = read_json(marker, "simulation marker")
    # Through JSON and back, so that what compares equal is what a file can hold.
    wanted = msgspec.json.decode(msgspec.json.encode(_FORMAT | made_with))
    different = [name for name, value in wanted.items() if found.get(name) != value]
    if different:
        raise InputError(
            "runs in --out",
            must="made with the same options, index, ranker and questions",
            got=f"other {', '.join(different)}",
            where=out,
            do="Choose another --out.",
        )

"""The whole way on a small invented world: agent runs → labels → rankers → measured runs.

OUT/collection/     corpus.jsonl, queries.jsonl and qrels of the held-out sub-questions
OUT/index/          BM25 and dense vectors
OUT/trajectories/   what the simulated agent did on the training questions
OUT/labels.jsonl    labelled lists mined from it, with gain table and loss report
OUT/lightgbm/, OUT/cross-encoder/, OUT/cascade/
OUT/validation-trajectories/, OUT/validation-labels.jsonl
                    the same of the validation questions, which choose the cascade's blend
OUT/runs/           one TREC run a system
OUT/result.json, OUT/per-query.csv, OUT/comparison.png
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lrat_rank.collections import Run, write_corpus, write_qrels, write_run, write_topics
from lrat_rank.errors import InputError
from lrat_rank.eval.evaluation import Evaluation, evaluate_runs
from lrat_rank.eval.report.plots import bars_with_intervals
from lrat_rank.eval.report.record import to_record, write_per_query_csv
from lrat_rank.eval.simulation import Question, World, build_world, simulate
from lrat_rank.files import atomic_folder, write_json
from lrat_rank.mining.labels import read_labels
from lrat_rank.models.cascade import Cascade, CascadeOptions, compose
from lrat_rank.models.cascade.tuning import tune
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.first_stage import STAGES, Index, IndexOptions
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.loading import load_ranker
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.remembered_scores import RememberedScores
from lrat_rank.models.rerank import rerank
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.mine import MiningResult, mine_files
from lrat_rank.pipeline.train import train_cross_encoder, train_lightgbm
from lrat_rank.progress import say
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.search_tool import SearchTool
from lrat_rank.trajectories import write_trajectory

MEASURES = ("nDCG@10", "RR@10", "R@10")
BASELINE = "hybrid"
RESULT = "result.json"
MARKER = ".lrat-rank-demo.json"
_MARK = {"format": "lrat-rank-demo", "version": 1}
_WORKED = {
    "training": ("trajectories", "labels.jsonl"),
    "validation": ("validation-trajectories", "validation-labels.jsonl"),
}
"""Questions the agent works: where its runs go, and what is mined from them."""


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How large a world, and which one.

    Attributes:
        seed: Of the world, the agent and the rankers.
        documents: Size of the encyclopedia.
        questions: Over all splits: 60% train the rankers, 15% tune the cascade, 25% are held out
            for the measures.
        shown: Documents the agent's search shows.
        candidates: Documents of the hybrid first stage that the rankers reorder.
        read: How many of them, in the mean, the cascade's cross-encoder reads.
        frozen: Lowest layers of the cross-encoder that stay as they are: on so little data they
            have nothing to learn that is worth the time.
    """

    seed: int = 0
    documents: int = 2000
    questions: int = 300
    shown: int = 10
    candidates: int = 20
    read: int = 10
    frozen: int = 2


@dataclass(frozen=True)
class DemoResult:
    """What the demo did, and what came of it.

    Attributes:
        out: The folder everything is in.
        evaluation: All systems on the held-out sub-questions.
        mining: What was mined from the agent's runs.
        answered: Share of the training questions the agent answered right.
        cascade: How the two rankers work together, as the validation questions chose.
        seconds: Time each step took.
    """

    out: Path
    evaluation: Evaluation
    mining: MiningResult
    answered: float
    cascade: CascadeOptions
    seconds: dict[str, float] = field(default_factory=dict)


def run_demo(out: Path, options: DemoOptions | None = None) -> DemoResult:
    """Run the demo; the same seed gives the same world, agent runs and labels.

    Raises:
        InputError: `out` holds something other than an earlier demo.
    """
    options = options or DemoOptions()
    _refuse_other_work(out)
    seconds: dict[str, float] = {}
    with _timed("world and index", seconds):
        world = build_world(options.seed, options.documents, options.questions)
        index = _index(world, out)
    with _timed("agent runs", seconds):
        answered = {
            split: _work_questions(world.asked(split), index, out / folder, options)
            for split, (folder, _) in _WORKED.items()
        }
    with _timed("labels", seconds):
        logs = LogOptions(corpus=out / "collection/corpus.jsonl")
        mining = {
            split: mine_files([out / folder], out / labels, logs=logs)
            for split, (folder, labels) in _WORKED.items()
        }
    _train(out, options, seconds)
    rankers = {kind: load_ranker(out / kind, index) for kind in ("lightgbm", "cross-encoder")}
    # The cascade asks the cross-encoder for nothing that the cross-encoder alone has not read.
    rankers["cross-encoder"] = RememberedScores(rankers["cross-encoder"])
    with _timed("cascade", seconds):
        cascade = _cascade(rankers, index, out, options)
        rankers["cascade"] = Cascade(rankers["lightgbm"], rankers["cross-encoder"], cascade)
    with _timed("runs and measures", seconds):
        runs = _runs(world, index, rankers, out, options)
        evaluation = evaluate_runs(
            world.qrels("test"), runs, MEASURES, baseline=BASELINE, seed=options.seed
        )
    result = DemoResult(out, evaluation, mining["training"], answered["training"], cascade, seconds)
    _report(result, options)
    return result


def _refuse_other_work(out: Path) -> None:
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file()):
        raise InputError(
            "--out", must="new, empty, or an earlier demo", got="something else", where=out
        )
    write_json(out / MARKER, _MARK)


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    say(f"— {step}")
    started = time.monotonic()
    yield
    seconds[step] = time.monotonic() - started


def _index(world: World, out: Path) -> Index:
    collection = out / "collection"
    write_corpus(collection / "corpus.jsonl", world.documents)
    write_topics(collection / "queries.jsonl", world.topics("test"))
    write_qrels(collection / "qrels.txt", world.qrels("test"))
    return Index.build(world.documents, out / "index", IndexOptions(encoder="offline"))


def _work_questions(
    questions: list[Question], index: Index, folder: Path, options: DemoOptions
) -> float:
    """The share that the agent answers right."""
    search = EngineOptions(k=options.shown, depth=options.candidates)
    tool = SearchTool(Engine(index, options=search))
    right = 0
    with atomic_folder(folder, marker=MARKER) as new:
        write_json(new / MARKER, _MARK)
        for trajectory in simulate(questions, tool, seed=options.seed, retriever=tool.name):
            write_trajectory(new, trajectory)
            right += bool(trajectory.correct)
    return right / len(questions)


def _train(out: Path, options: DemoOptions, seconds: dict[str, float]) -> None:
    labels, index = out / "labels.jsonl", out / "index"
    with _timed("LightGBM", seconds):
        lightgbm = LightGBMOptions(seed=options.seed)
        train_lightgbm(labels, index, out / "lightgbm", lightgbm, validation=None)
    with _timed("cross-encoder", seconds):
        cross_encoder = CrossEncoderOptions(
            seed=options.seed,
            epochs=1,
            freeze_layers=options.frozen,
            stopping=StoppingOptions(depth=options.candidates),
        )
        train_cross_encoder(labels, index, out / "cross-encoder", cross_encoder, validation=None)


def _cascade(
    rankers: Mapping[str, Ranker], index: Index, out: Path, options: DemoOptions
) -> CascadeOptions:
    held = read_labels(out / _WORKED["validation"][1])
    chosen, tuning = tune(
        rankers["lightgbm"],
        rankers["cross-encoder"],
        held,
        index,
        budget=options.read,
        depth=options.candidates,
    )
    compose(out / "lightgbm", out / "cross-encoder", out / "cascade", chosen, tuning=tuning)
    return chosen


def _runs(
    world: World, index: Index, rankers: Mapping[str, Ranker], out: Path, options: DemoOptions
) -> dict[str, Run]:
    topics = world.topics("test")
    runs = {stage: index.retrieve(topics, stage, options.candidates) for stage in STAGES}
    for kind, ranker in rankers.items():
        reranked = rerank(runs[BASELINE], topics, ranker, depth=options.candidates, tag=kind)
        runs[f"{BASELINE} + {kind}"] = reranked
    with atomic_folder(out / "runs", marker=MARKER) as new:
        write_json(new / MARKER, _MARK)
        for run in runs.values():
            write_run(new / f"{run.tag}.run", run)
    return runs


def _report(result: DemoResult, options: DemoOptions) -> None:
    record = {
        "options": msgspec.to_builtins(options),
        "note": "Documents, questions and agent are synthetic: the figures show that the way "
        "works from end to end, not how a ranker does on your data. The agent is told each "
        "sub-question and recognises its answer in a page, with errors; it sees no relevance "
        "label. Sub-questions of one question share documents, so the p-values, which take them "
        "as independent, are somewhat too small.",
        "agent": {"answered_right": result.answered},
        "cascade": msgspec.to_builtins(result.cascade),
        "mining": result.mining.report.to_dict(),
        "evaluation": to_record(result.evaluation),
        "seconds": result.seconds,
    }
    write_json(result.out / RESULT, record)
    write_per_query_csv(result.out / "per-query.csv", result.evaluation)
    count = len(result.evaluation.query_ids)
    bars_with_intervals(
        result.evaluation,
        result.out / "comparison.png",
        title=f"{count} held-out sub-questions of a synthetic world",
    )

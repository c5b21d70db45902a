"""A flywheel from its first round to its last, and on where it was stopped.

OUT/flywheel.json       options and the batches of questions
OUT/round-0/            the first stage alone on the test questions
OUT/round-N/runs/       what the agents did with the deployed system on the round's questions
OUT/round-N/watched-runs/  the same questions with the system before it, after a deployment
OUT/round-N/labels.jsonl, training.jsonl, gate.jsonl, ranker/, replay.json
OUT/round-N/test-runs/  the test questions, where the round's ranker was deployed
OUT/round-N/round.json  what came of it; written last
OUT/result.json, OUT/flywheel.png
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import Question
from lrat_rank.files import fingerprint, read_json, refuse_inputs, write_json
from lrat_rank.models.first_stage import Index
from lrat_rank.pipeline.flywheel.agents import Agents
from lrat_rank.pipeline.flywheel.batches import Batches, deal
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.plot import plot_rounds
from lrat_rank.pipeline.flywheel.record import RoundRecord
from lrat_rank.pipeline.flywheel.systems import round_name
from lrat_rank.pipeline.flywheel.turn import Turn
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions

SETTING, RESULT, PLOT, ROUND = "flywheel.json", "result.json", "flywheel.png", "round.json"


@dataclass(frozen=True)
class FlywheelResult:
    """What a flywheel wrote and what came of it; `rounds` begins with the first stage alone."""

    out: Path
    rounds: list[RoundRecord]
    test_questions: int

    @property
    def deployed(self) -> str:
        """The system that serves in the end."""
        return self.rounds[-1].deployed

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "test_questions": self.test_questions,
            "deployed": self.deployed,
            "rounds": msgspec.to_builtins(self.rounds),
        }


def run_flywheel(
    index: Path, questions: Sequence[Question], out: Path, options: FlywheelOptions | None = None
) -> FlywheelResult:
    """Turn a flywheel; a folder where one was stopped goes on from there.

    Args:
        index: Folder of the index the agents search.
        questions: What the agents work on; dealt out into disjoint batches.
        out: The flywheel's folder.
        options: How it turns; the defaults when None.

    Raises:
        InputError: There are too few questions, or `out` holds another flywheel or other work.
    """
    options = options or FlywheelOptions()
    refuse_inputs(out, index)
    batches = deal(questions, options)
    _check_search(index, options)
    _claim(out, index, questions, batches, options)
    agents = Agents(index, options)
    rounds: list[RoundRecord] = []
    for number in range(options.rounds + 1):
        stored = out / round_name(number) / ROUND
        record = _done(stored)
        if record is None:
            turn = Turn(number, out, index, batches.test, agents, options)
            record = turn.run(batches.rounds[number - 1], rounds[-1]) if number else turn.start()
            write_json(stored, record)
        rounds.append(record)
    result = FlywheelResult(out, rounds, len(batches.test))
    write_json(out / RESULT, result.to_dict())
    plot_rounds(result.rounds, out / PLOT)
    return result


def _check_search(index: Path, options: FlywheelOptions) -> None:
    """Refuse an index, or options of the search, before the folder is taken for them."""
    Engine(
        Index.load(index),
        options=EngineOptions(k=options.k, depth=options.depth, stage=options.stage),
    )


def _claim(
    out: Path,
    index: Path,
    questions: Sequence[Question],
    batches: Batches,
    options: FlywheelOptions,
) -> None:
    """Make sure that the folder is new, or this very flywheel's."""
    setting = {
        "format": "lrat-rank-flywheel",
        "version": 1,
        "index": fingerprint(index),
        "questions": hashlib.sha256(msgspec.json.encode(questions)).hexdigest(),
        "batches": batches.to_dict(),
        "options": options.to_dict(),
    }
    if (out / SETTING).is_file():
        stored = read_json(out / SETTING, "flywheel")
        differing = [name for name in setting if stored.get(name) != setting[name]]
        if differing:
            raise InputError(
                "--out",
                must="new, or the folder of a flywheel with the same index, questions and options",
                got=f"one with other {' and '.join(differing)}",
                where=out / SETTING,
                do="Choose another --out, or give what that one was started with.",
            )
    elif out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise InputError(
            "--out", must="new, empty, or a flywheel's", got="something else", where=out
        )
    else:
        write_json(out / SETTING, setting)


def _done(path: Path) -> RoundRecord | None:
    return msgspec.convert(read_json(path, "round"), RoundRecord) if path.is_file() else None

"""Trajectory files into the behaviour report.

OUT/index.html        the report, one file that loads nothing
OUT/analysis.json     every number on it
OUT/examination.json  examination by rank for `mine`, where the logs tell it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.analysis.arms import Arms
from lrat_rank.analysis.behaviour import Behaviour
from lrat_rank.analysis.bias import AuditOptions, BiasAuditor
from lrat_rank.analysis.choice import Choice
from lrat_rank.analysis.labelling import Drafted, Labelling
from lrat_rank.analysis.page import render_page
from lrat_rank.analysis.summary import Analysis
from lrat_rank.analysis.viewer import run_view, within_budget
from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, refuse_inputs, write_json
from lrat_rank.mining.examination import write_examination
from lrat_rank.mining.options import MiningOptions
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.progress import track
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.reading import read_trajectories
from lrat_rank.trajectories.report import ReadReport

PAGE = "index.html"
NUMBERS = "analysis.json"
EXAMINATION = "examination.json"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which trajectories the page shows in full.

    Attributes:
        count: How many, at most, ≥ 0.
        ids: These instead; empty for a choice that is the same for the same trajectories.
    """

    count: int = 30
    ids: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.count < 0:
            raise InputError("--show", must="0 or more", got=self.count)


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """What was written, and the numbers in it."""

    page: Path
    numbers: Path
    examination: Path | None
    analysis: Analysis


def analyze_files(
    paths: Sequence[Path | str],
    out: Path,
    options: MiningOptions | None = None,
    *,
    shown: Shown | None = None,
    logs: LogOptions | None = None,
) -> AnalysisResult:
    """Read trajectories once and write the report into the folder `out`.

    Args:
        paths: Files and folders of trajectories, read in name order.
        out: The folder; an earlier report there is replaced.
        options: How to label; only policy, judge and tokenizer count.
        shown: Which trajectories stand in the page in full.
        logs: How to read; a corpus finds documents that a log shows without ids.

    Raises:
        InputError: Nothing can be read, a wanted trajectory is not there, or `out` holds something
            else.
    """
    logs = logs or LogOptions()
    refuse_inputs(out, logs.corpus, *paths)
    reading = ReadReport()
    corpus = logs.documents()
    setting = ReadSetting(reading, logs.tools, corpus.matcher() if corpus else None)
    trajectories = read_trajectories(
        paths, format_name=logs.format_name, setting=setting, strict=logs.strict
    )
    with atomic_folder(out, marker=NUMBERS) as folder:
        analysis = analyze(
            track(trajectories, "Analysing"), options, shown=shown, reading=reading, paths=paths
        )
        (folder / PAGE).write_text(render_page(analysis), encoding="utf-8")
        write_json(folder / NUMBERS, analysis.to_dict())
        table = analysis.audit.table()
        if table is not None:
            write_examination(folder / EXAMINATION, table)
    examination = out / EXAMINATION if table is not None else None
    return AnalysisResult(out / PAGE, out / NUMBERS, examination, analysis)


def analyze(
    trajectories: Iterable[Trajectory],
    options: MiningOptions | None = None,
    *,
    shown: Shown | None = None,
    reading: ReadReport | None = None,
    paths: Sequence[Path | str] = (),
) -> Analysis:
    """Analyse trajectories in one pass; only those to be shown are held.

    Raises:
        InputError: A wanted trajectory is not among them.
        JudgeError: The judge is out of reach.
    """
    options, shown = options or MiningOptions(), shown or Shown()
    behaviour, labelling = Behaviour(options.tokenizer), Labelling(options)
    auditor, arms = BiasAuditor(AuditOptions()), Arms(options.tokenizer)
    choice = Choice[tuple[Trajectory, Drafted]](shown.count, shown.ids)
    for trajectory in trajectories:
        row = behaviour.row_of(trajectory)
        behaviour.see(trajectory)
        auditor.add(trajectory)
        arms.add(trajectory)
        drafted = labelling.see(trajectory, row)
        choice.offer(trajectory.trajectory_id, row[0], (trajectory, drafted))
    missing = sorted(choice.missing())
    if missing:
        raise InputError(
            "--trajectory",
            must="the id of a trajectory that was read",
            got=", ".join(map(repr, missing)),
            do="Leave --trajectory out once: the page lists ids.",
        )
    chosen = choice.chosen()
    views = [run_view(t, labelling.weighed(drafted), drafted.refusal) for t, drafted in chosen]
    runs = within_budget(views)
    return Analysis(
        behaviour=behaviour,
        labelling=labelling,
        audit=auditor.result(),
        arms=arms.result(),
        reading=reading or ReadReport(),
        runs=runs,
        unshown=len(views) - len(runs),
        paths=tuple(map(str, paths)),
    )

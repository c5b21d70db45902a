"""Trajectory files into a labelled-list file, its gain table and its loss report."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

import lrat_rank
from lrat_rank.errors import InputError
from lrat_rank.files import atomic_file, existing_file, refuse_inputs, write_json
from lrat_rank.mining.fit import Fit
from lrat_rank.mining.grades import write_table
from lrat_rank.mining.judges.audit import AuditSample, write_audit
from lrat_rank.mining.labels import read_labels, write_labels
from lrat_rank.mining.options import MiningOptions
from lrat_rank.mining.parquet import is_parquet
from lrat_rank.mining.report import LossReport
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.mining_crew import crew
from lrat_rank.pipeline.mining_plan import JobOptions, plan
from lrat_rank.pipeline.spool import PartSummary, Sketches, Spool, job_folder
from lrat_rank.progress import say
from lrat_rank.trajectories.reading import UniqueIds, nothing_read
from lrat_rank.trajectories.sources import LogFile, log_files

_REASONS_SHOWN = 3


@dataclass(frozen=True)
class MiningResult:
    """What was written, and what was lost on the way; `audit` is None where none was asked for."""

    labels: Path
    gains: Path
    report_file: Path
    report: LossReport
    audit: Path | None = None


def mine_files(
    paths: Sequence[Path | str],
    out: Path,
    options: MiningOptions | None = None,
    *,
    logs: LogOptions | None = None,
    job: JobOptions | None = None,
) -> MiningResult:
    """Mine trajectory files; write `out`, `<out>.gains.json` and `<out>.report.json`.

    The work is done in parts, which are kept beside `out` until all are done. A job that was
    stopped goes on where it was when it is started again with the same input and options.

    Args:
        paths: Files and folders of trajectories, read in name order.
        out: The labelled-list file.
        options: How to mine.
        logs: How to read.
        job: How to share out the work. With an audit, `<out>.audit.csv` is written too.

    Raises:
        InputError: Nothing can be read, or nothing that was read gives a list.
        JudgeError: The judge is out of reach; what was done is kept.
    """
    options, logs, job = options or MiningOptions(), logs or LogOptions(), job or JobOptions()
    refuse_inputs(out, logs.corpus, *paths)
    files = log_files(paths)
    tasks = dict(enumerate(plan(files, logs, job.part_bytes)))
    described = _described(files, options, logs, job)
    with job_folder(out) as folder:
        spool = Spool(folder, described)
        done = len(spool.found)
        if done:
            say(f"Going on with an unfinished job: {done} of {len(tasks)} parts are done.")
        left = {number: task for number, task in tasks.items() if number not in spool.found}
        with crew(options, logs, spool, job, parts=len(tasks)) as hands:
            hands.draft(left)
            drafted = Gathered.of(spool, len(tasks), job)
            if not drafted.report.reading.trajectories:
                spool.clear()
                raise nothing_read(paths, drafted.report.reading)
            fit = Fit.of(Sketches(spool, len(tasks)), options)
            _put_together(out, spool, hands.finish(drafted.renamed, fit), drafted.report, paths)
        return _written(out, fit, drafted)


@dataclass(frozen=True)
class Gathered:
    """What all parts have told.

    Attributes:
        report: What was read and lost.
        renamed: For each part, the ids that another part has taken, and what they become.
        sample: Decisions of the judge, for the audit; None without one.
    """

    report: LossReport
    renamed: list[dict[str, str]]
    sample: AuditSample | None

    @classmethod
    def of(cls, spool: Spool, parts: int, job: JobOptions) -> Gathered:
        """Read the summaries of the parts."""
        whole = cls(LossReport(), [], AuditSample(job.audit) if job.audit else None)
        in_job = UniqueIds()
        for number in range(parts):
            summary = spool.summary(number)
            in_part = UniqueIds()
            taken = {in_part.take(wanted): in_job.take(wanted) for wanted in summary.ids}
            whole._take(summary, {old: new for old, new in taken.items() if old != new})
        return whole

    def _take(self, summary: PartSummary, renamed: dict[str, str]) -> None:
        report = summary.report
        report.dropped_trajectories = [
            (renamed.get(name, name), source, reason)
            for name, source, reason in report.dropped_trajectories
        ]
        self.report.add(report)
        self.renamed.append(renamed)
        if self.sample is not None:
            for row in summary.sample:
                name, _, turn = row.browse.rpartition(":")
                browse = f"{renamed.get(name, name)}:{turn}"
                self.sample.take(msgspec.structs.replace(row, browse=browse))


def _described(
    files: Sequence[LogFile], options: MiningOptions, logs: LogOptions, job: JobOptions
) -> dict[str, Any]:
    """All that the drafts depend on."""
    return {
        "version": lrat_rank.__version__,
        "policy": options.policy.name,
        "judge": options.judge.name,
        "tokenizer": [options.tokenizer.name, options.tokenizer.digest],
        "intensity": options.intensity,
        "correctness": options.correctness,
        "wrong_weight": options.wrong_weight,
        "masked": sorted(options.masked),
        "examination": repr(options.examination),
        "format": logs.format_name,
        "tools": logs.tools.described(),
        "strict": logs.strict,
        "corpus": None if logs.corpus is None else _state([_found(logs.corpus)]),
        "files": _state(files),
        "part_bytes": job.part_bytes,
        "audit": job.audit,
    }


def _found(corpus: Path) -> LogFile:
    state = existing_file(corpus, "corpus").stat()
    return LogFile(corpus, corpus.name, state.st_size, state.st_mtime_ns)


def _state(files: Iterable[LogFile]) -> str:
    """A hash of the paths, sizes and times of files: another one means other input."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(os.fsencode(os.path.abspath(file.path)))
        digest.update(f"\0{file.size}\0{file.changed}\n".encode())
    return digest.hexdigest()


def _put_together(
    out: Path,
    spool: Spool,
    finished: Iterable[LossReport],
    report: LossReport,
    paths: Sequence[Path | str],
) -> None:
    """Write the labels part by part, as the parts come; what came out is added to the report.

    Raises:
        InputError: No part has a list; then only the loss report is written.
    """

    def parts() -> Iterator[Path]:
        for part, made in enumerate(finished):
            report.add(made)
            if made.lists:
                yield spool.labels(part)
        if not report.lists:
            spool.clear()
            write_json(_report_file(out), report.to_dict())
            raise _nothing_mined(out, paths, report)

    if is_parquet(out):
        write_labels(out, (made for part in parts() for made in read_labels(part)))
        return
    opened = gzip.open if out.suffix == ".gz" else open
    with atomic_file(out) as temporary, opened(temporary, "wb") as whole:
        for part in parts():
            with part.open("rb") as lines:
                shutil.copyfileobj(lines, whole, 2**20)


def _report_file(out: Path) -> Path:
    return out.with_name(f"{out.name}.report.json")


def _written(out: Path, fit: Fit, drafted: Gathered) -> MiningResult:
    """Write what belongs to the labels."""
    gains = write_table(out, fit.table)
    report_file = _report_file(out)
    write_json(report_file, drafted.report.to_dict())
    audit = None
    if drafted.sample is not None:
        audit = out.with_name(f"{out.name}.audit.csv")
        write_audit(audit, drafted.sample.rows())
    return MiningResult(out, gains, report_file, drafted.report, audit)


def _nothing_mined(out: Path, paths: Sequence[Path | str], report: LossReport) -> InputError:
    reasons: list[tuple[str, int]] = [
        *report.drops.most_common(_REASONS_SHOWN),
        *report.reading.unplaced.most_common(_REASONS_SHOWN),
    ]
    told = "; ".join(f"{count} × {reason}" for reason, count in reasons)
    unknown = any(reason.startswith("unknown tool") for reason in report.reading.unplaced)
    tools = "tell with --tools what the unknown tools do, " if unknown else ""
    return InputError(
        "trajectories",
        must="agent runs with a search and a browse of a document it showed",
        got=f"{report.trajectories} trajectories that give no list{f' ({told})' if told else ''}",
        where=", ".join(map(str, paths)),
        do=f"See {_report_file(out)}; {tools}check that --corpus holds the documents they saw, "
        "or try another --policy.",
    )

"""The two steps of mining one part: draft its lists, and give the drafts their gains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

import msgspec

from lrat_rank.files import atomic_file
from lrat_rank.mining.drafting import Drafter
from lrat_rank.mining.fit import Fit
from lrat_rank.mining.judges.audit import AuditRow, AuditSample
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.options import MiningOptions
from lrat_rank.mining.policies.base import Witness
from lrat_rank.mining.report import LossReport
from lrat_rank.mining.weighing import Sketch, sketch
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.spool import Draft, PartSummary, Spool
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import format_named
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.reading import UniqueIds, read_part
from lrat_rank.trajectories.sources import Part


class Told:
    """What is counted while trajectories are drafted, and a sample of the judge's decisions."""

    def __init__(self, audit: int) -> None:
        self.report = LossReport()
        self._sample = AuditSample(audit) if audit else None

    @property
    def witness(self) -> Witness | None:
        """Takes decisions into the sample; None where none is wanted."""
        return self._sample.offer if self._sample else None

    def add(self, other: Told) -> None:
        """Take in what was counted of the next trajectory."""
        self.report.add(other.report)
        if self._sample and other._sample:
            self._sample.merge(other._sample)

    def sampled(self) -> list[AuditRow]:
        """The rows of the sample."""
        return self._sample.rows() if self._sample else []


class Worker:
    """Does the two steps on one part; lives in a process of its own, or in this one."""

    def __init__(self, options: MiningOptions, logs: LogOptions, spool: Spool, audit: int) -> None:
        corpus = logs.documents()
        self._options, self._logs, self._spool, self._audit = options, logs, spool, audit
        self._matcher = corpus.matcher() if corpus else None
        self._drafter = Drafter(options, corpus.ids() if corpus else None)
        self._chosen = format_named(logs.format_name)

    def draft(self, number: int, parts: tuple[Part, ...]) -> None:
        """Read a part, draft its lists and keep them."""
        told = Told(self._audit)
        ids: list[str] = []
        sketches: list[Sketch] = []
        trajectories = self._read(parts, ids, told.report)

        def drafts() -> Iterator[LabelledList]:
            for draft in self._drafted(trajectories, told):
                sketches.append(sketch(draft, self._options.examination))
                yield draft

        self._spool.write_drafts(number, drafts())
        summary = PartSummary(ids, sketches, told.report, told.sampled())
        self._spool.write_summary(number, summary)

    def _read(
        self, parts: Iterable[Part], ids: list[str], report: LossReport
    ) -> Iterator[Trajectory]:
        """The trajectories, their ids unique in the part; `ids` takes those they wanted."""
        unique = UniqueIds()
        setting = ReadSetting(report.reading, self._logs.tools, self._matcher)
        for part in parts:
            for trajectory in read_part(part, self._chosen, setting, strict=self._logs.strict):
                wanted = trajectory.trajectory_id
                ids.append(wanted)
                own = unique.take(wanted)
                yield trajectory if own == wanted else replace(trajectory, trajectory_id=own)

    def _drafted(self, trajectories: Iterator[Trajectory], told: Told) -> Iterator[LabelledList]:
        """The drafts; a judge that waits is asked about several trajectories at once."""
        waiting = self._options.judge.concurrency
        if not waiting:
            for trajectory in trajectories:
                yield from self._drafter.drafts(trajectory, told.report, told.witness)
            return
        with ThreadPoolExecutor(waiting) as threads:
            while some := list(islice(trajectories, 4 * waiting)):
                for drafts, apart in threads.map(self._drafted_apart, some):
                    told.add(apart)
                    yield from drafts

    def _drafted_apart(self, trajectory: Trajectory) -> tuple[list[LabelledList], Told]:
        told = Told(self._audit)
        return self._drafter.drafts(trajectory, told.report, told.witness), told

    def finish(self, number: int, renamed: dict[str, str], fit: Fit) -> LossReport:
        """Give a part's drafts their gains; what came out is counted."""
        report = LossReport()
        encoder = msgspec.json.Encoder()
        sketches = self._spool.summary(number).sketches
        with atomic_file(self._spool.labels(number)) as temporary, temporary.open("wb") as out:
            for draft, sketched in zip(self._spool.drafts(number), sketches, strict=True):
                finished = fit.finished(sketched, draft.candidate)
                report.made(sketched.states, orders=finished.orders, lost=finished.lost)
                for place, candidate in finished.opened.items():
                    draft.put(place, candidate)
                draft.weight, draft.meta = finished.weight, fit.provenance(draft.meta)
                if renamed:
                    _rename(draft, renamed)
                out.write(encoder.encode(draft) + b"\n")
        return report


def _rename(draft: Draft, renamed: dict[str, str]) -> None:
    """Put the draft under the id that its trajectory has in the whole job."""
    old = draft.trajectory_id
    new = renamed.get(old, old)
    draft.trajectory_id = new
    draft.query_id = f"{new}{draft.query_id.removeprefix(old)}"
    if draft.group == f"trajectory-{old}":  # without a question the trajectory is its own group
        draft.group = f"trajectory-{new}"

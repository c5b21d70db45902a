"""The parts of a mining job that are done, on disk until the whole job is.

A job works through numbered parts. Each part leaves two files in the job's folder, written whole
or not at all, the second last: its drafts, and a summary (what was counted, the sketches of the
drafts, the wanted ids of its trajectories). A job that was killed finds them again when it is
started with the same input and options, and goes on with the parts that are missing.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_file, writable, write_json
from lrat_rank.mining.judges.audit import AuditRow
from lrat_rank.mining.labels import Candidate, LabelledList, Provenance
from lrat_rank.mining.report import LossReport
from lrat_rank.mining.weighing import Sketch

_PLAN = "job.json"
_LOCK = "lock"
_LONGEST_NAME = 200


class PartSummary(msgspec.Struct):
    """What a finished part tells the job.

    Attributes:
        ids: The wanted id of each trajectory, in order; they may come more than once.
        sketches: Of its drafts, in order.
        report: What was read and lost.
        sample: Decisions of the judge, for the audit.
    """

    ids: list[str]
    sketches: list[Sketch]
    report: LossReport
    sample: list[AuditRow]


class Draft(msgspec.Struct):
    """A draft as it lies on disk: a `LabelledList` whose larger parts are not decoded.

    Most candidates of a draft are as they will be, so they pass through as they are.
    """

    query_id: str
    query: str
    context: msgspec.Raw
    trajectory_id: str
    group: str
    candidates: list[msgspec.Raw]
    weight: float
    meta: Provenance

    def candidate(self, place: int) -> Candidate:
        """The candidate at a place, from 0."""
        return _candidate.decode(self.candidates[place])

    def put(self, place: int, candidate: Candidate) -> None:
        """Put another candidate at a place."""
        self.candidates[place] = msgspec.Raw(_encoder.encode(candidate))


class Spool:
    """A job's folder.

    Args:
        folder: Where the parts lie; made when it is missing.
        job: Everything that the drafts depend on, as plain values. Parts of another job are
            thrown away.

    Attributes:
        found: Parts that an earlier, unfinished run left.
    """

    def __init__(self, folder: Path, job: dict[str, Any]) -> None:
        self._folder = folder
        described = msgspec.json.format(msgspec.json.encode(job), indent=2)
        if not _holds(folder / _PLAN, described):
            self.clear()
            write_json(folder / _PLAN, job)
        self.found = {int(path.stem) for path in folder.glob("*.summary")}

    def write_drafts(self, part: int, drafts: Iterable[LabelledList]) -> None:
        """Keep the drafts of a part, as they come."""
        with atomic_file(self._drafts(part)) as temporary, temporary.open("wb") as out:
            out.writelines(_encoder.encode(draft) + b"\n" for draft in drafts)

    def write_summary(self, part: int, summary: PartSummary) -> None:
        """Keep what a part told; with it the part is done."""
        with atomic_file(self._summary(part)) as temporary:
            temporary.write_bytes(_encoder.encode(summary))

    def summary(self, part: int) -> PartSummary:
        """What a finished part told."""
        return _summaries.decode(self._summary(part).read_bytes())

    def drafts(self, part: int) -> Iterator[Draft]:
        """The drafts of a finished part."""
        with self._drafts(part).open("rb") as lines:
            for line in lines:
                yield _drafts.decode(line)

    def labels(self, part: int) -> Path:
        """Where the labelled lists of a part lie, once its drafts have got their gains."""
        return self._folder / f"{part:06}.labels"

    @property
    def begun(self) -> bool:
        """Whether a part is done."""
        return any(self._folder.glob("*.summary"))

    def clear(self) -> None:
        """Throw all parts away."""
        for path in self._folder.iterdir():
            if path.name != _LOCK:
                path.unlink()

    def _drafts(self, part: int) -> Path:
        return self._folder / f"{part:06}.drafts"

    def _summary(self, part: int) -> Path:
        return self._folder / f"{part:06}.summary"


class Sketches:
    """The sketches of all parts, read from disk each time they are gone through."""

    def __init__(self, spool: Spool, parts: int) -> None:
        self._spool, self._parts = spool, parts

    def __iter__(self) -> Iterator[Sketch]:
        for part in range(self._parts):
            yield from self._spool.summary(part).sketches


def _plain(kind: type, value: object) -> object:
    """Counters come back from JSON as objects."""
    return kind(value)


_drafts = msgspec.json.Decoder(Draft)
_candidate = msgspec.json.Decoder(Candidate)
_encoder = msgspec.json.Encoder()
_summaries = msgspec.json.Decoder(PartSummary, dec_hook=_plain)


def _holds(plan: Path, described: bytes) -> bool:
    try:
        return plan.read_bytes().strip() == described.strip()
    except OSError:
        return False


@contextmanager
def job_folder(out: Path) -> Iterator[Path]:
    """The folder of the job that writes `out`: beside it, hidden, and nobody else's meanwhile.

    It is removed when the block succeeds, and when it holds no finished part. The lock dies with
    the process that holds it.

    Raises:
        InputError: `out` is a folder, or another job is writing it.
    """
    if out.is_dir() or not out.name:
        raise InputError("--out", must="a file", got="a folder", where=out)
    folder = job_path(out)
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / _LOCK, timeout=0):
            try:
                yield folder
            except BaseException:
                if not any(folder.glob("*.summary")):
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise InputError(
            "--out",
            must="written by one job at a time",
            got="another job that is at work on it",
            where=out,
            do="Wait for it, or choose another --out.",
        ) from error


def job_path(out: Path) -> Path:
    """Where the parts of the job that writes `out` lie.

    >>> job_path(Path("runs/labels.jsonl")).as_posix()
    'runs/.labels.jsonl.job'
    """
    name = out.name
    if len(name.encode()) > _LONGEST_NAME:
        name = hashlib.sha256(name.encode()).hexdigest()
    return out.with_name(f".{name}.job")

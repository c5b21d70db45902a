"""How far two judges, or a judge and a person, agree: Cohen's kappa over the browses both judged.

A file is an audit file or a labelled-list file. Verdicts are joined by trajectory, turn of the
browse and document, and not by `query_id`: those name lists, which differ from policy to policy,
while the browse is the same whoever judged it. In labelled lists the states of browsed candidates
are the verdicts. One document opened twice in a list has one state there, under its first turn.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.files import iter_jsonl
from lrat_rank.mining.judges.audit import BrowseKey, read_audit
from lrat_rank.mining.judges.base import Verdict
from lrat_rank.mining.labels import State, read_labels

RESAMPLES = 1_000
CONFIDENCE = 0.95
FEW = 30
"""Below so many browses the interval is too wide to say much."""

_VERDICTS = tuple(Verdict)
_STATES = {
    State.RELEVANT: Verdict.USES,
    State.REJECTED: Verdict.REJECTS,
    State.UNJUDGED: Verdict.UNKNOWN,
}


@dataclass
class Verdicts:
    """The verdicts of one file by browse, and how many were left out, by reason."""

    by_browse: dict[BrowseKey, Verdict] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Kappa:
    """Agreement over some browses.

    Attributes:
        browses: How many.
        observed: Share with equal verdicts; None when there are no browses.
        kappa: 1 for full agreement, 0 for what chance gives; None when it is not defined.
        low: Lower end of its bootstrap interval; None when it is not defined.
        high: Upper end.
        note: What keeps it from saying more; empty when nothing does.

    Source: Cohen, A Coefficient of Agreement for Nominal Scales (1960), equation 1.
    """

    browses: int
    observed: float | None
    kappa: float | None
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True)
class Agreement:
    """What comparing two files gives.

    Attributes:
        table: Browses by verdict of A (rows) and of B (columns), in the order of `Verdict`.
        every: Over all browses both judged, `unknown` being a verdict like the others.
        decided: Over those where both say `uses` or `rejects`.
        only_a: Browses that only A judged.
        only_b: Browses that only B judged.
        left_out: What of each file could not be compared, by reason.
    """

    table: list[list[int]]
    every: Kappa
    decided: Kappa
    only_a: int
    only_b: int
    left_out: dict[str, dict[str, int]]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return {"verdicts": [verdict.value for verdict in _VERDICTS], **asdict(self)}

    def lines(self) -> list[str]:
        """The comparison for people."""
        width = max(len(verdict.value) for verdict in _VERDICTS) + 2
        names = [verdict.value for verdict in _VERDICTS]
        header = "A \\ B".ljust(width) + "".join(name.rjust(width) for name in names)
        rows = (
            name.ljust(width) + "".join(str(count).rjust(width) for count in row)
            for name, row in zip(names, self.table, strict=True)
        )
        return [
            header,
            *rows,
            _told("all verdicts", self.every),
            _told("both decided", self.decided),
            f"only in A: {self.only_a}, only in B: {self.only_b}",
            *(
                f"left out of {file}: {count} × {reason}"
                for file, reasons in self.left_out.items()
                for reason, count in reasons.items()
            ),
        ]


def _told(what: str, kappa: Kappa) -> str:
    if kappa.kappa is None:
        return f"{what}: {kappa.note}"
    told = f"{what}: kappa {kappa.kappa:.3f}"
    if kappa.low is not None and kappa.high is not None:
        told += f" [{kappa.low:.3f}, {kappa.high:.3f}]"
    told += f", {kappa.observed:.1%} of {kappa.browses} browses alike"
    return f"{told}; {kappa.note}" if kappa.note else told


def agreement(a: Path | str, b: Path | str, *, human: bool = False, seed: int = 0) -> Agreement:
    """Compare the verdicts of two files.

    Args:
        a: An audit file or a labelled-list file.
        b: Another; with `human` it may be the same audit file.
        human: Of B, take what a person wrote; rows without that are left out.
        seed: Of the bootstrap.

    Raises:
        InputError: A file is neither kind, cannot be read, or no browse is in both.
    """
    first, second = _read(a, human=False), _read(b, human=human)
    both = [key for key in first.by_browse if key in second.by_browse]
    if not both:
        raise InputError(
            "files",
            must="two judgements of the same browses",
            got=f"{len(first.by_browse)} and {len(second.by_browse)} browses, none in both",
            where=f"{a}, {b}",
            do=_advice(human, second),
        )
    pairs = Counter((first.by_browse[key], second.by_browse[key]) for key in both)
    table = np.array([[pairs[row, column] for column in _VERDICTS] for row in _VERDICTS])
    left_out = {"A": dict(first.left_out), "B": dict(second.left_out)}
    return Agreement(
        table=table.tolist(),
        every=kappa_of(table, seed=seed),
        decided=kappa_of(table[:2, :2], seed=seed),
        only_a=len(first.by_browse) - len(both),
        only_b=len(second.by_browse) - len(both),
        left_out={file: reasons for file, reasons in left_out.items() if reasons},
    )


def _advice(human: bool, second: Verdicts) -> str:
    if human and not second.by_browse:
        return "Write uses, rejects or unknown into the column human first."
    return "Make both from the same trajectories."


def _read(path: Path | str, *, human: bool) -> Verdicts:
    if _holds_lists(path):
        if human:
            raise InputError(
                "B", must="an audit file with --human", got="labelled lists", where=path
            )
        return _of_lists(path)
    verdicts = Verdicts()
    for row in read_audit(path):
        verdict = row.human if human else row.verdict
        if verdict is None:
            verdicts.left_out["row without a human verdict"] += 1
        else:
            verdicts.by_browse[row.key] = verdict
    return verdicts


def _holds_lists(path: Path | str) -> bool:
    """Whether a file holds labelled lists; else it is an audit file."""
    suffix = Path(path).suffix.lower()
    if suffix in (".csv", ".parquet"):
        return suffix == ".parquet"
    _, record = next(iter_jsonl(path, "judgements"))
    if "candidates" not in record and "verdict" not in record:
        raise InputError(
            "judgements",
            must="an audit file or labelled lists",
            got="neither",
            where=path,
            do="Make one with: lrat-rank mine --judge-audit N, or lrat-rank mine --out LABELS",
        )
    return "candidates" in record


def _of_lists(path: Path | str) -> Verdicts:
    """The verdicts behind the states of browsed candidates."""
    verdicts = Verdicts()
    found: dict[BrowseKey, set[Verdict]] = {}
    for key, verdict in _browsed(path, verdicts.left_out):
        found.setdefault(key, set()).add(verdict)
    for key, said in found.items():
        if len(said) == 1:
            verdicts.by_browse[key] = said.pop()
        else:
            verdicts.left_out["browse with several states in one file"] += 1
    return verdicts


def _browsed(path: Path | str, left_out: Counter[str]) -> Iterator[tuple[BrowseKey, Verdict]]:
    for labelled in read_labels(path):
        for candidate in labelled.candidates:
            verdict = _STATES.get(candidate.state)
            if verdict is None:
                continue
            if candidate.evidence.turn is not None:
                browse = f"{labelled.trajectory_id}:{candidate.evidence.turn}"
                yield BrowseKey(browse, candidate.doc_id), verdict
            elif verdict is not Verdict.UNKNOWN:  # else it is masked, and need not be browsed
                left_out["candidate whose browse is not known"] += 1


def kappa_of(table: NDArray[np.int_], *, seed: int = 0) -> Kappa:
    """Cohen's kappa of a square table of counts, with a percentile bootstrap interval.

    >>> told = kappa_of(np.array([[20, 5], [10, 15]]))
    >>> round(told.kappa, 3), told.observed
    (0.4, 0.7)
    """
    browses = int(table.sum())
    if browses == 0:
        return Kappa(0, None, None, None, None, "kappa is not defined: no browses")
    observed = float(np.trace(table)) / browses
    point = _kappas([table])[0]
    if math.isnan(point):
        note = f"kappa is not defined: all {browses} browses have one and the same verdict"
        return Kappa(browses, observed, None, None, None, note)
    if min(int((table.sum(axis=axis) > 0).sum()) for axis in (0, 1)) == 1:
        note = "one side gives a single verdict, so kappa is 0 whatever the other says"
        return Kappa(browses, observed, point, None, None, note)
    note = f"few browses: judge {FEW} or more to rely on it" if browses < FEW else ""
    low, high = _interval(table, seed)
    return Kappa(browses, observed, point, low, high, note)


def _interval(table: NDArray[np.int_], seed: int) -> tuple[float, float] | tuple[None, None]:
    """Both ends, over resamples where kappa is defined; None where it is in too few of them."""
    browses = int(table.sum())
    generator = np.random.default_rng(seed)
    draws = generator.multinomial(browses, table.ravel() / browses, size=RESAMPLES)
    different, times = np.unique(draws, axis=0, return_counts=True)
    resampled = np.repeat(_kappas(different.reshape(-1, *table.shape)), times)
    defined = resampled[~np.isnan(resampled)]
    if len(defined) < CONFIDENCE * RESAMPLES:
        return None, None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def _kappas(tables: Iterable[NDArray[np.int_]]) -> list[float]:
    """Kappa of each table; NaN where one verdict is all there is."""
    from sklearn.metrics import cohen_kappa_score

    kappas: list[float] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is undefined comes out as NaN, and is said so
        for table in tables:
            rows, columns = np.indices(table.shape)
            kappas.append(
                float(cohen_kappa_score(rows.ravel(), columns.ravel(), sample_weight=table.ravel()))
            )
    return kappas

"""Trajectory files into a labelled-list file, its gain table and its loss report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.collections.corpus import read_corpus
from lrat_rank.errors import InputError
from lrat_rank.files import refuse_inputs, write_json
from lrat_rank.mining.grades import write_table
from lrat_rank.mining.labels import write_labels
from lrat_rank.mining.miner import MinedLabels, MiningOptions, mine
from lrat_rank.mining.report import LossReport
from lrat_rank.progress import track
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.formats import AUTO, read_trajectories
from lrat_rank.trajectories.report import ReadReport

_REASONS_SHOWN = 3


@dataclass(frozen=True)
class MiningResult:
    """What was written, and what was lost on the way."""

    labels: Path
    gains: Path
    report_file: Path
    report: LossReport


def mine_files(
    paths: Sequence[Path | str],
    out: Path,
    options: MiningOptions | None = None,
    *,
    corpus: Path | None = None,
    format_name: str = AUTO,
    strict: bool = False,
) -> MiningResult:
    """Mine trajectory files; write `out`, `<out>.gains.json` and `<out>.report.json`.

    Args:
        paths: Files and folders of trajectories, read in name order.
        out: The labelled-list file.
        options: How to mine.
        corpus: When given, documents outside it become no candidates.
        format_name: The log format, or `auto`.
        strict: Stop at the first record that cannot be read, or corpus id that comes twice.

    Raises:
        InputError: Nothing can be read, or nothing that was read gives a list.
    """
    refuse_inputs(out, corpus, *paths)
    repeats: list[str] | None = None if strict else []
    corpus_ids = (
        None if corpus is None else {d.doc_id for d in read_corpus(corpus, repeats=repeats)}
    )
    reading = ReadReport()
    trajectories = read_trajectories(
        paths, format_name=format_name, setting=ReadSetting(reading), strict=strict
    )
    mined = mine(track(trajectories, "Mining"), options, corpus_ids=corpus_ids)
    mined.report.reading = reading
    if not mined.lists:
        raise _nothing_mined(paths, mined)
    report_file = out.with_name(f"{out.name}.report.json")
    write_labels(out, mined.lists)
    gains = write_table(out, mined.grade_table)
    write_json(report_file, mined.report.to_dict())
    return MiningResult(out, gains, report_file, mined.report)


def _nothing_mined(paths: Sequence[Path | str], mined: MinedLabels) -> InputError:
    reasons = mined.report.drops.most_common(_REASONS_SHOWN)
    told = "; ".join(f"{count} × {reason}" for reason, count in reasons)
    return InputError(
        "trajectories",
        must="agent runs with a search and a browse of a document it showed",
        got=f"{mined.report.trajectories} trajectories that give no list"
        + (f" ({told})" if told else ""),
        where=", ".join(map(str, paths)),
        do="Check that --corpus holds the documents they saw, or try another --policy.",
    )

"""Run files read under names that tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lrat_rank.collections import Run, read_run
from lrat_rank.collections.runs import AUTO


def read_named_runs(
    paths: Sequence[Path],
    *,
    baseline: Path | None = None,
    format: str = AUTO,
    part: str | None = None,
) -> tuple[dict[str, Run], str | None]:
    """Runs by name, in the order given, and the name of the baseline.

    A run is named by its tag where all tags differ, else by its file, else by its path. A file
    that is given twice is read once; a baseline that is not among `paths` comes first.

    Args:
        paths: Run files.
        baseline: One of them, or one more.
        format: Of all files, as in `read_run`.
        part: `subset/split` of all files, which then are MTEB's predictions.

    Raises:
        InputError: A file does not hold a run.
    """
    once: dict[Path, Path] = {}
    for path in paths:
        once.setdefault(path.resolve(), path)
    if baseline is not None and baseline.resolve() not in once:
        once = {baseline.resolve(): baseline, **once}
    runs = [read_run(path, format, part=part) for path in once.values()]
    names = _distinct(
        [run.tag for run in runs],
        [_stem(path) for path in once.values()],
        [str(path) for path in once.values()],
    )
    name_of = dict(zip(once, names, strict=True))
    against = None if baseline is None else name_of[baseline.resolve()]
    return dict(zip(names, runs, strict=True)), against


def _distinct(*choices: list[str]) -> list[str]:
    """The first list of names without a name that comes twice; the last one if all have one."""
    return next((names for names in choices if len(set(names)) == len(names)), choices[-1])


def _stem(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).stem

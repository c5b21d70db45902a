"""The page of all features, made from their declarations.

Run `python -m lrat_rank.features.table > docs/features.md` to write it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from math import isinf

from lrat_rank.features.catalog import FEATURES, names
from lrat_rank.features.spec import Feature, FeatureSpec, Group, Need

_HEADINGS = {
    Group.FIRST_STAGE: "First stage: what the first stages think of a candidate",
    Group.LEXICAL: "Lexical: which of the query's terms it holds, and where",
    Group.NAMES: "Names: names, numbers and kinds of answers",
    Group.DENSE: "Dense: how near it is in the encoder's space",
    Group.LATE_INTERACTION: "Late interaction: word pieces and passages against the query",
    Group.DOCUMENT: "Document: what it is like, whatever the query",
    Group.QUERY: "Query: the same for all its candidates",
    Group.WITHIN_LIST: "Within the list: where a candidate stands among the others",
    Group.CONTEXT: "Context: what the agent has done so far, and how a candidate stands to it",
}
_BETTER = {True: "higher", False: "lower", None: ""}
_COLUMNS = ("feature", "what it is", "unit", "range", "better", "missing (NaN) when", "source")


def markdown() -> str:
    """The page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Features"
    yield ""
    yield (
        f"The {len(FEATURES)} features of the LightGBM ranker, as declared in `features/`. "
        "They are computed for candidates only. A missing value is NaN, never 0. "
        "Features marked † need an index with an encoder, those marked ‡ one with token vectors. "
        "`--features` takes names and groups; without it every group but `context` is computed, "
        'and `--features "default context"` adds that one (see context.md).'
    )
    yield ""
    yield "This page is written by `python -m lrat_rank.features.table > docs/features.md`."
    for group, heading in _HEADINGS.items():
        yield from ("", f"## {heading}", "", f"Group `{group}`.", "")
        yield f"| {' | '.join(_COLUMNS)} |"
        yield f"|{'---|' * len(_COLUMNS)}"
        features = (FEATURES.get(name) for name in names())
        yield from (_row(item) for item in features if item.spec.group == group)


def _row(item: Feature) -> str:
    spec = item.spec
    cells = (
        f"`{spec.name}`{_mark(spec)}",
        item.summary,
        spec.unit,
        f"{_bound(spec.range[0])} … {_bound(spec.range[1])}",
        _BETTER[spec.higher_is_better],
        spec.missing or "never",
        spec.source,
    )
    return f"| {' | '.join(cells)} |"


def _mark(spec: FeatureSpec) -> str:
    if Need.TOKEN_VECTORS in spec.needs:
        return " ‡"
    return " †" if Need.VECTORS in spec.needs else ""


def _bound(value: float) -> str:
    if isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.4g}".replace("-", "−")


if __name__ == "__main__":
    sys.stdout.write(markdown())

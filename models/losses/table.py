"""The page "Which loss?", made from the registry, the docstrings and measured gradients.

Run `python -m lrat_rank.models.losses.table > docs/losses.md` to write it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lrat_rank.models.losses.base import Family, RankingLoss, Targets
from lrat_rank.models.losses.descriptions import describe, prose, source
from lrat_rank.models.losses.discount_functions import DISCOUNT_FUNCTIONS
from lrat_rank.models.losses.effects import GainEffect, TwoGrades, two_grades
from lrat_rank.models.losses.gain_functions import GAIN_FUNCTIONS
from lrat_rank.models.losses.parsing import parse_loss
from lrat_rank.models.losses.registry import LOSSES

HEADINGS = {
    Family.LISTWISE: "Listwise: the whole list at once",
    Family.PAIRWISE: "Pairwise: two documents at a time",
    Family.POINTWISE: "Pointwise: each document by itself",
    Family.CONTRASTIVE: "Contrastive: positives against negatives",
    Family.DISTILLATION: "Distillation: a teacher's scores as targets",
}
VARIANTS = (
    "lambdarank:normalise=false",
    "ndcg-loss2pp:normalise=false",
    "approx-ndcg:normalise=false",
    "neural-ndcg:normalise=false",
    "lambdarank:normalise=false,gain=exponential",
    "bce:ceiling=4",
    "mse:ceiling=4",
    "listnet:target_temperature=1",
)
"""Losses with options that change what becomes of the intensity."""
SITUATIONS = (
    ("Mined lists, mostly with one positive, intensity as gain", "softmax", GainEffect.KEEPS),
    ("The same, where pairs of several grades matter more than the top", "ranknet", None),
    ("The paper's setting: one positive, sampled negatives", "infonce", GainEffect.KEEPS),
    ("Session or judged lists with several grades, nDCG is the aim", "lambdarank", None),
    ("The same, and `lambdarank` learns unsteadily", "ndcg-loss2pp", None),
    ("A ranker that is already good, to be polished for nDCG", "approx-ndcg", None),
    ("Binary labels with hard negatives", "lce", GainEffect.CANCELS),
    ("Grades whose order is sure and whose size is not", "p-listmle", GainEffect.CANCELS),
    ("Scores to be read as probabilities", "bce", None),
    ("A teacher's scores, trusted in their distances", "margin-mse", None),
    ("A teacher's scores, trusted in their shares", "kl", None),
)
"""(what one has, the loss, what it must do with an only positive's gain for the advice to hold)."""
_EFFECTS = {
    GainEffect.KEEPS: "doubles: keeps intensity",
    GainEffect.CANCELS: "unchanged: cancels, give it as list weight",
    GainEffect.OTHER: "changes, but does not double",
}
_NEGLIGIBLE = 1e-9


def markdown() -> str:
    """The page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from _introduction()
    yield from _choice()
    yield from _measured()
    for family, heading in HEADINGS.items():
        yield from ("", f"## {heading}")
        for name, kind in LOSSES.items():
            if kind.family == family:
                yield from _loss(name, kind)
    yield from _strategies()


def _introduction() -> Iterator[str]:
    yield "# Which loss?"
    yield ""
    yield (
        f"The {len(LOSSES)} ranking losses of `models/losses/`. All have one signature, "
        "`loss(scores, gains, *, mask, weights)` over (lists, documents), and give "
        "(1/N)·Σ w·loss over the N lists of a batch: w is the list's weight, 1 on average over "
        "the training set, and is never normalised within a batch. The formulas below are for one "
        "list. Padding and the order of the documents do not matter, not even among equal gains or "
        "scores; a list with nothing to order adds 0."
    )
    yield ""
    yield (
        "A loss is chosen by name, with hyper-parameters after a colon: `softmax`, "
        "`listnet:temperature=0.5`, `lambdarank:normalise=false,cutoff=10`."
    )
    yield ""
    yield "This page is written by `python -m lrat_rank.models.losses.table > docs/losses.md`."


def _choice() -> Iterator[str]:
    yield from ("", "## Choose", "", "| you have | take | because it |", "|---|---|---|")
    for situation, name, needed in SITUATIONS:
        kind = LOSSES.get(name)
        if needed is not None and kind().single_positive is not needed:
            raise ValueError(f"{name} must {needed} to be advised for {situation!r}")
        summary = describe(kind).summary
        yield f"| {situation} | {_link(name)} | {summary[0].lower()}{summary[1:]} |"
    kept = ", ".join(_link(name) for name in _names(GainEffect.KEEPS))
    lost = ", ".join(_link(name) for name in _names(GainEffect.CANCELS))
    other = ", ".join(_link(name) for name in _names(GainEffect.OTHER))
    yield ""
    yield (
        "Most mined lists have one positive. In such a list the size of its gain is the relevance "
        f"intensity, and only {kept} pull in proportion to it. In {lost} it cancels: there, "
        "`--intensity weight` carries it, as the list's weight. With `--intensity both` the losses "
        f"that keep it count it twice. In {other} a gain is a target to reach: a larger one "
        "changes the pull, but not in proportion."
    )


def _measured() -> Iterator[str]:
    yield from ("", "## What each does with the size of a gain", "")
    yield (
        "Measured on the gradient, with the hyper-parameters' defaults. *One positive*: what the "
        "gradient does when the gain of a list's only positive doubles. *Two grades*: at equal "
        "scores of −1 and gains 2, 1 and eight times 0, what happens to the document of gain 1, "
        "with its pull as a share of that on the document of gain 2; and whether the gradient "
        "changes when the 2 becomes a 4. *Targets*: what may stand in `gains`."
    )
    columns = ("loss", "family", "one positive", "two grades", "sees their distance", "targets")
    yield from ("", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}")
    for name, kind in LOSSES.items():
        yield _row(_link(name), kind())
    yield ""
    yield "With other hyper-parameters:"
    yield from ("", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}")
    for text in VARIANTS:
        yield _row(f"`{text}`", parse_loss(text))


def _row(label: str, loss: RankingLoss) -> str:
    grades = two_grades(loss)
    cells = (
        label,
        str(loss.family),
        _EFFECTS[loss.single_positive],
        _lower(grades),
        "yes" if grades.sees_size else "no",
        str(loss.targets),
    )
    return f"| {' | '.join(cells)} |"


def _lower(grades: TwoGrades) -> str:
    if abs(grades.lower) < _NEGLIGIBLE:
        return "left where it is"
    if grades.lower < 0:
        return f"pushed down (−{-grades.lower:.2f})"
    return f"pulled up ({grades.lower:.2f})"


def _loss(name: str, kind: type[RankingLoss]) -> Iterator[str]:
    found = describe(kind)
    yield from ("", f"### `{name}`", "", f"{found.summary} {found.advice}", "")
    yield f"> {found.formula}"
    yield ""
    if kind.targets is not Targets.GAINS:
        yield f"- `gains` takes {kind.targets}."
    for parameter, (default, meaning) in found.hyper_parameters.items():
        yield f"- `{parameter}` = {default}: {meaning}"
    yield f"- Source: {found.source}"


def _strategies() -> Iterator[str]:
    yield from ("", "## Gain and discount functions", "")
    yield "What `gain` and `discount` take, by name."
    yield from ("", "| hyper-parameter | value | what it is | source |", "|---|---|---|---|")
    for name, gain in GAIN_FUNCTIONS.items():
        yield f"| `gain` | `{name}` | {prose(gain)[0]} | {source(gain)} |"
    for name, discount in DISCOUNT_FUNCTIONS.items():
        yield f"| `discount` | `{name}` | {prose(discount)[0]} | {source(discount)} |"


def _names(effect: GainEffect) -> list[str]:
    return [name for name, kind in LOSSES.items() if kind().single_positive is effect]


def _link(name: str) -> str:
    return f"[`{name}`](#{name})"


if __name__ == "__main__":
    sys.stdout.write(markdown())

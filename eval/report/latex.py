"""The table of means for a paper: LaTeX with booktabs, best in bold, differences marked."""

from __future__ import annotations

import re
from pathlib import Path

from lrat_rank.eval.evaluation import Evaluation, RunScores
from lrat_rank.eval.report.marks import BETTER, CORRECTIONS, WORSE, mark
from lrat_rank.eval.report.wording import counted
from lrat_rank.files import atomic_file

_MARKS = {BETTER: r"$^{\uparrow}$", WORSE: r"$^{\downarrow}$", "": ""}
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    # A bracket or star at the start of a row would be an option of the \\ before it.
    "[": "{[}",
    "*": "{*}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def write_latex(path: Path | str, evaluation: Evaluation) -> None:
    """Write `latex_table` to a file, whole or not at all."""
    with atomic_file(path) as temporary:
        temporary.write_text(latex_table(evaluation), encoding="utf-8")


def latex_table(evaluation: Evaluation) -> str:
    r"""A `table` environment, one row a run; the document must load booktabs.

    Args:
        evaluation: What to show.

    Returns:
        Means to four decimals, the best of a column in bold, ↑ and ↓ where a run differs from the
        baseline, and a caption that says by which test.
    """
    columns = " & ".join(["Run", *(latex_escaped(name) for name in evaluation.measures)])
    lines = [
        r"% Needs \usepackage{booktabs}.",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_caption(evaluation)}}}",
        r"\label{tab:evaluation}",
        rf"\begin{{tabular}}{{l{'r' * len(evaluation.measures)}}}",
        r"\toprule",
        rf"{columns} \\",
        r"\midrule",
        *(_row(evaluation, scores) for scores in evaluation.runs),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def latex_escaped(text: str) -> str:
    r"""A text in one line that LaTeX prints as it is.

    >>> print(latex_escaped("RBP_p=0.8 & 100%"))
    RBP\_p=0.8 \& 100\%
    """
    escaped = "".join(_ESCAPED.get(sign, sign) for sign in " ".join(text.split()))
    # Two hyphens would be printed as one dash.
    return re.sub("-(?=-)", "-{}", escaped)


def _row(evaluation: Evaluation, scores: RunScores) -> str:
    cells = [_cell(evaluation, scores, measure) for measure in evaluation.measures]
    return " & ".join([latex_escaped(scores.name), *cells]) + r" \\"


def _cell(evaluation: Evaluation, scores: RunScores, measure: str) -> str:
    mean = f"{scores.means[measure]:.4f}"
    best = len(evaluation.runs) > 1 and scores.name in evaluation.best(measure)
    shown = rf"\textbf{{{mean}}}" if best else mean
    return shown + _MARKS[mark(evaluation, scores.name, measure)]


def _caption(evaluation: Evaluation) -> str:
    queries = counted(len(evaluation.query_ids), "query", "queries")
    parts = [f"Means over {queries}."]
    if len(evaluation.runs) > 1:
        parts.append("The best of a column is bold.")
    if evaluation.comparisons:
        correction = latex_escaped(CORRECTIONS[evaluation.options.correction])
        parts.append(
            rf"$\uparrow$ better, $\downarrow$ worse than {latex_escaped(str(evaluation.baseline))}"
            rf" ($p < .05$, two-sided paired randomisation test, {correction})."
        )
    return " ".join(parts)

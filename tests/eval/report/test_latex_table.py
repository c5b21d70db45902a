"""The LaTeX table: its structure, and names that LaTeX would read as commands."""

import re

import pytest

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.eval.evaluation import evaluate_runs
from lrat_rank.eval.report.latex import latex_escaped, latex_table, write_latex
from lrat_rank.eval.statistics.options import StatisticsOptions


def _rows(table):
    body = table.split("\\midrule\n")[1].split("\\bottomrule")[0]
    return [line.removesuffix(r" \\").split(" & ") for line in body.splitlines()]


def test_every_run_has_a_row_with_a_cell_for_each_measure(qrels, make_run):
    runs = [make_run("poor", 0.0), make_run("good", 3.0, seed=1)]
    result = evaluate_runs(qrels, runs, ["nDCG@10", "AP"], baseline="poor")
    table = latex_table(result)
    assert r"\begin{tabular}{lrr}" in table
    assert r"Run & nDCG@10 & AP \\" in table
    poor, good = _rows(table)
    assert poor == ["poor", *(f"{result.runs[0].means[name]:.4f}" for name in result.measures)]
    assert good[1:] == [
        rf"\textbf{{{result.runs[1].means[name]:.4f}}}$^{{\uparrow}}$" for name in result.measures
    ]


def test_environments_and_braces_are_closed(qrels, make_run):
    runs = {r"a\b{c": make_run("a", 0.3), "}$&": make_run("b", 3.0)}
    table = latex_table(evaluate_runs(qrels, runs, ["AP"], baseline=r"a\b{c"))
    opened = re.findall(r"\\begin\{(\w+)\}", table)
    assert opened == ["table", "tabular"]
    assert re.findall(r"\\end\{(\w+)\}", table) == opened[::-1]
    bare = re.sub(r"\\[\\{}]", "", table)
    assert bare.count("{") == bare.count("}")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("50%_&#$", r"50\%\_\&\#\$"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("~^<>", r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}"),
        ("[bold]*", "{[}bold]{*}"),
        ("a---b-c", "a-{}-{}-b-c"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_name_is_printed_as_it_is(text, written):
    assert latex_escaped(text) == written


@pytest.mark.parametrize(
    ("correction", "said"),
    [("holm", "Holm's"), ("bh", "Benjamini and Hochberg's"), ("none", "without a correction")],
)
def test_the_caption_names_the_test_and_the_correction(qrels, make_run, correction, said):
    runs = [make_run("base_line", 0.0), make_run("b", 1.0, seed=1)]
    options = StatisticsOptions(correction=correction)
    table = latex_table(evaluate_runs(qrels, runs, ["AP"], baseline="base_line", options=options))
    [caption] = re.findall(r"\\caption\{(.*)\}", table)
    assert said in caption
    assert "randomisation test" in caption
    assert r"worse than base\_line" in caption
    assert "Means over 25 queries." in caption


def test_marks_follow_the_correction_that_was_chosen():
    qrels = {f"q{query}": {"d": 1} for query in range(30)}
    found = rank_by_score(["d", "x"], [1.0, 0.5])
    second = rank_by_score(["x", "d"], [1.0, 0.5])

    def run(wins):
        places = enumerate(qrels)
        return Run(f"r{wins}", {q: found if place < wins else second for place, q in places})

    # Six wins and no loss: p = .03, which five more comparisons make .19.
    runs = [run(wins) for wins in (0, 1, 2, 3, 4, 6)]
    marks = {}
    for correction in ("none", "holm"):
        options = StatisticsOptions(correction=correction)
        result = evaluate_runs(qrels, runs, ["RR"], baseline="r0", options=options)
        [row] = [cells for cells in _rows(latex_table(result)) if cells[0] == "r6"]
        marks[correction] = "uparrow" in row[1]
    assert marks == {"none": True, "holm": False}


def test_one_run_is_neither_best_nor_compared(qrels, make_run, tmp_path):
    result = evaluate_runs(qrels, [make_run("only", 1.0)], ["AP"])
    write_latex(tmp_path / "table.tex", result)
    table = (tmp_path / "table.tex").read_text()
    assert "textbf" not in table
    assert "arrow" not in table

"""`lrat-rank evaluate`: results on standard output, one line and exit code 2 for wrong input."""

import gzip
import json
from pathlib import Path

import pytest

from lrat_rank.cli.evaluate import DEFAULT
from lrat_rank.eval.measures import DEFAULT_MEASURES

QRELS = "q1 0 d1 1\nq1 0 d2 0\nq2 0 d3 2\nq3 0 d4 1\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "qrels").write_text(QRELS)
    (tmp_path / "good.run").write_text(
        "q1 Q0 d1 1 2.5 good\nq1 Q0 d2 2 1.5 good\nq2 Q0 d3 1 1 good\nq3 Q0 d4 1 1 good\n"
    )
    (tmp_path / "poor.run").write_text(
        "q1 Q0 d2 1 2.5 poor\nq1 Q0 d1 2 1.5 poor\nq2 Q0 x 1 1 poor\nq9 Q0 d4 1 1 poor\n"
    )
    return tmp_path


def test_json_is_the_whole_result_and_nothing_else(lrat_rank, files):
    outcome = lrat_rank(
        "evaluate", files / "qrels", files / "poor.run", files / "good.run", "--json",
        "--measures", "RR nDCG@10", "--baseline", files / "poor.run",
    )  # fmt: skip
    assert outcome.code == 0
    record = json.loads(outcome.out)
    assert record["baseline"] == "poor"
    poor, good = record["runs"]
    assert poor["means"]["RR"] == pytest.approx(0.5 / 3, abs=1e-15)
    assert good["means"]["RR"] == 1.0
    assert poor["missing_queries"] == {"count": 1, "query_ids": ["q3"]}
    assert poor["queries_without_qrels"] == {"count": 1, "query_ids": ["q9"]}
    assert poor["judged@10"] == 0.5
    [rr, _] = record["comparisons"]
    assert (rr["run"], rr["wins"], rr["ties"], rr["losses"]) == ("good", 3, 0, 0)
    assert rr["randomization"]["p"] == 0.25


def test_people_get_a_table_and_notes(lrat_rank, files):
    outcome = lrat_rank("evaluate", files / "qrels", files / "poor.run", files / "good.run")
    assert outcome.code == 0
    header = next(line for line in outcome.out.splitlines() if line.startswith("run"))
    assert header.split() == ["run", *DEFAULT_MEASURES, "judged@10"]
    assert "poor: 1 of 3 judged queries missing, counted 0: q3." in outcome.out
    assert "against" not in outcome.out


def test_one_run_with_itself_as_baseline_compares_nothing(lrat_rank, files):
    outcome = lrat_rank(
        "evaluate", files / "qrels", files / "good.run", "--baseline", files / "good.run", "--json"
    )
    assert outcome.code == 0
    assert json.loads(outcome.out)["comparisons"] == []


def test_files_are_written_as_asked(lrat_rank, files):
    out, csv, plot = files / "r.json", files / "deep" / "v.csv", files / "p.svg"
    outcome = lrat_rank(
        "evaluate", files / "qrels", files / "good.run", "--measures", "AP", "--measures", "RR",
        "--out", out, "--csv", csv, "--plot", plot, "--seed", "3",
    )  # fmt: skip
    assert outcome.code == 0
    assert json.loads(out.read_text())["seed"] == 3
    assert csv.read_text().splitlines()[1] == "good,AP,q1,1.0"
    assert "<svg" in plot.read_text()


def test_beir_qrels_and_packed_runs_are_read(lrat_rank, files):
    (files / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    packed = files / "good.run.gz"
    packed.write_bytes(gzip.compress((files / "good.run").read_bytes()))
    outcome = lrat_rank("evaluate", files / "qrels.tsv", packed, "--measures", "RR", "--json")
    assert json.loads(outcome.out)["runs"][0]["means"] == {"RR": 1.0}


def test_format_settles_what_a_file_cannot_tell(lrat_rank, files):
    # Two columns of numbers that do not count 1, 2, …: taken for qrels unless the form is said.
    (files / "ranks.tsv").write_text("q1\td1\t3\nq1\td2\t7\n")
    given = ("evaluate", files / "qrels", files / "ranks.tsv", "--measures", "RR", "--json")
    assert lrat_rank(*given).code == 2
    outcome = lrat_rank(*given, "--format", "msmarco")
    assert json.loads(outcome.out)["runs"][0]["means"] == {"RR": 1 / 3}
    outcome = lrat_rank(*given, "--format", "csv")
    assert "run format must be one of trec, beir, ranx, mteb, msmarco" in outcome.err


def test_the_help_names_the_measures_that_are_the_default(lrat_rank):
    assert DEFAULT.split() == list(DEFAULT_MEASURES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q1 Q0 d1 1 nan a\n", "score must be a finite number; got 'nan' ({run}:1)."),
        ("q1 Q0 d1 1 1.0 a\nq1 Q0 d2 2 high a\n", "got 'high' ({run}:2)."),
        (QRELS, "which is a qrels file ({run}:1). Give the qrels first, then the runs."),
        ("", "got an empty file ({run})."),
        ("q1 Q0 d1 1 2 a\nq1 Q0 d1 2 1 a\n", "got q1 d1 a second time ({run}:2, first on line 1)."),
        ("Q1 Q0 d1 1 2 a\n", "query ids of run a must be among those of the qrels"),
    ],
    ids=["nan", "words", "qrels", "empty", "twice", "other queries"],
)
def test_a_wrong_run_is_one_line_and_exit_code_2(lrat_rank, files, text, said):
    run = files / "wrong.run"
    run.write_text(text)
    outcome = lrat_rank("evaluate", files / "qrels", run)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert said.format(run=run) in outcome.err


def test_wrong_options_are_one_line_and_exit_code_2(lrat_rank, files):
    good = ("evaluate", files / "qrels", files / "good.run")
    (files / "folder").mkdir()
    for arguments, said in [
        ((*good, "--measures", "ndgc@10"), "Did you mean nDCG@10?"),
        ((*good, "--baseline", files / "none.run"), "got nothing there"),
        ((*good, "--plot", files / "p.gif"), "plot file must be named"),
        ((*good, "--out", files / "folder"), "got an existing folder"),
        ((*good, "--csv", files / "qrels"), "--csv must be apart from the inputs"),
        ((*good, "--html", files / "good.run"), "--html must be apart from the inputs"),
        ((*good, "--out", files / "x", "--csv", files / "x"), "another file than --out"),
        ((*good, "--correction", "bonferroni"), "'holm', 'bh', 'none'"),
        ((*good, "--equivalence-margin", "0"), "equivalence margin must be finite and above 0"),
        ((*good, "--out", files / "qrels" / "r.json"), "folder that can be written to"),
        ((*good, "--seed", "-1"), "--seed"),
        (("evaluate", files / "good.run", files / "qrels"), "Give the qrels first, then the runs."),
        (("evaluate", files / "qrels"), "runs"),
    ]:
        outcome = lrat_rank(*arguments)
        assert outcome.code == 2, arguments
        assert outcome.out == ""
        assert outcome.err.count("\n") == 1
        assert said in outcome.err


@pytest.mark.parametrize(
    ("option", "name"), [("--latex", "qrels/t.tex"), ("--html", "folder"), ("--plot", "p.gif")]
)
def test_one_wrong_output_is_told_before_any_is_written(lrat_rank, files, option, name):
    (files / "folder").mkdir()
    before = sorted(files.iterdir())
    outcome = lrat_rank(
        "evaluate", files / "qrels", files / "good.run",
        "--out", files / "good.json", "--csv", files / "deep" / "good.csv", option, files / name,
    )  # fmt: skip
    assert outcome.code == 2
    assert sorted(files.iterdir()) == before


def test_the_choice_of_correction_and_margin_reaches_table_and_json(lrat_rank, files):
    def run(*more):
        return lrat_rank(
            "evaluate", files / "qrels", files / "poor.run", files / "good.run",
            "--measures", "RR", "--baseline", files / "poor.run", *more,
        )  # fmt: skip

    chosen = ("--correction", "bh", "--equivalence-margin", "0.9", "--intervals", "bca")
    shown = run(*chosen).out
    assert "p within ±0.9" in shown
    assert "Benjamini and Hochberg's correction" in shown
    record = json.loads(run(*chosen, "--json").out)
    assert record["options"] == {
        "correction": "bh",
        "equivalence_margin": 0.9,
        "interval": "bca",
    }
    assert record["comparisons"][0]["equivalence"]["margin"] == 0.9
    assert json.loads(run("--json").out)["comparisons"][0]["equivalence"] is None


def test_a_latex_table_is_written_as_asked(lrat_rank, files):
    outcome = lrat_rank(
        "evaluate", files / "qrels", files / "good.run", "--latex", files / "table.tex"
    )
    assert outcome.code == 0
    assert r"\begin{tabular}{lrrrrr}" in (files / "table.tex").read_text()

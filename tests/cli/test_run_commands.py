"""`fuse`, `convert` and `inspect` over run files."""

import json
from pathlib import Path

import pytest

from lrat_rank.collections import read_run

ONE = "q1 Q0 a 1 3 one\nq1 Q0 b 2 2 one\nq2 Q0 a 1 1 one\nq3 Q0 a 1 1 one\n"
TWO = {"q1": {"b": 0.9, "c": 0.8}, "q2": {"c": 0.5, "a": 0.4}}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "one.run").write_text(ONE)
    (tmp_path / "two.json").write_text(json.dumps(TWO))
    (tmp_path / "train.qrels").write_text("q1 0 c 1\nq2 0 c 1\n")
    return tmp_path


def test_fuse_writes_a_run_of_all_queries(lrat_rank, files):
    out = files / "fused.run"
    outcome = lrat_rank("fuse", files / "one.run", files / "two.json", "--out", out)
    assert outcome.code == 0
    assert outcome.out == f"Wrote 6 documents for 3 queries to {out}.\n"
    run = read_run(out)
    assert run.tag == "fused"
    assert run.scores()["q1"] == {"b": 1 / 62 + 1 / 61, "a": 1 / 61, "c": 1 / 62}


def test_fuse_takes_the_format_of_its_runs(lrat_rank, files):
    (files / "ranks.tsv").write_text("q1\td1\t3\nq1\td2\t7\n")
    (files / "other.tsv").write_text("q1\td2\t4\n")
    arguments = ["fuse", files / "ranks.tsv", files / "other.tsv", "--out", files / "fused.run"]
    assert lrat_rank(*arguments).code == 2
    outcome = lrat_rank(*arguments, "--format", "msmarco")
    assert outcome.code == 0
    assert read_run(files / "fused.run").scores()["q1"] == {"d1": 1 / 61, "d2": 1 / 62 + 1 / 61}


@pytest.mark.parametrize("command", ["fuse", "evaluate"])
def test_a_part_of_mtebs_predictions_is_read_by_name(lrat_rank, files, command):
    for name in ("a", "b"):
        parts = {"en": {"test": TWO, "dev": {"q1": {"c": 1.0}}}}
        (files / f"{name}.json").write_text(json.dumps(parts))
    given = [files / "a.json", files / "b.json"]
    if command == "fuse":
        given = [*given, "--out", files / "fused.run"]
    else:
        given = [files / "train.qrels", *given, "--measures", "RR"]
    without = lrat_rank(command, *given)
    assert without.code == 2
    assert "--part" in without.err
    outcome = lrat_rank(command, *given, "--part", "en/dev", "--json")
    assert outcome.code == 0
    record = json.loads(outcome.out)
    if command == "fuse":
        assert record["documents"] == 1
    else:
        assert [run["means"]["RR"] for run in record["runs"]] == [0.5, 0.5]


def test_given_weights_are_used_in_the_order_of_the_runs(lrat_rank, files):
    out = files / "fused.run"
    outcome = lrat_rank(
        "fuse", files / "one.run", files / "two.json", "--out", out, "--method", "weighted",
        "--normalise", "none", "--weights", "1, -10", "--json",
    )  # fmt: skip
    assert json.loads(outcome.out)["weights"] == {"one": 1.0, "two": -10.0}
    assert read_run(out).scores()["q1"] == {"a": 3.0, "b": 2 - 9.0, "c": -8.0}


def test_tuned_weights_are_told_as_training_values(lrat_rank, files):
    arguments = [
        "fuse", files / "one.run", files / "two.json", "--out", files / "fused.run",
        "--method", "weighted", "--tune", files / "train.qrels", "--measure", "RR",
    ]  # fmt: skip
    outcome = lrat_rank(*arguments)
    assert outcome.code == 0
    assert "Weights: one " in outcome.out
    assert "not a test figure" in outcome.out
    tuning = json.loads(lrat_rank(*arguments, "--json").out)["tuning"]
    assert tuning["training_value"] == 0.75
    assert tuning["alone_values"] == [0.0, 0.75]
    assert tuning["queries"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--method", "weighted"], "weights must be given"),
        (["--method", "median"], "fusion method must be one of rrf, combsum"),
        (["--normalise", "sum"], "--normalise must be left out: rrf looks at ranks"),
        (["--method", "weighted", "--weights", "1 x"], "--weights must be numbers; got '1 x'"),
        (["--tune", "train.qrels"], "--tune must be given with --method weighted"),
        (["--depth", "0"], "--depth must be at least 1"),
        (
            ["--method", "weighted", "--tune", "train.qrels", "--weights", "1 1"],
            "--tune must be given without --weights",
        ),
        (
            ["--method", "weighted", "--tune", "train.qrels", "--measure", "gnDCG@10"],
            "measure to tune for must be a measure on grades",
        ),
        (["two.json"], "runs to fuse must be given once each; got two.json a second time"),
        (
            ["./one.run", "--method", "weighted", "--weights", "1 1 1"],
            "runs to fuse must be given once each; got one.run a second time",
        ),
    ],
)
def test_fuse_options_that_do_not_hold_exit_with_2(lrat_rank, files, monkeypatch, arguments, told):
    monkeypatch.chdir(files)
    outcome = lrat_rank("fuse", "one.run", "two.json", "--out", "fused.run", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert not (files / "fused.run").exists()


def test_tuning_on_other_queries_exits_with_2(lrat_rank, files):
    (files / "other.qrels").write_text("q7 0 a 1\n")
    outcome = lrat_rank(
        "fuse", files / "one.run", files / "two.json", "--out", files / "fused.run",
        "--method", "weighted", "--tune", files / "other.qrels",
    )  # fmt: skip
    assert outcome.code == 2
    assert "none of them in a run" in outcome.err


def test_an_input_is_not_written_over(lrat_rank, files):
    outcome = lrat_rank("fuse", files / "one.run", files / "two.json", "--out", files / "one.run")
    assert outcome.code == 2
    assert (files / "one.run").read_text() == ONE


@pytest.mark.parametrize("form", ["trec", "beir", "ranx", "mteb"])
def test_convert_keeps_scores_there_and_back(lrat_rank, files, form):
    there, back = files / "there.gz", files / "back.json"
    assert lrat_rank("convert", files / "two.json", "--to", form, "--out", there).code == 0
    outcome = lrat_rank("convert", there, "--to", "beir", "--out", back, "--json")
    assert json.loads(outcome.out) == {
        "run": str(back), "format": "beir", "queries": 2, "documents": 4,
    }  # fmt: skip
    assert json.loads(back.read_text()) == TWO


def test_convert_to_ms_marco_says_that_scores_are_lost(lrat_rank, files):
    out = files / "a.tsv"
    outcome = lrat_rank("convert", files / "one.run", "--to", "msmarco", "--out", out)
    assert "Ranks only" in outcome.out
    assert out.read_text() == "q1\ta\t1\nq1\tb\t2\nq2\ta\t1\nq3\ta\t1\n"


def test_convert_to_an_unknown_form_exits_with_2(lrat_rank, files):
    outcome = lrat_rank("convert", files / "one.run", "--to", "csv", "--out", files / "a")
    assert outcome.code == 2
    assert "run format must be one of trec, beir, ranx, mteb, msmarco" in outcome.err


def test_inspect_finds_nothing_wrong_with_a_plain_run(lrat_rank, files):
    outcome = lrat_rank("inspect", files / "one.run")
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1] == "Nothing looks wrong."


def test_inspect_names_what_looks_wrong(lrat_rank, files):
    (files / "odd.run").write_text(
        "q1 Q0 a 0 1 x\nq1 Q0 b 1 2 x\nq2 Q0 a 1 1 x\nq2 Q0 b 2 1 x\nQ-03 Q0 a x 1 x\n"
    )
    (files / "qrels").write_text("q1 0 A 1\nq2 0 B 1\n3 0 a 1\n")
    outcome = lrat_rank("inspect", files / "odd.run", "--qrels", files / "qrels", "--json")
    assert outcome.code == 0
    report = json.loads(outcome.out)
    assert report["rank_column"] == {
        "disagreeing": ["q1"], "not_from_one": ["q1"], "unreadable": 1,
    }  # fmt: skip
    assert report["tied_scores"] == ["q2"]
    assert report["judged_queries"] == 3
    assert report["coverage"]["alike_query_ids"] == [["Q-03", "3"]]
    assert report["coverage"]["unmatched_doc_id"] is not None
    people = lrat_rank("inspect", files / "odd.run", "--qrels", files / "qrels").out
    assert all(finding in people for finding in report["findings"])
    assert len(report["findings"]) == 8


def test_inspect_exits_with_2_where_a_run_cannot_be_used(lrat_rank, files):
    (files / "twice.run").write_text("q Q0 a 1 2 t\nq Q0 a 2 1 t\n")
    outcome = lrat_rank("inspect", files / "twice.run")
    assert outcome.code == 2
    assert "twice.run:2, first on line 1" in outcome.err
    (files / "other.qrels").write_text("7 0 a 1\n")
    assert lrat_rank("inspect", files / "one.run", "--qrels", files / "other.qrels").code == 2


def test_inspect_reads_a_named_part(lrat_rank, files):
    (files / "p.json").write_text(json.dumps({"en": {"test": TWO, "dev": {"q": {"d": 1}}}}))
    assert lrat_rank("inspect", files / "p.json").code == 2
    outcome = lrat_rank("inspect", files / "p.json", "--part", "en/dev", "--json")
    assert json.loads(outcome.out)["documents"] == 1

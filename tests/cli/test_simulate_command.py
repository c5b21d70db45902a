"""`lrat-rank simulate`: runs that can be mined, made once, and never mixed."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from small_world import TOPICS, write_corpus

from lrat_rank.trajectories import read_trajectories


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BM25 index, two-hop questions on it, and the same as topics and qrels."""
    from lrat_rank.cli.app import run

    folder = tmp_path_factory.mktemp("world")
    write_corpus(folder / "corpus.jsonl")
    index = ["index", folder / "corpus.jsonl", "--out", folder / "index", "--encoder", "none"]
    assert run([*map(str, index)]) == 0
    with (folder / "hops.jsonl").open("w") as out:
        for first, second in pairwise(TOPICS[:5]):
            hops = [
                {"query": f"Who described the {topic}?", "docid": topic, "answer": "engineer"}
                for topic in (first, second)
            ]
            question = f"Who described {first} and {second}?"
            record = {"_id": first, "question": question, "answer": "engineer", "hops": hops}
            out.write(json.dumps(record) + "\n")
    (folder / "queries.tsv").write_text("".join(f"{t}\twho described the {t}\n" for t in TOPICS))
    (folder / "qrels").write_text("".join(f"{t} 0 {t} 1\n" for t in TOPICS))
    return folder


def simulated(lrat_rank, world, out, *more):
    return lrat_rank(
        "simulate", "--index", world / "index", "--hops", world / "hops.jsonl", "--out", out,
        "--preset", "demo", "--k", 5, *more,
    )  # fmt: skip


def test_runs_are_written_one_a_question_and_seed_and_scored(lrat_rank, world, tmp_path):
    outcome = simulated(lrat_rank, world, tmp_path / "runs", "--seeds", 2, "--json")
    assert outcome.code == 0, outcome.err
    record = json.loads(outcome.out)
    assert (record["made"], record["kept"]) == (8, 0)
    assert (record["scores"]["questions"], record["scores"]["runs"]) == (4, 8)
    assert 0 < record["scores"]["evidence_recall"]["mean"] <= 1
    runs = {run.trajectory_id: run for run in read_trajectories([tmp_path / "runs"])}
    assert sorted(runs) == sorted(f"{topic}-seed{seed}" for topic in TOPICS[:4] for seed in (0, 1))
    assert runs["harbour-seed1"].question_id == "harbour"
    assert json.loads((tmp_path / "runs/harbour-seed1.json").read_text())["query_id"] == "harbour"


def test_what_is_there_is_kept_and_what_is_missing_is_made_alike(lrat_rank, world, tmp_path):
    out = tmp_path / "runs"
    assert simulated(lrat_rank, world, out, "--seeds", 1).code == 0
    before = {path.name: path.read_bytes() for path in out.glob("*.json")}
    (out / "poet-seed0.json").unlink()
    kept = out / "harbour-seed0.json"
    touched = kept.stat().st_mtime_ns
    outcome = simulated(lrat_rank, world, out, "--seeds", 2, "--json")
    assert {name: json.loads(outcome.out)[name] for name in ("made", "kept")} == {
        "made": 5,
        "kept": 3,
    }
    assert kept.stat().st_mtime_ns == touched
    assert {name: (out / name).read_bytes() for name in before} == before


def test_damaged_runs_are_made_again_and_counted(lrat_rank, world, tmp_path):
    out = tmp_path / "runs"
    assert simulated(lrat_rank, world, out, "--seeds", 2).code == 0
    before = {path.name: path.read_bytes() for path in out.glob("*.json")}
    half, empty, garbled, other, odd = sorted(before)[1:6]
    (out / half).write_bytes(before[half][:300])
    (out / empty).write_bytes(b"")
    (out / garbled).write_bytes(b"\xff\x00{")
    (out / other).write_bytes(before[half])
    (out / odd).write_bytes(b'{"query_id": 7, "result": 3}')
    outcome = simulated(lrat_rank, world, out, "--seeds", 2)
    assert outcome.code == 0, outcome.err
    assert "Made 5 runs (5 in place of damaged ones), kept 3" in outcome.out
    assert {name: (out / name).read_bytes() for name in before} == before
    record = json.loads(simulated(lrat_rank, world, out, "--seeds", 2, "--json").out)
    assert (record["made"], record["remade"], record["kept"]) == (0, 0, 8)


def test_the_folder_can_be_mined_and_scored(lrat_rank, world, tmp_path):
    assert simulated(lrat_rank, world, tmp_path / "runs", "--seeds", 2).code == 0
    mined = lrat_rank(
        "mine", tmp_path / "runs", "--corpus", world / "corpus.jsonl",
        "--out", tmp_path / "labels.jsonl", "--workers", 1, "--json",
    )  # fmt: skip
    assert mined.code == 0, mined.err
    assert json.loads(mined.out)["trajectories"] == 8
    assert json.loads(mined.out)["reading"]["skipped"] == []
    scored = lrat_rank(
        "agent", "score", tmp_path / "runs", "--answers", world / "hops.jsonl", "--json"
    )
    assert scored.code == 0, scored.err
    assert json.loads(scored.out)["questions"] == 4


def test_queries_and_qrels_will_do(lrat_rank, world, tmp_path):
    outcome = lrat_rank(
        "simulate", "--index", world / "index", "--queries", world / "queries.tsv",
        "--qrels", world / "qrels", "--out", tmp_path / "runs", "--seeds", 1, "--json",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["scores"]["questions"] == len(TOPICS)


def test_calibration_shows_simulated_beside_published(lrat_rank, world, tmp_path):
    outcome = simulated(
        lrat_rank, world, tmp_path / "runs", "--seeds", 1, "--preset", "infoseek", "--calibration"
    )
    assert outcome.code == 0, outcome.err
    [row] = [line for line in outcome.out.splitlines() if line.startswith("searches, correct")]
    assert "9.15" in row


@pytest.mark.parametrize("changed", [("--k", 4), ("--preset", "infoseek"), ("--depth", 20)])
def test_runs_of_other_options_are_not_mixed(lrat_rank, world, tmp_path, changed):
    assert simulated(lrat_rank, world, tmp_path / "runs", "--seeds", 1).code == 0
    outcome = simulated(lrat_rank, world, tmp_path / "runs", "--seeds", 1, *changed)
    assert outcome.code == 2
    assert "runs in --out must be made with the same options" in outcome.err


def test_wrong_input_is_one_line_and_exit_code_2(lrat_rank, world, tmp_path):
    (tmp_path / "mine.txt").write_text("somebody's work")
    (tmp_path / "far.jsonl").write_text(
        '{"_id": "x", "question": "Who?", "answer": "a", '
        '"hops": [{"query": "Who?", "docid": "harbor", "answer": "a"}]}\n'
    )
    (tmp_path / "odd.tsv").write_text("harbour\t?\n")
    base = ("simulate", "--index", world / "index")
    hops, out = ("--hops", world / "hops.jsonl"), ("--out", tmp_path / "new")
    for arguments, said in [
        ((*base, *hops, "--out", tmp_path), "--out must be new, empty, or an earlier simulation"),
        ((*base, *out), "questions must be given as --hops FILE"),
        ((*base, *hops, *out, "--preset", "infoseak"), "Did you mean infoseek?"),
        ((*base, *hops, *out, "--seeds", "0"), "--seeds must be 1 or more"),
        ((*base, *hops, *out, "--k", "0"), "got 0"),
        ((*base, *hops, *out, "--depth", "0"), "--depth must be 10 or more (-k 10); got 0"),
        ((*base, *hops, *out, "--depth", "-5"), "got -5"),
        ((*base, *hops, *out, "--depth", "9"), "got 9"),
        ((*base, *hops, *out, "-k", "0", "--depth", "0"), "--depth must be 1 or more"),
        ((*base, *out, "--queries", tmp_path / "odd.tsv", "--qrels", world / "qrels"), "harbour"),
        ((*base, *hops, *out, "--stage", "dense"), "dense"),
        ((*base, *hops, *out, "--semantic"), "index of --semantic must be one with vectors"),
        ((*base, *hops, *out, "--preset", "demo", "--calibration"), "fitted to published figures"),
        ((*base, "--hops", tmp_path / "far.jsonl", *out), "got 'harbor'"),
        ((*base, *hops, *out, "--ranker", tmp_path), "ranker"),
    ]:
        outcome = lrat_rank(*arguments)
        assert outcome.code == 2, arguments
        assert outcome.out == ""
        assert outcome.err.count("\n") == 1
        assert said in outcome.err, outcome.err
    assert not (tmp_path / "new").exists()

"""Mining in parts: the labels depend on neither workers nor cuts nor kills, and nothing is lost."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest

from lrat_rank.errors import InputError
from lrat_rank.mining.judges import Case, Decision, JudgeError, Verdict
from lrat_rank.mining.labels import read_labels
from lrat_rank.mining.miner import mine
from lrat_rank.mining.options import MiningOptions
from lrat_rank.pipeline import mining_worker
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.mining_plan import JobOptions
from lrat_rank.pipeline.spool import Spool, job_folder, job_path
from lrat_rank.trajectories import browsecomp
from lrat_rank.trajectories.reading import read_trajectories

SMALL = JobOptions(1, 9000)
WORDS = [
    "the",
    "page",
    "states",
    "that",
    "it",
    "was",
    "founded",
    "in",
    "that",
    "year",
    "and",
    "the",
    "answer",
    "is",
    "therefore",
    "clear",
]


def run(seed: int) -> dict:
    """A run of some searches and browses, different for every seed."""
    rng = random.Random(seed)
    steps = []
    for _ in range(rng.randint(1, 4)):
        shown = rng.sample(range(40), 5)
        hits = [{"docid": str(d), "score": 1.0, "snippet": f"snippet {d}"} for d in shown]
        query = {"query": " ".join(rng.sample(WORDS, 3))}
        steps.append(call("search", query, hits))
        for doc in shown[: rng.randint(0, 2)]:
            steps.append(call("get_document", {"docid": str(doc)}, {"docid": doc, "text": "It."}))
            said = " ".join(rng.choices(WORDS, k=rng.randint(3, 60)))
            steps.append({"type": "reasoning", "output": f"The page states {said}."})
    return {
        "metadata": {"model": rng.choice(["one", "two"])},
        "query_id": str(seed % 50),  # ids come again
        "query": f"Question {seed % 30}?",
        "status": "completed",
        "result": steps,
    }


def call(tool: str, arguments: dict, output: object) -> dict:
    return {"type": "tool_call", "tool_name": tool, "arguments": arguments, "output": output}


@pytest.fixture
def logs(tmp_path) -> Path:
    """A large JSON Lines file, a packed one, a folder of small files, and rubbish between."""
    folder = tmp_path / "logs"
    (folder / "single").mkdir(parents=True)
    lines = [json.dumps(run(seed)) for seed in range(120)]
    lines[7], lines[60] = "{broken", "[1, 2]"
    (folder / "large.jsonl").write_text("\n".join(lines))
    packed = "\n".join(json.dumps(run(seed)) for seed in range(200, 220)).encode()
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(packed))
    for seed in range(300, 330):
        (folder / "single" / f"{seed}.json").write_text(json.dumps(run(seed)))
    (folder / "empty.json").write_text("")
    return folder


def outputs(labels: Path) -> dict[str, str]:
    """The three files of a job."""
    beside = [labels.with_name(labels.name + end) for end in ("", ".gains.json", ".report.json")]
    return {file.name.removeprefix(labels.name): file.read_text() for file in beside}


@pytest.mark.parametrize("part_bytes", [3000, 40_000, 10**9])
def test_cuts_change_nothing(logs, tmp_path, part_bytes):
    whole = mine(read_trajectories([logs]))
    mine_files([logs], tmp_path / "labels.jsonl", job=JobOptions(1, part_bytes))
    assert read_labels(tmp_path / "labels.jsonl") == whole.lists
    assert len({labelled.trajectory_id for labelled in whole.lists}) > 50


def test_workers_change_nothing(logs, tmp_path):
    for workers in (1, 2):
        mine_files([logs], tmp_path / f"{workers}" / "labels.jsonl", job=JobOptions(workers, 9000))
    assert outputs(tmp_path / "1" / "labels.jsonl") == outputs(tmp_path / "2" / "labels.jsonl")
    assert not job_path(tmp_path / "1" / "labels.jsonl").exists()


def test_what_cannot_be_read_is_counted_once_whatever_the_cuts(logs, tmp_path):
    result = mine_files([logs], tmp_path / "labels.jsonl", job=JobOptions(1, 3000))
    reading = result.report.reading
    assert (reading.files, reading.trajectories) == (33, 118 + 20 + 30)
    places = [skip.where.removeprefix(f"{logs}/") for skip in reading.skipped]
    assert places == ["empty.json", "large.jsonl:8", "large.jsonl:61"]


def test_labels_are_packed_or_columns_by_their_name(logs, tmp_path):
    (logs / "large-without-lists.jsonl").write_text('{"query_id": "x", "result": []}\n' * 200)
    for name in ("labels.jsonl", "labels.jsonl.gz", "labels.parquet"):
        mine_files([logs], tmp_path / name, job=JobOptions(1, 2000))
    plain = read_labels(tmp_path / "labels.jsonl")
    assert read_labels(tmp_path / "labels.jsonl.gz") == plain
    assert read_labels(tmp_path / "labels.parquet") == plain


SCRIPT = """
import sys
import time
from pathlib import Path
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.mining_plan import JobOptions
if __name__ == "__main__":
    mine_files([sys.argv[1]], Path(sys.argv[2]), job=JobOptions(int(sys.argv[3]), 1500))
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_killed_at_any_moment_goes_on_and_ends_the_same(logs, tmp_path, workers):
    """Killed again and again, each time some parts further, until a run gets through."""
    script = tmp_path / "job.py"
    script.write_text(SCRIPT)
    out = tmp_path / "killed" / "labels.jsonl"
    rng = random.Random(workers)
    kept = [0]
    while True:
        process = subprocess.Popen(
            [sys.executable, script, logs, out, str(workers)],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        enough = kept[-1] + rng.randint(1, 40)
        while process.poll() is None and parts_done(out) < enough:
            time.sleep(0.001)
        time.sleep(rng.random() * 0.01)
        if process.poll() is not None:
            assert process.returncode == 0
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert not out.exists()  # all or nothing
        kept.append(parts_done(out))
        assert kept[-1] >= kept[-2]  # nothing that was done is lost
    mine_files([logs], tmp_path / "whole" / "labels.jsonl", job=JobOptions(1, 1500))
    assert outputs(out) == outputs(tmp_path / "whole" / "labels.jsonl")
    assert len(kept) > 2


def parts_done(out: Path) -> int:
    return len(list(job_path(out).glob("*.summary")))


class CountingJudge:
    """Counts what it is asked; breaks down after so many questions."""

    name = "counting"

    def __init__(self, patience: int, concurrency: int = 4) -> None:
        self.asked = 0
        self.patience = patience
        self.concurrency = concurrency

    def decide(self, case: Case) -> Decision:
        self.asked += 1
        if self.asked > self.patience:
            raise JudgeError("The judge is out of reach.")
        return Decision(Verdict.USES, "asked")


def test_an_outage_of_the_judge_keeps_the_parts_that_are_done(logs, tmp_path):
    out = tmp_path / "labels.jsonl"
    broken = CountingJudge(patience=60)
    with pytest.raises(JudgeError):
        mine_files([logs], out, MiningOptions(judge=broken), job=SMALL)
    assert not out.exists()
    assert parts_done(out) > 0
    well = CountingJudge(patience=10**6)
    mine_files([logs], out, MiningOptions(judge=well), job=SMALL)
    fresh = CountingJudge(patience=10**6, concurrency=1)
    mine_files(
        [logs],
        tmp_path / "fresh.jsonl",
        MiningOptions(judge=fresh),
        job=SMALL,
    )
    assert well.asked < fresh.asked
    assert read_labels(out) == read_labels(tmp_path / "fresh.jsonl")


def test_other_options_start_anew(logs, tmp_path, capsys):
    out = tmp_path / "labels.jsonl"
    with pytest.raises(JudgeError):
        mine_files([logs], out, MiningOptions(judge=CountingJudge(60)), job=SMALL)
    mine_files([logs], out, MiningOptions.named(judge="none"), job=SMALL)
    assert "unfinished" not in capsys.readouterr().err
    assert {labelled.meta.judge for labelled in read_labels(out)} == {"none"}


def test_a_job_that_can_give_nothing_leaves_nothing(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({"query_id": "1", "result": []}))
    with pytest.raises(InputError, match="1 trajectories that give no list"):
        mine_files([tmp_path / "run.json"], tmp_path / "labels.jsonl")
    assert sorted(os.listdir(tmp_path)) == ["labels.jsonl.report.json", "run.json"]


def test_strict_stops_at_the_first_bad_record_in_any_worker(logs, tmp_path):
    logged = LogOptions(strict=True)
    with pytest.raises(InputError, match=r"empty file.*empty\.json"):
        mine_files([logs], tmp_path / "labels.jsonl", logs=logged, job=JobOptions(2, 3000))


def test_documents_without_ids_are_found_in_the_corpus(tmp_path):
    """A ReAct log names pages by title; with a corpus the labels name its documents."""
    (tmp_path / "run.txt").write_text(
        "Question: Who founded it?\n"
        "Thought 1: I search.\nAction 1: Search[Aurora]\n"
        "Observation 1: Could not find [Aurora]. Similar: ['Aurora (ship)', 'Aurora Inc']\n"
        "Thought 2: The second.\nAction 2: Search[Aurora Inc]\n"
        "Observation 2: Aurora Inc was founded by Ana Lor in 1914.\n"
        "Thought 3: The page states that Ana Lor founded it in 1914.\nAction 3: Finish[Ana Lor]\n"
    )
    corpus = tmp_path / "corpus.jsonl"
    documents = [("7", "Aurora (ship)", "A ship."), ("9", "Aurora Inc", "Founded by Ana Lor.")]
    corpus.write_text(
        "\n".join(json.dumps({"_id": i, "title": t, "text": x}) for i, t, x in documents)
    )
    logs = LogOptions(corpus=corpus)
    mine_files([tmp_path / "run.txt"], tmp_path / "labels.jsonl", logs=logs)
    states = {
        c.doc_id: c.state.value
        for labelled in read_labels(tmp_path / "labels.jsonl")
        for c in labelled.candidates
    }
    assert states == {"7": "skipped", "9": "relevant"}


def test_a_missing_corpus_is_called_a_corpus(logs, tmp_path):
    absent = LogOptions(corpus=tmp_path / "corpus.jsonl")
    with pytest.raises(InputError, match=r"^corpus must be an existing file"):
        mine_files([logs], tmp_path / "labels.jsonl", logs=absent)
    assert not job_path(tmp_path / "labels.jsonl").exists()


def test_one_output_is_written_by_one_job_at_a_time(logs, tmp_path):
    out = tmp_path / "labels.jsonl"
    with job_folder(out), pytest.raises(InputError, match="another job that is at work"):
        mine_files([logs], out)
    mine_files([logs], out, job=SMALL)
    assert read_labels(out)


def test_a_folder_is_refused_before_any_work(logs, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(InputError, match="--out must be a file; got a folder"):
        mine_files([logs], out)
    assert not job_path(out).exists()


def test_names_that_are_long_or_no_text_are_no_hindrance(tmp_path):
    (tmp_path / os.fsdecode(b"run-\xff.json")).write_text(json.dumps(run(3)))
    out = tmp_path / f"{'x' * 240}.jsonl"
    with pytest.raises(InputError, match="in a folder that can be written to"):
        mine_files([tmp_path], out)
    labels = mine_files([tmp_path], tmp_path / f"{'x' * 180}.jsonl").labels
    assert {labelled.trajectory_id for labelled in read_labels(labels)} == {"run-?"}


def test_why_nothing_was_mined_is_told(tmp_path):
    record = {"query_id": "1", "result": [call("kb_lookup", {"q": "x"}, [{"docid": "1"}])]}
    (tmp_path / "run.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match=r"unknown tool kb_lookup.*--tools"):
        mine_files([tmp_path / "run.json"], tmp_path / "labels.jsonl")
    assert (tmp_path / "labels.jsonl.report.json").exists()


def test_a_fault_of_a_reader_loses_the_record_and_not_the_job(logs, tmp_path, monkeypatch):
    plain = browsecomp._Steps.read

    def brittle(reader, steps):
        if steps and steps[0].get("breaks"):
            raise ZeroDivisionError("by hand")
        return plain(reader, steps)

    monkeypatch.setattr(browsecomp._Steps, "read", brittle)
    broken = run(300)
    broken["result"][0]["breaks"] = True
    (logs / "single" / "300.json").write_text(json.dumps(broken))
    reading = mine_files([logs], tmp_path / "labels.jsonl", job=SMALL).report.reading
    assert reading.trajectories == 118 + 20 + 30 - 1
    assert reading.skipped_by_reason["a fault in the reader of browsecomp"] == 1


def test_the_drafts_of_a_part_are_written_as_they_come(tmp_path, monkeypatch):
    """A packed file is one part, whatever its size: it must not be held in memory."""
    lines = "\n".join(json.dumps(run(seed)) for seed in range(60))
    (tmp_path / "logs.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    read: list[int] = []
    plain_read, plain_write = mining_worker.read_part, Spool.write_drafts

    def counted(*parts, **options):
        for trajectory in plain_read(*parts, **options):
            read.append(1)
            yield trajectory

    def write(spool, part, drafts):
        first = next(iter(drafts))
        assert 0 < len(read) < 60
        plain_write(spool, part, chain([first], drafts))

    monkeypatch.setattr(mining_worker, "read_part", counted)
    monkeypatch.setattr(Spool, "write_drafts", write)
    result = mine_files([tmp_path / "logs.jsonl.gz"], tmp_path / "labels.jsonl", job=SMALL)
    assert result.report.reading.trajectories == len(read) == 60

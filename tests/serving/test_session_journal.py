"""A session in the search log is mined as what it was."""

import re
import time

import pytest

from lrat_rank.mining.labels import State, read_labels
from lrat_rank.mining.options import MiningOptions
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.session_journal import Served, SessionJournal, new_session_id
from lrat_rank.trajectories import Browse, Impression, Reasoning, Search, read_trajectories

SHOWN = (Impression("1", 1, 2.0, "a", 0.5), Impression("2", 2, 1.0, "b", 0.5))
NEVER = JournalOptions(fsync="never")


@pytest.fixture
def clock(monkeypatch):
    """A monotonic clock that the test moves."""
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_what_was_said_shown_and_opened_reads_back(tmp_path):
    session = SessionJournal(Journal(tmp_path, NEVER), "s")
    served = Served(retriever="bm25", ranker_version="v1", arm="b", flags={"depth_used": 5})
    odd = 'q "uoted"\n DocID: x'
    session.search(odd, SHOWN, asked=time.monotonic(), served=served, reasoning="hm", question="Q?")
    session.browse("2", "All of it: {'text': 'x'}", asked=time.monotonic())
    session.think("It helps.")
    session.browse("gone", None, asked=time.monotonic(), reasoning="And this?")
    session.search("nothing", (), asked=time.monotonic(), served=Served())
    session.end()
    [read] = read_trajectories([tmp_path])
    assert (read.trajectory_id, read.question) == (session.session_id, "Q?")
    assert (read.retriever, read.arm) == ("bm25 (v1)", "b")
    hm, search, opened, helps, why, gone, nothing = read.turns
    assert [hm, helps, why] == [Reasoning("hm"), Reasoning("It helps."), Reasoning("And this?")]
    assert isinstance(search, Search)
    assert (search.query, search.impressions) == (odd, SHOWN)
    assert isinstance(opened, Browse)
    assert (opened.doc_id, opened.text) == ("2", "All of it: {'text': 'x'}")
    assert (gone.doc_id, gone.failed, gone.text) == ("gone", True, None)
    assert nothing.impressions == ()


@pytest.mark.parametrize(("texts", "kept"), [("all", 2), ("snippets", 1), ("none", 0)])
def test_the_operator_decides_which_texts_are_kept(tmp_path, texts, kept):
    session = SessionJournal(Journal(tmp_path, JournalOptions(fsync="never", texts=texts)), "s")
    session.search(
        "q", [Impression("1", 1, snippet="a snippet")], asked=time.monotonic(), served=Served()
    )
    session.browse("1", "a document", asked=time.monotonic())
    [path] = tmp_path.iterdir()
    assert ("a snippet" in path.read_text()) + ("a document" in path.read_text()) == kept
    [read] = read_trajectories([tmp_path])
    assert not read.turns[1].failed


def test_the_time_a_document_was_open_stands_in_the_next_record(tmp_path, clock):
    session = SessionJournal(Journal(tmp_path, NEVER), "s")
    session.search("q", SHOWN, asked=clock[0], served=Served())
    clock[0] += 10
    asked = clock[0]
    clock[0] += 0.5
    read = session.browse("2", "text", asked=asked)
    clock[0] += 20
    session.search("then", (), asked=clock[0], served=Served())
    last = session.browse("1", "text", asked=clock[0])
    clock[0] += 7
    session.end()
    lines = next(tmp_path.iterdir()).read_text().splitlines()
    assert f'"read":"{read}","dwell_s":20.0' in lines[3]
    assert f'"read":"{last}","dwell_s":7.0' in lines[5]
    assert sum("dwell_s" in line for line in lines) == 2


def test_mining_a_session_gives_its_lists_and_no_verdict_it_has_no_ground_for(tmp_path):
    session = SessionJournal(Journal(tmp_path / "log", NEVER), "s")
    session.search("poet", SHOWN, asked=time.monotonic(), served=Served())
    session.browse("2", "A poet.", asked=time.monotonic())
    mined = mine_files([tmp_path / "log"], tmp_path / "labels.jsonl")
    [labelled] = read_labels(mined.labels)
    assert (labelled.query, labelled.trajectory_id) == ("poet", session.session_id)
    found = {c.doc_id: (c.rank, c.score, c.snippet, c.state) for c in labelled.candidates}
    assert found == {
        "1": (1, 2.0, "a", State.SKIPPED),
        "2": (2, 1.0, "b", State.UNJUDGED),
    }


def test_a_session_without_reasoning_is_mined_by_how_long_the_agent_stayed(tmp_path, clock):
    session = SessionJournal(Journal(tmp_path / "log", NEVER), "s")
    session.search("poet", SHOWN, asked=clock[0], served=Served())
    clock[0] += 10
    session.browse("2", "A poet.", asked=clock[0])
    clock[0] += 20
    session.search("odes", (), asked=clock[0], served=Served())
    options = MiningOptions.named(intensity="dwell")
    mined = mine_files([tmp_path / "log"], tmp_path / "labels.jsonl", options)
    [labelled] = read_labels(mined.labels)
    one, two = labelled.candidates
    assert (one.state, one.evidence.dwell) == (State.SKIPPED, None)
    assert two.state is State.RELEVANT
    assert two.evidence.dwell == pytest.approx(20.0, abs=1e-4)


def test_a_shadows_ranking_stands_beside_the_search_it_shadows(tmp_path):
    session = SessionJournal(Journal(tmp_path, NEVER), "s")
    call = session.search("q", SHOWN, asked=time.monotonic(), served=Served())
    session.shadow(call, "v2", [("2", 0.9), ("1", 0.1)])
    *_, last = next(tmp_path.iterdir()).read_text().splitlines()
    assert f'"of":"{call}","ranker_version":"v2"' in last
    assert '[{"doc_id":"2","score":0.9},{"doc_id":"1","score":0.1}]' in last


def test_session_ids_are_safe_file_names_and_unique():
    ids = {new_session_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(re.fullmatch(r"session-\d{8}T\d{6}Z-[0-9a-f]{12}", name) for name in ids)

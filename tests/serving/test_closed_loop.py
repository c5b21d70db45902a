"""The loop closed: what a tool served is mined and analysed, with its arms, shadow and swaps."""

import json
import random
import threading
import time
from collections import Counter

import numpy as np
import pytest
from overlap_index import OverlapIndex

from lrat_rank.analysis.arms import Measure
from lrat_rank.mining.labels import State, read_labels
from lrat_rank.pipeline.analyze import analyze_files
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.serving import SearchTool
from lrat_rank.serving.deployment import Deployment, version_of
from lrat_rank.serving.deployments import Deployments
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.exploration import Swaps
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.shadow import Shadow
from lrat_rank.trajectories import Search, read_trajectories

WORTH = {"2": 0.9, "1": 0.4, "four": 0.1}
LOOKED_AT = (1.0, 0.5, 0.25)
SESSIONS = 500
QUERY = "poet odes"


class Ordered:
    """A ranker with one order for all queries."""

    def __init__(self, *best_first):
        self._scores = {doc_id: -float(n) for n, doc_id in enumerate((*best_first, "03"))}

    def score(self, lists):
        return [np.array([self._scores[doc_id] for doc_id in one.doc_ids]) for one in lists]


class OtherwiseOrdered(Ordered):
    """A ranker of another kind."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The log of a server with two arms, a shadow and swaps, used by agents of known habits."""
    folder = tmp_path_factory.mktemp("served")
    shadow = Shadow(Deployment(Ordered("1", "four", "2"), "shadow-1"), longest_queue=2 * SESSIONS)
    deployments = Deployments(
        Deployment(Ordered("four", "1", "2"), "worst-first"),
        arms=[(Deployment(OtherwiseOrdered("2", "1", "four"), "best-first"), 0.5)],
        shadow=shadow,
    )
    engine = Engine(OverlapIndex(), deployments, EngineOptions(k=3, explore=Swaps(0.25)))
    journal = Journal(folder / "log", JournalOptions(rotate_mb=0.1, fsync="never"))
    chance, searched = random.Random(8), Counter()
    for number in range(SESSIONS):
        tool = SearchTool(engine).session(log=journal, session_id=f"session-{number}")
        hits = tool.search(QUERY)
        searched[tool.session_id] += 1
        for hit, looked in zip(hits, LOOKED_AT, strict=True):
            if chance.random() < looked * WORTH[hit.doc_id]:
                tool.get_document(hit.doc_id)
        tool.end()
    deadline = time.monotonic() + 60
    while shadow.scored < SESSIONS and time.monotonic() < deadline:
        time.sleep(0.01)
    deployments.close()
    journal.close()
    return folder / "log", engine


def test_analyze_tells_the_better_arm(served, tmp_path):
    log, _ = served
    result = analyze_files([log], tmp_path / "report")
    arms = result.analysis.arms
    assert [row.arm for row in arms.rows] == ["a", "b"]
    by_measure = {one.measure: one for one in arms.differences}
    expected = {
        "a": sum(p * WORTH[d] for p, d in zip(LOOKED_AT, ("four", "1", "2"), strict=True)),
        "b": sum(p * WORTH[d] for p, d in zip(LOOKED_AT, ("2", "1", "four"), strict=True)),
    }
    opened = by_measure[Measure.OPENED]
    assert opened.low > 0
    assert opened.verdict.endswith("the arms differ.")
    # Swaps pull the two together a little.
    assert 0.4 < opened.difference / (expected["b"] - expected["a"]) < 1.1
    assert by_measure[Measure.RANK].high < 0


def test_analyze_tells_examination_from_the_swaps(served, tmp_path):
    log, _ = served
    audit = analyze_files([log], tmp_path / "report").analysis.audit
    assert audit.randomised is not None
    assert audit.randomised.units > SESSIONS / 4
    assert 1 in audit.randomised.ranks
    for rank, low, high in zip(
        audit.randomised.ranks, audit.randomised.low, audit.randomised.high, strict=True
    ):
        assert low <= LOOKED_AT[rank - 1] <= high


def test_the_log_says_which_ranker_and_arm_made_each_list(served):
    log, engine = served
    for session in read_trajectories([log]):
        deployment = engine.deployments.for_session(session.trajectory_id)
        assert session.arm == deployment.arm
        kind = type(deployment.ranker).__name__
        assert session.retriever == f"bm25 > {kind} ({deployment.version})"
        assert sum(isinstance(turn, Search) for turn in session.turns) == 1


def test_each_search_has_the_shadows_ranking_beside_it(served):
    log, _ = served
    lines = [json.loads(line) for path in log.iterdir() for line in path.read_text().splitlines()]
    calls = {line["call_id"] for line in lines if line["kind"] == "search"}
    shadows = [line for line in lines if line["kind"] == "shadow"]
    assert len(calls) == len(shadows) == SESSIONS
    assert {line["of"] for line in shadows} == calls
    for line in shadows:
        assert line["ranker_version"] == "shadow-1"
        assert [hit["doc_id"] for hit in line["ranking"]][:3] == ["1", "four", "2"]


def test_what_was_opened_becomes_labels(served, tmp_path):
    log, _ = served
    lists = list(read_labels(mine_files([log], tmp_path / "labels.jsonl").labels))
    assert len(lists) > SESSIONS / 4
    states = Counter(c.state for one in lists for c in one.candidates)
    assert states[State.SKIPPED]
    assert {one.query for one in lists} == {QUERY}


class Hanging(Ordered):
    """Waits until the test lets it go, then fails."""

    def __init__(self, go):
        super().__init__()
        self._go = go

    def score(self, lists):
        self._go.wait(60)
        raise RuntimeError("no memory")


def test_a_shadow_that_hangs_and_fails_changes_no_reply(tmp_path):
    go = threading.Event()
    shadow = Shadow(Deployment(Hanging(go), "stuck"), longest_queue=2)
    serving = Deployment(Ordered("2", "1", "four"), "v1")
    with_it = Engine(OverlapIndex(), Deployments(serving, shadow=shadow), EngineOptions(k=3))
    without = Engine(OverlapIndex(), Deployments(serving), EngineOptions(k=3))
    journal = Journal(tmp_path, JournalOptions(fsync="never"))
    tool, plain = SearchTool(with_it, log=journal), SearchTool(without)
    assert [tool.search(QUERY) for _ in range(20)] == [plain.search(QUERY) for _ in range(20)]
    assert shadow.dropped >= 17
    go.set()
    until = time.monotonic() + 30
    while shadow.failed < 20 - shadow.dropped and time.monotonic() < until:
        time.sleep(0.005)
    assert shadow.failed == 20 - shadow.dropped
    [session] = read_trajectories([tmp_path])
    assert len(session.turns) == 20


def test_rankers_change_under_load_without_a_lost_or_mixed_reply(tmp_path):
    orders, served = [["2", "1", "four"], ["four", "1", "2"]], {}
    folder = tmp_path / "ranker"

    def write(order):
        folder.mkdir(exist_ok=True)
        (folder / "order").write_text(" ".join(order))
        served[version_of(folder)] = order

    write(orders[0])
    deployments = Deployments.open(
        lambda place: Ordered(*(place / "order").read_text().split()), folder
    )
    engine = Engine(OverlapIndex(), deployments, EngineOptions(k=3))
    journal = Journal(tmp_path / "log", JournalOptions(fsync="never"))
    done, wrong, searched = threading.Event(), [], []

    def work(name):
        tool = SearchTool(engine).session(log=journal, session_id=name)
        while not done.is_set():
            hits, answer = tool.search_with_answer(QUERY)
            searched.append(name)
            if [hit.doc_id for hit in hits] != served[answer.ranker_version]:
                wrong.append((answer.ranker_version, hits))

    threads = [threading.Thread(target=work, args=(f"s{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for change in range(40):
        write(orders[(change + 1) % 2])
        assert deployments.reload().changed
        answered = len(searched)
        until = time.monotonic() + 30
        while len(searched) < answered + 8 and time.monotonic() < until:
            time.sleep(0.001)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    sessions = list(read_trajectories([tmp_path / "log"]))
    logged = Counter({one.trajectory_id: len(one.turns) for one in sessions})
    assert logged == Counter(searched)
    assert len(searched) >= 40 * 8
    assert len(served) == 2
    assert all(version in one.retriever for one in sessions for version in served)

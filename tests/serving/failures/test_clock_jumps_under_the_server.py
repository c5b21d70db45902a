"""A wall clock that is set back and forward: budgets, sessions and the log go by another clock."""

import json
import time

import httpx
import numpy as np
from batched_rankers import ListRanker
from http_server import running, settings
from overlap_index import OverlapIndex
from served_process import search

from lrat_rank.serving import SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.batching import BatchingRanker, ScoringQueue
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.journal import Journal
from lrat_rank.serving.journal_options import JournalOptions
from lrat_rank.serving.text_scores import RerankService
from lrat_rank.trajectories import read_trajectories

DAY = 86_400.0
JUMPS = (0.0, -400 * DAY, 3 * DAY, -1.0, 900 * DAY, -20_000 * DAY)
BUDGET_MS = 60_000.0


class JumpingRanker(ListRanker):
    """The wall clock jumps while it scores."""

    def __init__(self, jump) -> None:
        super().__init__()
        self._jump = jump

    def score(self, lists):
        self._jump()
        return [np.arange(len(one.doc_ids), dtype=float) for one in lists]


def test_no_budget_expires_no_session_is_forgotten_and_no_time_is_negative(tmp_path, monkeypatch):
    real, ahead, jumps = time.time, [0.0], iter(JUMPS * 10)
    monkeypatch.setattr("time.time", lambda: max(0.0, real() + ahead[0]))

    def jump():
        ahead[0] += next(jumps)

    queue, journal = ScoringQueue(), Journal(tmp_path / "log", JournalOptions(fsync="always"))
    ranker = BatchingRanker(JumpingRanker(jump), queue)
    engine = Engine(OverlapIndex(), ranker, EngineOptions(k=4, budget_ms=BUDGET_MS))
    service = Backend(
        SearchTool(engine),
        RerankService(lambda: None),
        queue=queue,
        journal=journal,
        closers=(queue.close, journal.close),
    )
    opened: set[str] = set()
    with running(service, settings(session_idle_s=600)) as address:
        for number in range(len(JUMPS)):
            query = ("poet", "odes", "coast")[number % 3] + " the " * number
            found = search(address, query, session_id="s").json()
            assert not found["flags"]["shortened"]
            assert found["flags"]["fallback"] == []
            best = found["hits"][0]
            assert best["already_read"] == (best["doc_id"] in opened)
            opened.add(best["doc_id"])
            reply = httpx.get(
                f"{address}/documents/{best['doc_id']}", params={"session_id": "s"}, timeout=60
            )
            assert reply.status_code == 200
            jump()
        page = httpx.get(f"{address}/metrics", timeout=60).text
    assert "lrat_rank_sessions 1.0" in page
    sums = [line for line in page.splitlines() if "seconds_sum" in line]
    assert all(0 <= float(line.split()[-1]) < 60 for line in sums)

    lines = [
        json.loads(line)
        for path in sorted((tmp_path / "log").iterdir())
        for line in path.read_text().splitlines()
    ]
    walls = [line["at"] for line in lines]
    assert walls != sorted(walls)  # the jumps were there
    dwells = [line["dwell_s"] for line in lines if "dwell_s" in line]
    assert len(dwells) == len(JUMPS)
    assert all(0 <= dwell < 60 for dwell in dwells)
    assert all(0 <= line["took_s"] < 60 for line in lines if "took_s" in line)
    [session] = read_trajectories([tmp_path / "log"], strict=True)
    times = [t for turn in session.turns for t in (turn.at, getattr(turn, "returned", None)) if t]
    assert times == sorted(times)
    assert times[-1] - times[0] < 60

"""kill -9 in the middle of load, and again: the log holds every answered call exactly once."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import pytest
from served_process import serving, write_index

from lrat_rank.pipeline.mine import mine_files
from lrat_rank.trajectories import Browse, ReadReport, Search, read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting

LIVES, AGENTS, CALLS = 3, 4, 80


@dataclass
class Agent:
    """Searches and opens documents, one call after the other, and remembers what was answered."""

    name: str
    shown: dict[str, list[tuple[str, int, float]]] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)

    def work(self, address: str, life: int) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            for number in range(10**6):
                try:
                    self._call(client, f"{self.name} {life} {number}", number)
                except httpx.TransportError:
                    return

    def _call(self, client: httpx.Client, mark: str, number: int) -> None:
        if number % 3 < 2:
            query = f"poet {mark}"
            reply = client.post("/search", json={"query": query, "session_id": self.name})
            hits = reply.raise_for_status().json()["hits"]
            self.shown[query] = [(one["doc_id"], one["rank"], one["score"]) for one in hits]
        else:
            doc_id = f"{number % 9:02}"
            asked = {"session_id": self.name, "reasoning": f"I open {mark}"}
            client.get(f"/documents/{doc_id}", params=asked).raise_for_status()
            self.opened[f"I open {mark}"] = doc_id


def loaded_and_killed(index, log, agents, life):
    """One life of the server: it is killed while all agents are calling."""
    options = ("--log", str(log), "--log-rotate-mb", "0.02")
    with serving(index, *options) as server:
        before = sum(len(agent.shown) for agent in agents)
        threads = [
            threading.Thread(target=agent.work, args=(server.address, life)) for agent in agents
        ]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 120
        while sum(len(agent.shown) for agent in agents) < before + CALLS:
            assert time.monotonic() < until
            time.sleep(0.01)
        server.kill()
        for thread in threads:
            thread.join(60)


@pytest.mark.slow
def test_every_completed_call_is_in_the_log_exactly_once(tmp_path):
    index, log = write_index(tmp_path / "index"), tmp_path / "log"
    agents = [Agent(f"agent-{n}") for n in range(AGENTS)]
    for life in range(LIVES):
        loaded_and_killed(index, log, agents, life)
    assert len(list(log.iterdir())) > LIVES

    report = ReadReport()
    sessions = {
        one.trajectory_id: one
        for one in read_trajectories([log], setting=ReadSetting(report), strict=True)
    }
    assert sorted(sessions) == [agent.name for agent in agents]
    unanswered = 0
    for agent in agents:
        turns = sessions[agent.name].turns
        searches = [turn for turn in turns if isinstance(turn, Search)]
        times = Counter(turn.query for turn in searches)
        assert set(times.values()) == {1}
        written = {
            turn.query: [(hit.doc_id, hit.rank, hit.score) for hit in turn.impressions]
            for turn in searches
        }
        assert {query: written.get(query) for query in agent.shown} == agent.shown
        opens = Counter(turn.doc_id for turn in turns if isinstance(turn, Browse))
        assert not Counter(agent.opened.values()) - opens
        said = Counter(turn.text for turn in turns if not isinstance(turn, Search | Browse))
        assert all(said[reasoning] == 1 for reasoning in agent.opened)
        unanswered += len(written) - len(agent.shown) + opens.total() - len(agent.opened)
    # Written, and killed before the answer: at most the one call that each agent had in flight.
    assert 0 <= unanswered <= LIVES * AGENTS
    assert set(report.unplaced) <= {"last line of a log file, cut off"}
    assert mine_files([log], tmp_path / "labels.jsonl").labels.is_file()

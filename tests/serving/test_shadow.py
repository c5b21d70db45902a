"""A shadow scores beside what is served: replies never wait for it, and never fail with it."""

import threading
import time

import pytest

from lrat_rank.serving.deployment import Deployment
from lrat_rank.serving.deployments import Deployments
from lrat_rank.serving.shadow import Shadow


class Named:
    """A ranker with a name; `score` is what the test wants."""

    def __init__(self, name):
        self.name, self.closed = name, False

    def close(self):
        self.closed = True


def until(holds):
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


def test_what_it_ranked_is_handed_on_with_its_version():
    shadow, told = Shadow(Deployment(Named("s"), "v7")), []
    assert shadow.offer(lambda ranker: [(ranker.name, 1.0)], lambda *said: told.append(said))
    shadow.close()
    assert told == [("v7", [("s", 1.0)])]
    assert (shadow.scored, shadow.dropped, shadow.failed) == (1, 0, 0)


def test_a_slow_shadow_delays_nobody_and_what_it_misses_is_counted(gate):
    shadow = Shadow(Deployment(Named("s"), "v"), longest_queue=3)

    def slow(ranker):
        gate.wait(60)
        return []

    began = time.monotonic()
    taken = [shadow.offer(slow, lambda *said: None) for _ in range(500)]
    assert time.monotonic() - began < 5
    assert 3 <= sum(taken) <= 4  # those that wait, and perhaps one at work
    assert shadow.dropped == 500 - sum(taken)
    gate.set()
    until(lambda: shadow.scored == sum(taken))


@pytest.mark.parametrize("error", [RuntimeError("no memory"), SystemExit(1)])
def test_a_failing_shadow_is_counted_and_goes_on(error):
    shadow, told = Shadow(Deployment(Named("s"), "v")), []

    def fails(ranker):
        raise error

    for rank in (fails, lambda ranker: [], fails):
        shadow.offer(rank, lambda *said: told.append(said))
    until(lambda: shadow.failed + shadow.scored == 3)
    assert (shadow.failed, len(told)) == (2, 1)
    shadow.close()


def test_a_log_that_fails_under_it_is_a_failure_of_the_shadow_alone():
    shadow = Shadow(Deployment(Named("s"), "v"))

    def log(version, ranking):
        raise OSError("full")

    shadow.offer(lambda ranker: [], log)
    until(lambda: shadow.failed == 1)
    shadow.close()


def test_after_it_was_replaced_the_new_ranker_scores_and_the_old_one_is_closed():
    old, new, told = Named("old"), Named("new"), []
    shadow = Shadow(Deployment(old, "1"))
    for deployment in (None, Deployment(new, "2")):
        if deployment is not None:
            shadow.replace(deployment)
        shadow.offer(lambda ranker: [(ranker.name, 0.0)], lambda *said: told.append(said))
        until(lambda: shadow.scored == len(told) > 0 and not shadow.waiting)
    until(lambda: len(told) == 2)
    assert told == [("1", [("old", 0.0)]), ("2", [("new", 0.0)])]
    assert old.closed
    shadow.close()
    assert new.closed


def test_closing_scores_what_waits_takes_nothing_more_and_does_not_hang(gate):
    shadow, told = Shadow(Deployment(Named("s"), "v")), []
    for number in range(20):
        shadow.offer(lambda ranker, n=number: [(str(n), 0.0)], lambda *said: told.append(said))
    shadow.close()
    assert len(told) == 20
    assert not shadow.offer(lambda ranker: [], lambda *said: None)
    assert shadow.dropped == 1
    stuck = Shadow(Deployment(Named("s"), "v"))
    stuck.offer(lambda ranker: gate.wait(60) and [], lambda *said: None)
    began = time.monotonic()
    stuck.close(timeout=0.05)
    assert time.monotonic() - began < 10


def test_a_reload_changes_the_shadow_too(tmp_path):
    (tmp_path / "name").write_text("one")
    deployments = Deployments.open(
        lambda folder: Named((folder / "name").read_text()), None, shadow=tmp_path
    )
    (tmp_path / "name").write_text("two")
    told = deployments.reload()
    assert told.changed
    assert deployments.shadow.deployment.ranker.name == "two"
    deployments.close()
    assert deployments.shadow.deployment.version == told.now["shadow"]


def test_a_shadow_is_loaded_apart_from_what_serves(tmp_path):
    (tmp_path / "name").write_text("one")
    deployments = Deployments.open(
        lambda folder: Named("queued"),
        tmp_path,
        shadow=tmp_path,
        load_shadow=lambda folder: Named((folder / "name").read_text()),
    )
    assert deployments.serving.ranker.name == "queued"
    assert deployments.shadow.deployment.ranker.name == "one"
    (tmp_path / "name").write_text("two")
    deployments.reload()
    assert deployments.serving.ranker.name == "queued"
    assert deployments.shadow.deployment.ranker.name == "two"
    deployments.close()

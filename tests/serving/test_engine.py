"""The engine: failures give way, repeats are remembered, and replaced rankers leave nothing."""

import contextlib
import threading

import numpy as np
import pytest
from slow_rankers import LongIndex, Reverse

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.mining.labels import Context
from lrat_rank.serving import SearchTool
from lrat_rank.serving.batching import BatchingRanker, Busy
from lrat_rank.serving.deployment import Deployment
from lrat_rank.serving.deployments import Deployments
from lrat_rank.serving.engine import Engine, deployments_of
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.exploration import Swaps
from lrat_rank.serving.shadow import Shadow


class FailsOn(Reverse):
    """Has no number for some documents."""

    def __init__(self, *failing):
        super().__init__()
        self.failing = failing

    def score(self, lists):
        found = super().score(lists)
        for one, scores in zip(lists, found, strict=True):
            scores[[d in self.failing for d in one.doc_ids]] = np.nan
        return found


class Raises:
    def __init__(self, error):
        self.error = error

    def score(self, lists):
        raise self.error


class Contextless(Reverse):
    reads_context = False


def ids(answer):
    return [hit.doc_id for hit in answer.hits]


def engine(ranker=None, *, size=10, **changes):
    return Engine(LongIndex(size=size), ranker, EngineOptions(**{"k": 5, "depth": 10, **changes}))


def test_a_document_the_ranker_fails_on_keeps_the_first_stages_place():
    answer = engine(FailsOn("d01", "d03")).rank("q")
    assert ids(answer) == ["d09", "d01", "d08", "d03", "d07"]
    assert [hit.score for hit in answer.hits] == [9.0, 9.0, 8.0, 8.0, 7.0]
    assert answer.flags.fallback == ("d01", "d03")


@pytest.mark.parametrize(
    "ranker",
    [
        FailsOn(*(f"d{n:02}" for n in range(10))),
        Raises(RuntimeError("broken")),
        Raises(InputError("x", must="y", got="z")),
    ],
)
def test_a_ranker_that_fails_on_everything_leaves_the_first_stages_list(ranker):
    answer = engine(ranker).rank("q")
    assert ids(answer) == ["d00", "d01", "d02", "d03", "d04"]
    assert (answer.flags.fallback, answer.flags.depth_used) == ("all", 0)


def test_without_fallback_a_failure_is_raised():
    with pytest.raises(RuntimeError, match="broken"):
        engine(Raises(RuntimeError("broken")), fallback=False).rank("q")
    with pytest.raises(LratRankError, match="FailsOn gave document 'd01'"):
        engine(FailsOn("d01"), fallback=False).rank("q")


def test_a_busy_ranker_is_no_failing_one():
    with pytest.raises(Busy):
        engine(Raises(Busy(3, 1.0))).rank("q")


def test_a_failure_is_not_remembered():
    ranker = FailsOn("d01")
    made = engine(ranker)
    made.rank("q")
    ranker.failing = ()
    answer = made.rank("q")
    assert not answer.flags.cached
    assert answer.flags.fallback == ()


def test_the_same_call_has_the_same_answer_and_asks_nobody():
    made = engine(ranker := Reverse())
    context = Context(turn=3, reasoning="so")
    first, second = made.rank("q", 3, context), made.rank(" q ", 3, context)
    assert len(ranker.asked) == 1
    assert made.index.searches == 1
    assert second.hits == first.hits
    assert (first.flags.cached, second.flags.cached) == (False, True)
    assert second.flags.depth_used == first.flags.depth_used == 10


@pytest.mark.parametrize(
    ("query", "k", "context"),
    [
        ("other", 3, Context(turn=3)),
        ("q", 12, Context(turn=3)),
        ("q", 3, Context(turn=4)),
        ("q", 3, Context(turn=3, read_doc_ids=("d01",))),
    ],
)
def test_a_call_that_differs_in_what_the_ranker_sees_is_ranked_anew(query, k, context):
    made = engine(ranker := Reverse(), size=20)
    made.rank("q", 3, Context(turn=3))
    assert not made.rank(query, k, context).flags.cached
    assert len(ranker.asked) == 2


def test_a_ranker_that_reads_no_context_need_not_see_another():
    made = engine(BatchingRanker(ranker := Contextless()))
    made.rank("q", 3, Context(turn=3))
    assert made.rank("q", 3, Context(turn=4, reasoning="else")).flags.cached
    assert len(ranker.asked) == 1
    made.deployments.close()


def test_a_remembered_ranking_is_demoted_for_each_session_by_what_it_read():
    made = engine(Contextless(), already_read="demote")
    assert ids(made.rank("q", 2, Context(turn=0))) == ["d09", "d08"]
    answer = made.rank("q", 2, Context(turn=1, read_doc_ids=("d09",)))
    assert answer.flags.cached
    assert ids(answer) == ["d08", "d07"]
    assert ids(made.rank("q", 2, Context(turn=0))) == ["d09", "d08"]


def test_a_swap_is_drawn_anew_for_a_remembered_ranking():
    made = engine(Reverse(), explore=Swaps(0.5), k=2)
    answers = [made.rank("q") for _ in range(60)]
    assert all(one.flags.cached for one in answers[1:])
    assert {tuple(ids(one)) for one in answers} == {("d09", "d08"), ("d08", "d09")}
    assert {hit.propensity for one in answers for hit in one.hits} == {0.5}


def test_the_cache_holds_no_more_than_it_may_and_0_holds_nothing():
    made = engine(Reverse(), cache_entries=2)
    for query in "abcda":
        assert not made.rank(query).flags.cached
    assert len(made.cache) == 2
    assert made.rank("a").flags.cached
    off = engine(Reverse(), cache_entries=0)
    assert [off.rank("q").flags.cached for _ in range(2)] == [False, False]


def test_a_replaced_ranker_leaves_nothing_behind(tmp_path):
    (tmp_path / "name").write_text("one")
    deployments = Deployments.open(lambda folder: Reverse(), tmp_path)
    made = Engine(LongIndex(size=10), deployments, EngineOptions(k=2, depth=10))
    versions = [made.rank("q").ranker_version]
    for name in ("two", "one"):
        (tmp_path / "name").write_text(name)
        deployments.reload()
        answer = made.rank("q")
        assert not answer.flags.cached  # not even where the first ranker came back
        assert len(made.cache) == 1
        versions.append(answer.ranker_version)
    assert versions[0] == versions[2] != versions[1]


def test_a_ranking_of_a_replaced_ranker_is_not_found_though_it_was_kept_after_the_change():
    class Changes(Deployments):
        """Another ranker serves as soon as the first call has begun."""

        @contextlib.contextmanager
        def using(self, session_id=""):
            with super().using(session_id) as chosen:
                made.deployments = deployments_of(Raises(Busy(3, 1.0)))
                with pytest.raises(Busy):
                    made.rank("q")
                yield chosen

    made = engine()
    made.deployments = Changes(Deployment(Reverse(), version=""))
    assert ids(made.rank("q"))[0] == "d09"
    with pytest.raises(Busy):
        made.rank("q")


def test_calls_in_no_arm_share_the_rankings_of_the_ranker_that_serves_them():
    arms = [(Deployment(Reverse(), "two"), 0.5)]
    deployments = Deployments(Deployment(Reverse(), "one"), arms=arms)
    made = Engine(LongIndex(size=10), deployments, EngineOptions(k=1, depth=10))
    assert [made.rank("q").flags.cached for _ in range(2)] == [False, True]


def test_the_arm_of_a_session_ranks_for_it_and_is_named():
    deployments = Deployments(Deployment(Reverse(), "one"), arms=[(Deployment(None, "two"), 0.5)])
    made = Engine(LongIndex(size=10), deployments, EngineOptions(k=1, depth=10))
    seen = {
        (one.flags.arm, ids(one)[0])
        for one in (made.rank("q", session_id=f"session {n}") for n in range(40))
    }
    assert seen == {("a", "d09"), ("b", "d00")}


def test_a_shadow_orders_the_same_candidates_and_changes_nothing():
    shadow = Shadow(Deployment(Reverse(), "shadow"))
    made = Engine(
        LongIndex(size=10),
        Deployments(Deployment(None), shadow=shadow),
        EngineOptions(k=2, depth=4),
    )
    answer, told = made.rank("q"), []
    said = threading.Event()
    context = Context(turn=0)
    made.offer_to_shadow("q", context, answer, lambda *told_: (told.append(told_), said.set()))
    assert said.wait(30)
    shadow.close()
    assert ids(answer) == ["d00", "d01"]
    assert told == [("shadow", [("d03", 3.0), ("d02", 2.0), ("d01", 1.0), ("d00", 0.0)])]


def test_a_bare_ranker_is_asked_by_one_thread_at_a_time_and_a_batching_one_by_many():
    class Counts(Reverse):
        inside = most = 0

        def score(self, lists):
            self.inside += 1
            self.most = max(self.most, self.inside)
            threading.Event().wait(0.05)
            self.inside -= 1
            return super().score(lists)

    def ask_from_four_threads(ranker):
        made = engine(ranker, cache_entries=0)
        threads = [threading.Thread(target=made.rank, args=(f"q{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    ask_from_four_threads(bare := Counts())
    assert bare.most == 1
    ask_from_four_threads(batching := BatchingRanker(inner := Reverse()))
    batching.close()
    assert len(inner.asked) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"snippet": "middle"},
        {"already_read": "hide"},
        {"cache_entries": -1},
        {"snippet_tokens": 0},
        {"k": 0},
        {"depth": 4},
    ],
)
def test_an_option_out_of_its_range_is_refused(changes):
    with pytest.raises(InputError, match="must be"):
        engine(**changes)


def test_calls_of_unknown_agents_do_not_wait_for_each_other():
    together = threading.Barrier(3)

    class MeetingIndex(LongIndex):
        def documents(self, doc_ids):
            together.wait(30)
            return super().documents(doc_ids)

    tool = SearchTool(Engine(MeetingIndex(size=10), Reverse(), EngineOptions(k=2))).mixed()
    threads = [threading.Thread(target=tool.search, args=(f"q{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not together.broken
    assert not any(thread.is_alive() for thread in threads)

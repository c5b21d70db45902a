"""Each parameter of the agent does what it says, and grasp moves what it is said to move."""

import dataclasses
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from lrat_rank.eval.simulation import (
    AgentBehaviour,
    Hop,
    Question,
    ShuffledTool,
    World,
    cosine_similarity,
    simulate,
)
from lrat_rank.eval.simulation.goals import Finding, Goal
from lrat_rank.eval.simulation.lengths import draw_words
from lrat_rank.eval.simulation.query_forms import Request
from lrat_rank.eval.simulation.snippet_judgement import snippet_scores
from lrat_rank.mining.judges import JUDGES, Case, Verdict
from lrat_rank.trajectories.model import Browse, Reasoning, Search, Trajectory

Simulated = Callable[..., list[Trajectory]]


@pytest.fixture(scope="module")
def simulated(world: World, tool) -> Simulated:
    def run(**parameters: float) -> list[Trajectory]:
        return list(simulate(world.questions[:60], tool, behaviour=AgentBehaviour(**parameters)))

    return run


def turns(runs: Sequence[Trajectory], kind: type) -> list:
    return [turn for run in runs for turn in run.turns if isinstance(turn, kind)]


def share_correct(runs: Sequence[Trajectory]) -> float:
    return float(np.mean([bool(run.correct) for run in runs]))


def kept(runs: Sequence[Trajectory]) -> float:
    """Share of the reasonings after a browse that the judge takes for a use."""
    judge = JUDGES.get("cues")()
    texts = [
        after.text
        for run in runs
        for turn, after in pairwise(run.turns)
        if isinstance(turn, Browse) and isinstance(after, Reasoning)
    ]
    return float(np.mean([judge.decide(Case(text)).verdict is Verdict.USES for text in texts]))


class Empty:
    """A tool that finds nothing."""

    @staticmethod
    def search(query, k):
        return []

    @staticmethod
    def get_document(doc_id):
        raise AssertionError("nothing was shown")


class Oracle:
    """A tool that shows the evidence of every question first."""

    def __init__(self, tool, questions):
        self._tool = tool
        self._by_query = {}
        for question in questions:
            for hop in question.hops:
                self._by_query[hop.query] = hop.doc_ids

    def search(self, query, k):
        hits = self._tool.search(query, 30)
        wanted = self._by_query.get(query, ())
        return sorted(hits, key=lambda hit: hit.doc_id not in wanted)[:k]

    def get_document(self, doc_id):
        return self._tool.get_document(doc_id)


@pytest.mark.parametrize(
    ("limits", "searches", "status"),
    [({"patience": 5}, 5, "gave_up"), ({"max_steps": 4}, 4, "out_of_steps")],
)
def test_a_tool_that_finds_nothing_is_given_up(world: World, limits, searches, status):
    runs = list(simulate(world.questions[:20], Empty, behaviour=AgentBehaviour(**limits)))
    assert {run.status for run in runs} == {status}
    assert {len(turns([run], Search)) for run in runs} == {searches}
    assert not any(run.correct for run in runs)


def test_a_better_tool_gives_more_right_answers_in_fewer_searches(world: World, tool):
    class Poor:
        get_document = staticmethod(tool.get_document)

        @staticmethod
        def search(query, k):
            return tool.search(query, 4 * k)[3::4]

    runs = {
        name: list(simulate(world.questions[:80], searching))
        for name, searching in {
            "oracle": Oracle(tool, world.questions),
            "bm25": tool,
            "poor": Poor,
        }.items()
    }
    right = {name: share_correct(of) for name, of in runs.items()}
    assert right["oracle"] >= right["bm25"] > right["poor"] + 0.2
    assert len(turns(runs["oracle"], Search)) < len(turns(runs["poor"], Search))


def test_dropped_words_make_queries_shorter(simulated: Simulated):
    lengths = [
        np.mean([len(turn.query.split()) for turn in turns(simulated(word_drop=drop), Search)])
        for drop in (0.0, 0.9)
    ]
    assert lengths[1] < lengths[0]


def test_an_unfocused_agent_searches_for_the_whole_question(world: World, simulated: Simulated):
    runs = simulated(unfocused=1.0, hesitation=1.0)
    whole = [turn.query == run.question for run in runs for turn in turns([run], Search)]
    assert np.mean(whole) > 0.2
    asked = {hop.query for question in world.questions for hop in question.hops}
    assert not any(turn.query in asked for turn in turns(runs, Search))


def test_who_hesitates_always_opens_nothing(simulated: Simulated):
    assert not turns(simulated(hesitation=1.0), Browse)


def test_who_asks_more_of_a_snippet_opens_less(simulated: Simulated):
    opened = [len(turns(simulated(snippet_threshold=t), Browse)) for t in (0.2, 0.7, 1.2)]
    assert opened[0] > opened[1] > opened[2]


def test_who_is_impatient_opens_more_after_searches_in_vain(simulated: Simulated):
    patient, impatient = (
        len(turns(simulated(snippet_threshold=1.0, impatience=i), Browse)) for i in (0.0, 0.2)
    )
    assert impatient > patient


def test_who_goes_on_opens_more_of_a_list(simulated: Simulated):
    def browses_after_browses(runs):
        calls = [[t for t in run.turns if isinstance(t, Search | Browse)] for run in runs]
        pairs = [pair for run in calls for pair in pairwise(run)]
        after = [isinstance(b, Browse) for a, b in pairs if isinstance(a, Browse)]
        return np.mean(after)

    base = {"next_threshold": 0.0, "false_positive": 0.0}
    rare = browses_after_browses(simulated(browse_again=0.1, max_opened=8, **base))
    often = browses_after_browses(simulated(browse_again=0.9, max_opened=8, **base))
    assert rare < 0.15 < 0.4 < often
    assert browses_after_browses(simulated(max_opened=1)) == 0


def test_who_thinks_aloud_of_what_pages_are_worth_is_kept_more_by_the_judge(simulated: Simulated):
    assert kept(simulated(credit=0.0)) < kept(simulated(credit=0.6)) < kept(simulated(credit=1.0))
    assert kept(simulated(credit=1.0, vague=0.0)) > 0.95


def test_lengths_have_their_mean_and_overlap():
    rng = Random(0)
    useful, other = ([draw_words(rng, mean, 0.6) for _ in range(20_000)] for mean in (111, 77))
    assert np.mean(useful) == pytest.approx(111, rel=0.03)
    assert np.mean(other) == pytest.approx(77, rel=0.03)
    assert 0.2 < np.mean(np.array(other) > np.array(useful)) < 0.45


@pytest.mark.parametrize("grasp", [-2.0, 0.0, 2.0])
def test_without_slopes_all_runs_have_the_same_rates(grasp):
    assert AgentBehaviour().of_run(grasp) == AgentBehaviour()


def test_a_slope_moves_the_log_odds_of_its_rates_and_no_others():
    base = AgentBehaviour(unfocused=0.2, grasp_on_queries=0.5)
    moved = base.of_run(2.0)
    for name in ("word_drop", "unfocused"):
        before, after = getattr(base, name), getattr(moved, name)
        assert math.log(after / (1 - after)) == pytest.approx(math.log(before / (1 - before)) - 1)
    same = {"word_drop": base.word_drop, "unfocused": base.unfocused}
    assert dataclasses.replace(moved, **same) == base


def test_lengths_keep_their_mean_over_runs():
    behaviour, rng = AgentBehaviour(grasp_on_length=0.4), Random(0)
    means = [behaviour.of_run(rng.gauss(0, 1)).useful_words for _ in range(20_000)]
    assert np.mean(means) == pytest.approx(behaviour.useful_words, rel=0.02)
    assert np.std(means) > 20


def test_with_grasp_right_runs_reason_longer_than_wrong_ones(world: World, tool):
    behaviour = AgentBehaviour(grasp_on_reading=1.5, grasp_on_length=0.6, useful_words=77.0)
    runs = list(simulate(world.questions, tool, behaviour=behaviour))
    words = {
        right: np.mean([len(t.text.split()) for r in runs if bool(r.correct) is right
                        for t in turns([r], Reasoning) if len(t.text.split()) > 20])
        for right in (True, False)
    }  # fmt: skip
    assert words[True] > 1.2 * words[False]


def test_snippets_are_judged_by_words_and_meaning_in_their_shares():
    request = Request("Who taught Ana Lor?", "Ana Lor")
    snippets = ["Ana Lor was a poet.", "The teacher of the poet."]
    asked = []

    def similarity(query: str, texts: Sequence[str]) -> list[float]:
        asked.append((query, list(texts)))
        return [0.0, 1.0]

    def scores(share):
        return snippet_scores(request, snippets, similarity=similarity, semantic_share=share)

    assert snippet_scores(request, snippets) == scores(0.0) == [0.8, 0.0]
    assert scores(0.5) == [0.4, 0.5]
    assert asked == [(request.query, snippets)]


def test_likeness_is_the_cosine_and_never_negative():
    vectors = {"q": [1.0, 0.0], "a": [0.6, 0.8], "b": [-1.0, 0.0]}
    similarity = cosine_similarity(lambda texts: np.array([vectors[t] for t in texts]))
    assert similarity("q", ["a", "b"]) == pytest.approx([0.6, 0.0])


def test_meaning_decides_what_is_opened_where_it_is_all_that_counts(world: World, tool):
    def likes_the_last(query: str, snippets: Sequence[str]) -> list[float]:
        return [0.0] * (len(snippets) - 1) + [1.0]

    behaviour = AgentBehaviour(
        semantic_share=1.0, snippet_noise=0.0, snippet_insight=0.0, max_opened=1, reopen=1.0
    )
    runs = simulate(world.questions[:10], tool, behaviour=behaviour, similarity=likes_the_last)
    for run in runs:
        shown = ()
        for turn in run.turns:
            shown = turn.impressions if isinstance(turn, Search) else shown
            assert not isinstance(turn, Browse) or turn.doc_id == shown[-1].doc_id


def test_a_wrong_value_is_carried_into_the_hop_that_follows_it_and_no_other():
    hop = Hop("Who led Tor Mills?", ("d1",), "Ana", "Tor Mills", follows=1, labelled=True)
    wrong, right = Finding("Kelm", False, "d7"), Finding("Tor Mills", True, "d8")
    carried = Goal.of(hop).after([right, wrong])
    assert carried.request == Request("Who led Kelm?", "Kelm")
    assert not carried.answered_by("d1", "Ana led Tor Mills.")
    assert Goal.of(hop).after([wrong, right]) == Goal.of(hop)
    assert Goal.of(dataclasses.replace(hop, follows=0)).after([wrong]).answered_by("d1", "")


def test_labelled_hops_are_answered_by_their_documents_alone(world: World, tool):
    def labelled(question: Question) -> Question:
        hops = tuple(dataclasses.replace(hop, labelled=True) for hop in question.hops)
        return dataclasses.replace(question, hops=hops)

    questions = [labelled(question) for question in world.questions]
    runs = list(simulate(questions, tool))
    assert 0.2 < share_correct(runs) < 0.9
    for question, run in zip(questions, runs, strict=True):
        opened = {turn.doc_id for turn in turns([run], Browse)}
        if run.correct:
            assert all(opened.intersection(hop.doc_ids) for hop in question.hops)


def test_shuffled_lists_hold_the_same_documents_in_another_order_every_time_alike(tool):
    shuffled = ShuffledTool(tool, seed=1)
    queries = ["Where was the poet born?", "Which company made it?", "town hall architect"]
    for query in queries:
        plain = [hit.doc_id for hit in tool.search(query, 10)]
        order = [hit.doc_id for hit in shuffled.search(query, 10)]
        assert sorted(order) == sorted(plain)
        assert order != plain
        assert order == [hit.doc_id for hit in shuffled.search(query, 10)]
    assert shuffled.get_document("d00001") == tool.get_document("d00001")

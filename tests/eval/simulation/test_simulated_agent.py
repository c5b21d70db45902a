"""The simulated agent: repeatable, blind to labels, within its budget, right only with evidence."""

import dataclasses
import hashlib
import math
import os
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import pytest

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation import AgentBehaviour, Question, World, build_world, simulate
from lrat_rank.trajectories.model import Answer, Browse, Reasoning, Search, Trajectory

EXACT = AgentBehaviour(false_positive=0.0, false_negative=0.0, vague=0.0)
RUN_FINGERPRINT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from conftest import Bm25Tool
from lrat_rank.eval.simulation import build_world, simulate
world = build_world(0, 200, 10)
runs = list(simulate(world.questions, Bm25Tool(world.documents)))
print(hashlib.sha256(repr(runs).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def trajectories(world: World, tool) -> list[Trajectory]:
    return list(simulate(world.questions, tool, retriever="bm25"))


def steps(trajectory: Trajectory) -> int:
    return sum(isinstance(turn, Search | Browse) for turn in trajectory.turns)


def reasoning_words(trajectories: list[Trajectory], contents_with_evidence: set[str]):
    """Words of reasoning after browses of evidence, and after other browses."""
    after: dict[bool, list[int]] = {True: [], False: []}
    for trajectory in trajectories:
        for browse, reasoning in pairwise(trajectory.turns):
            if isinstance(browse, Browse) and isinstance(reasoning, Reasoning):
                useful = browse.doc_id in contents_with_evidence
                after[useful].append(len(reasoning.text.split()))
    return after[True], after[False]


def test_a_run_is_the_same_in_every_process(make_tool):
    small = build_world(0, 200, 10)
    runs = list(simulate(small.questions, make_tool(small.documents)))
    another = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    there = subprocess.run(
        [sys.executable, "-c", RUN_FINGERPRINT, os.path.dirname(__file__)],
        env={**os.environ, "PYTHONHASHSEED": another},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == hashlib.sha256(repr(runs).encode()).hexdigest()


def test_a_run_does_not_depend_on_the_other_questions(world: World, tool, trajectories):
    assert list(simulate(world.questions[5:8], tool, retriever="bm25")) == trajectories[5:8]


def test_another_seed_gives_another_run_with_another_id(world: World, tool, trajectories):
    other = next(simulate(world.questions[:1], tool, seed=1))
    assert other.trajectory_id != trajectories[0].trajectory_id
    assert other.turns != trajectories[0].turns


def test_relevance_labels_do_not_reach_the_agent(world: World, tool, trajectories):
    def mislabelled(question: Question) -> Question:
        hops = tuple(dataclasses.replace(hop, doc_ids=("d00001",)) for hop in question.hops)
        return dataclasses.replace(question, hops=hops)

    blind = simulate([mislabelled(q) for q in world.questions], tool, retriever="bm25")
    assert list(blind) == trajectories


def test_a_trajectory_carries_its_question_agent_and_retriever(world: World, trajectories):
    assert [t.question for t in trajectories] == [q.text for q in world.questions]
    assert {(t.agent, t.retriever) for t in trajectories} == {("simulated", "bm25")}
    assert len({t.trajectory_id for t in trajectories}) == len(trajectories)


def test_impressions_are_what_the_tool_showed(tool, trajectories):
    search = next(turn for turn in trajectories[0].turns if isinstance(turn, Search))
    shown = tool.search(search.query, 10)
    assert [i.doc_id for i in search.impressions] == [hit.doc_id for hit in shown]
    assert [i.rank for i in search.impressions] == list(range(1, 11))
    assert [i.snippet for i in search.impressions] == [hit.snippet for hit in shown]


def test_only_documents_of_the_last_list_are_opened(trajectories):
    for trajectory in trajectories:
        shown: set[str] = set()
        for turn in trajectory.turns:
            if isinstance(turn, Search):
                shown = {impression.doc_id for impression in turn.impressions}
            if isinstance(turn, Browse):
                assert turn.doc_id in shown


def test_an_answer_is_right_only_when_the_evidence_of_every_hop_was_read(
    world: World, trajectories
):
    right = 0
    for question, trajectory in zip(world.questions, trajectories, strict=True):
        read = [t.text or "" for t in trajectory.turns if isinstance(t, Browse)]
        if trajectory.correct:
            right += 1
            assert trajectory.answer == question.answer
            assert all(any(hop.answer in text for text in read) for hop in question.hops)
    assert 0.2 * len(trajectories) < right < 0.9 * len(trajectories)


def test_without_the_evidence_in_the_corpus_no_answer_is_right(world: World, make_tool):
    evidence = {doc_id for q in world.questions for hop in q.hops for doc_id in hop.doc_ids}
    rest = [document for document in world.documents if document.doc_id not in evidence]
    runs = list(simulate(world.questions, make_tool(rest), behaviour=EXACT))
    last_hops = [question.hops[-1] for question in world.questions]
    for hop, run in zip(last_hops, runs, strict=True):
        texts = [turn.text or "" for turn in run.turns if isinstance(turn, Browse)]
        assert not run.correct or any(hop.answer in text for text in texts)
    assert sum(bool(run.correct) for run in runs) < 0.1 * len(runs)


def test_only_completed_runs_answer(trajectories):
    assert {t.status for t in trajectories} >= {"completed", "gave_up"}
    for trajectory in trajectories:
        answered = isinstance(trajectory.turns[-1], Answer)
        assert answered == (trajectory.status == "completed") == (trajectory.answer is not None)
        assert answered or not trajectory.correct


@pytest.mark.parametrize("limit", [1, 4, 9])
def test_the_budget_of_steps_is_kept(world: World, tool, limit):
    behaviour = AgentBehaviour(max_steps=limit)
    runs = list(simulate(world.questions[:30], tool, behaviour=behaviour))
    assert max(steps(run) for run in runs) == limit
    assert "out_of_steps" in {run.status for run in runs}


def test_reasoning_is_longer_after_evidence_by_lengths_that_overlap(world: World, tool):
    evidence = {doc_id for q in world.questions for hop in q.hops for doc_id in hop.doc_ids}
    runs = [run for seed in range(4) for run in simulate(world.questions, tool, seed=seed)]
    useful, other = reasoning_words(runs, evidence)
    assert 95 < np.mean(useful) < 127
    assert 65 < np.mean(other) < 95
    longer = np.mean(np.asarray(other)[:, None] > np.asarray(useful)[None, :])
    assert 0.2 < longer < 0.45


def test_errors_of_reading_come_at_their_rates(world: World, tool):
    never = AgentBehaviour(false_positive=0.0, false_negative=1.0)
    assert not any(run.correct for run in simulate(world.questions[:20], tool, behaviour=never))
    always = AgentBehaviour(false_positive=1.0, false_negative=1.0)
    gullible = list(simulate(world.questions[:20], tool, behaviour=always))
    assert any(run.status == "completed" for run in gullible)
    assert not any(run.correct for run in gullible)


def test_the_choice_of_a_document_does_not_depend_on_its_rank(world: World, tool):
    class Reversed:
        get_document = staticmethod(tool.get_document)

        @staticmethod
        def search(query, k):
            return tool.search(query, k)[::-1]

    sharp = AgentBehaviour(snippet_threshold=0.0, hesitation=0.0, max_opened=1)
    ranks = []
    for searching in (tool, Reversed):
        opened = []
        for run in simulate(world.questions, searching, behaviour=sharp):
            search = next(turn for turn in run.turns if isinstance(turn, Search))
            browse = next(turn for turn in run.turns if isinstance(turn, Browse))
            opened += [i.rank for i in search.impressions if i.doc_id == browse.doc_id]
        ranks.append(np.mean(opened))
    assert math.isclose(ranks[0], 11 - ranks[1], abs_tol=0.6)


def test_a_document_that_cannot_be_opened_is_logged_as_failed_and_not_reasoned_about(
    world: World, tool
):
    class Closed:
        search = staticmethod(tool.search)

        @staticmethod
        def get_document(doc_id):
            return None

    runs = list(simulate(world.questions[:10], Closed))
    browses = [turn for run in runs for turn in run.turns if isinstance(turn, Browse)]
    assert browses
    assert all(browse.failed and browse.text is None for browse in browses)
    assert not any(run.correct for run in runs)


def test_1500_searches_take_seconds(world: World):
    class Canned:
        def __init__(self, documents):
            self._documents = {document.doc_id: document for document in documents}
            self._hits = [
                type("Hit", (), {"doc_id": d.doc_id, "score": 1.0, "snippet": d.text})
                for d in documents[:10]
            ]
            self.searches = 0

        def search(self, query, k):
            self.searches += 1
            return self._hits[:k]

        def get_document(self, doc_id):
            return self._documents[doc_id]

    canned = Canned(world.documents)
    started = time.perf_counter()
    seed = 0
    while canned.searches < 1500:
        list(simulate(world.questions, canned, seed=seed))
        seed += 1
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("false_positive", 1.5, "from 0 to 1"),
        ("max_steps", 0, "at least 1"),
        ("useful_words", -1.0, "at least 0"),
    ],
)
def test_a_parameter_out_of_range_is_refused(name, value, allowed):
    with pytest.raises(InputError, match=f"{name} must be {allowed}; got {value}"):
        AgentBehaviour(**{name: value})


def test_a_tool_that_listens_hears_the_reasoning_before_each_call(world, tool):
    heard = []

    class Listening:
        def think(self, reasoning):
            heard.append(Reasoning(reasoning))

        def search(self, query, k):
            heard.append(query)
            return tool.search(query, k)

        def get_document(self, doc_id):
            heard.append(doc_id)
            return tool.get_document(doc_id)

    [run] = simulate(world.asked("training")[:1], Listening(), seed=1)
    [deaf] = simulate(world.asked("training")[:1], tool, seed=1)
    kinds = {Search: "query", Browse: "doc_id"}
    told = [
        turn if isinstance(turn, Reasoning) else getattr(turn, kinds[type(turn)])
        for turn in run.turns
        if isinstance(turn, Reasoning | Search | Browse)
    ]
    assert heard == told
    assert run.turns == deaf.turns

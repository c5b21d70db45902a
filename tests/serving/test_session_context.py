"""The context a running search tool gives its ranker is the one its log is mined with."""

import numpy as np
import pytest
from msgspec.structs import replace
from overlap_index import OverlapIndex

from lrat_rank.errors import InputError
from lrat_rank.mining.judges import JUDGES
from lrat_rank.mining.labels import Context
from lrat_rank.mining.miner import mine
from lrat_rank.mining.options import MiningOptions
from lrat_rank.mining.policies import POLICIES
from lrat_rank.serving import Engine, EngineOptions, SearchTool
from lrat_rank.serving.batching.refusals import Busy, Cancelled
from lrat_rank.trajectories import Reasoning, Search, read_trajectories

QUESTION = "Who wrote odes?"


def work(tool):
    """A session with every kind of turn; each search is followed by a document opened."""
    tool.search("poet odes", reasoning="I look for poets.", question=QUESTION)
    tool.get_document("four")
    tool.search("poet", reasoning="Document four names odes.\n\nAnd a coast.")
    tool.get_document("nowhere")
    tool.get_document("1")
    tool.think("That is one poet.")
    tool.get_document("2")
    tool.search("poet harbour")
    tool.get_document("2")
    tool.search("poet town", question=QUESTION)
    tool.get_document("four")


def contexts(ranker):
    return [one.context for one in ranker.asked]


@pytest.mark.parametrize("policy", ["default", "reference"])
def test_mining_a_served_log_gives_the_contexts_that_the_ranker_was_given(
    index, ranker, tmp_path, policy
):
    work(SearchTool(Engine(index, ranker), log=tmp_path))
    given = {one.turn: one for one in contexts(ranker)}
    options = MiningOptions(policy=POLICIES.get(policy)(), judge=JUDGES.get("none")())
    mined = mine(read_trajectories([tmp_path]), options).lists
    assert len(mined) >= 3
    for one in mined:
        context = one.context
        assert replace(context, useful_doc_ids=None) == given[context.turn]
    # What a log knows and a running tool does not: the judge's verdicts, here that all is useful.
    assert {one.context.useful_doc_ids == one.context.read_doc_ids for one in mined} == {True}


def test_the_ranker_is_given_what_the_session_did_before_and_not_the_search_itself(index, ranker):
    work(SearchTool(Engine(index, ranker)))
    first, second, third, _ = contexts(ranker)
    assert first == Context(turn=1, question=QUESTION, reasoning="I look for poets.")
    assert second.previous_queries == ("poet odes",)
    assert second.reasoning == "Document four names odes.\n\nAnd a coast."
    assert second.read_doc_ids == ("four",)
    assert sorted(second.shown_doc_ids) == ["1", "2", "four"]
    assert (third.reasoning, third.read_doc_ids) == ("That is one poet.", ("four", "1", "2"))
    assert third.useful_doc_ids is None


def test_a_tool_that_is_told_nothing_still_knows_what_it_showed(index, ranker):
    tool = SearchTool(Engine(index, ranker, EngineOptions(k=1)))
    tool.search("poet odes")
    tool.search("poet")
    assert contexts(ranker)[1] == Context(
        turn=1, previous_queries=("poet odes",), shown_doc_ids=("2",)
    )


def test_sessions_of_one_tool_do_not_know_of_each_other(index, ranker, tmp_path):
    tool = SearchTool(Engine(index, ranker), log=tmp_path)
    tool.search("poet odes", question=QUESTION)
    other = tool.session("Where is the coast?")
    other.search("poet")
    tool.search("poet")
    _, alone, again = contexts(ranker)
    assert alone == Context(turn=0, question="Where is the coast?")
    assert (again.question, again.previous_queries) == (QUESTION, ("poet odes",))
    [trajectory] = read_trajectories([tmp_path])
    assert [turn.query for turn in trajectory.turns] == ["poet odes", "poet"]


def test_the_log_holds_the_question_and_the_reasoning(index, tmp_path):
    tool = SearchTool(Engine(index), log=tmp_path)
    tool.search("poet", reasoning=" I wonder. ", question=f" {QUESTION} ")
    [trajectory] = read_trajectories([tmp_path])
    assert trajectory.question == QUESTION
    assert trajectory.turns[0] == Reasoning("I wonder.")


def test_a_question_worded_anew_leaves_the_first_one(index, ranker, tmp_path):
    tool = SearchTool(Engine(index, ranker), log=tmp_path)
    tool.search("poet", question=QUESTION)
    assert tool.search("poet odes", question="Which poet wrote the odes?")
    assert {one.question for one in contexts(ranker)} == {QUESTION}
    [trajectory] = read_trajectories([tmp_path])
    assert trajectory.question == QUESTION


def test_a_question_of_any_length_but_an_endless_one_is_taken(index):
    SearchTool(Engine(index)).search("poet", question="x" * 4096)
    with pytest.raises(InputError, match="question must be text of 1 to 4,096 characters"):
        SearchTool(Engine(index)).search("poet", question="x" * 4097)


class Refuses:
    """Refuses the first calls, then gives every document one score."""

    def __init__(self, error, times):
        self.error, self.times, self.asked = error, times, []

    def score(self, lists):
        self.asked += lists
        if len(self.asked) <= self.times:
            raise self.error
        return [np.zeros(len(one.doc_ids)) for one in lists]


@pytest.mark.parametrize("error", [Busy(3, 1.0), RuntimeError("broken"), Cancelled()])
def test_a_call_that_is_repeated_until_it_succeeds_is_taken_in_once(index, tmp_path, error):
    ranker = Refuses(error, times=2)
    tool = SearchTool(Engine(index, ranker, EngineOptions(fallback=False)), log=tmp_path)
    said = {"reasoning": "I look for poets.", "question": QUESTION}
    for _ in range(2):
        with pytest.raises(type(error)):
            tool.search("poet", **said)
    tool.search("poet", **said)
    # Every attempt is ranked with what it said, and with nothing of those before it.
    told = Context(turn=1, question=QUESTION, reasoning="I look for poets.")
    assert contexts(ranker) == [told] * 3
    [trajectory] = read_trajectories([tmp_path])
    assert trajectory.question == QUESTION
    assert [type(turn) for turn in trajectory.turns] == [Reasoning, Search]


def test_what_a_refused_call_said_is_kept_nowhere(index, ranker, tmp_path):
    tool = SearchTool(Engine(index, ranker), log=tmp_path)
    with pytest.raises(InputError, match="query must be"):
        tool.search(" ", reasoning="I look for poets.", question=QUESTION)
    tool.end()
    assert list(tmp_path.iterdir()) == []
    tool.search("poet")
    assert contexts(ranker) == [Context(turn=0)]


def test_a_document_that_cannot_be_fetched_leaves_no_thought(ranker, tmp_path):
    class Away(OverlapIndex):
        def documents(self, doc_ids):
            raise OSError("away")

    tool = SearchTool(Engine(Away(), ranker), log=tmp_path)
    with pytest.raises(OSError, match="away"):
        tool.get_document("1", reasoning="The first one.")
    assert list(tmp_path.iterdir()) == []


def test_thoughts_that_no_call_parts_are_one_text_and_a_refused_call_parts_nothing(index):
    tool = SearchTool(Engine(index, ranker := Refuses(Busy(3, 1.0), times=1)))
    tool.think("First.")
    with pytest.raises(Busy):
        tool.search("poet", reasoning="Second.")
    tool.search("poet", reasoning="Second.")
    assert contexts(ranker) == [Context(turn=2, reasoning="First.\nSecond.")] * 2


def test_of_an_endless_reasoning_the_end_is_kept(index, ranker):
    SearchTool(Engine(index, ranker)).search("poet", reasoning="x" * 50_000 + " the end")
    reasoning = contexts(ranker)[0].reasoning
    assert len(reasoning) == 32_768
    assert reasoning.endswith(" the end")


def test_where_nobody_knows_whose_calls_they_are_each_search_stands_alone(index, ranker):
    tool = SearchTool(Engine(index, ranker)).mixed()
    tool.search("poet odes", reasoning="One agent thinks.", question=QUESTION)
    tool.get_document("1")
    tool.search("poet", reasoning="Another one does.")
    tool.search("poet", question="Where is the coast?")
    assert contexts(ranker) == [
        Context(turn=0, question=QUESTION, reasoning="One agent thinks.", recorded=False),
        Context(turn=0, reasoning="Another one does.", recorded=False),
        Context(turn=0, question="Where is the coast?", recorded=False),
    ]


def test_what_a_failed_call_of_one_agent_said_does_not_reach_the_next_agents(index):
    ranker = Refuses(RuntimeError("a failure"), times=1)
    tool = SearchTool(Engine(index, ranker, EngineOptions(fallback=False))).mixed()
    with pytest.raises(RuntimeError, match="a failure"):
        tool.search("poet odes", reasoning="One agent's secret.", question=QUESTION)
    tool.think("Another secret.")
    tool.search("poet", question="Where is the coast?")
    assert contexts(ranker)[1] == Context(turn=0, question="Where is the coast?", recorded=False)

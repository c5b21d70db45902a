"""Traces of several agents: no agent's words are about what another agent opened.

The hard cases come first: agents at the same time, agents one after another, an agent as a tool.
"""

import random

import pytest
from log_samples import langsmith_message, langsmith_row, moment_of, otel_span

from lrat_rank.trajectories import Browse, OtherCall, Reasoning, Search
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.traces.langsmith import read_run
from lrat_rank.trajectories.traces.otel_genai import read_run as read_otel
from lrat_rank.trajectories.traces.span_agents import together

LONG = {"end_time": moment_of(50)}


def chain(number, parent="r0", kind="chain", **fields):
    return langsmith_row(number, kind, "part", parent=parent, inputs={}, outputs={}, **fields)


def model(number, thought, parent="r0", calls=(), **fields):
    said = langsmith_message(thought, calls)
    return langsmith_row(number, "llm", "Chat", parent=parent, inputs={}, outputs=said, **fields)


def visit(number, doc_id, parent="r0", **fields):
    return langsmith_row(
        number, "tool", "visit", parent=parent, inputs={"url": doc_id},
        outputs={"output": "A page."}, **fields,
    )  # fmt: skip


def thoughts(*rows):
    """What was written after each opening, before the next turn of another kind."""
    run = read_run({"runs": list(rows)}, trajectory_id="t", source="x", setting=ReadSetting())
    return after_browses(run.turns)


def after_browses(turns):
    found, opened = {}, None
    for turn in turns:
        if isinstance(turn, Browse):
            opened = turn.doc_id
            found[opened] = []
        elif isinstance(turn, Search | OtherCall):
            opened = None
        elif isinstance(turn, Reasoning) and opened is not None:
            found[opened].append(turn.text)
    return found


ROOT = langsmith_row(0, "chain", "run", parent=None, inputs={}, outputs={}, **LONG)


def test_agents_at_the_same_time_keep_their_own_words():
    rows = [
        *(ROOT, chain(1, **LONG), chain(2, **LONG)),
        *(model(3, "A opens", "r1"), visit(4, "d1", "r1"), model(5, "B opens", "r2")),
        *(visit(6, "d2", "r2"), model(7, "A saw d1", "r1"), model(8, "B saw d2", "r2")),
    ]
    assert thoughts(*rows) == {"d1": ["A saw d1"], "d2": ["B saw d2"]}


def test_an_agent_that_ended_with_an_opening_takes_no_words_of_the_next():
    rows = [
        *(ROOT, chain(1), model(2, "A opens", "r1"), visit(3, "d1", "r1")),
        *(chain(4), model(5, "B opens", "r4"), visit(6, "d2", "r4"), model(7, "root")),
    ]
    assert thoughts(*rows) == {"d1": [], "d2": []}


@pytest.mark.parametrize("inner_call", [[visit(5, "d2", "r4")], []])
def test_an_agent_called_as_a_tool_says_nothing_of_its_callers_pages(inner_call):
    rows = [
        *(ROOT, model(1, "open and ask", calls=[("1", "visit", {}, ""), ("2", "expert", {}, "")])),
        *(visit(2, "d1"), langsmith_row(4, "tool", "expert", inputs={}, outputs={})),
        *([*inner_call, model(6, "expert", "r4")]),
        model(7, "caller"),
    ]
    assert thoughts(*rows)["d1"] == []
    assert thoughts(*rows).get("d2", ["expert"]) == ["expert"]


def test_a_graph_whose_steps_are_chains_is_one_agent():
    rows = [
        *(ROOT, chain(1), model(2, "open", "r1"), chain(3), visit(4, "d1", "r3")),
        *(chain(5), model(6, "saw d1", "r5")),
    ]
    assert thoughts(*rows) == {"d1": ["saw d1"]}


def test_where_calls_have_no_spans_the_steps_of_a_graph_are_one_agent_too():
    call = [("c1", "visit", {"url": "d1"}, "")]
    rows = [ROOT, chain(1), model(2, "open", "r1", call), chain(5), model(6, "saw d1", "r5")]
    assert thoughts(*rows) == {"d1": ["saw d1"]}
    rows = [
        *(ROOT, chain(1), model(2, "s", "r1"), model(3, "open", "r1", call)),
        *(chain(5), model(6, "B", "r5"), model(7, "B too", "r5")),
    ]
    assert thoughts(*rows) == {"d1": []}


def test_a_model_that_began_before_the_page_came_says_nothing_of_it():
    rows = [
        *(ROOT, model(1, "open"), visit(2, "d1", end_time=moment_of(9))),
        *(model(3, "someone else"), model(10, "later")),
    ]
    assert thoughts(*rows) == {"d1": []}


def otel_part(number, operation, parent, **held):
    attributes = {"gen_ai.operation.name": operation, **held}
    return otel_span(number, operation, attributes, parent=parent)


def test_steps_inside_a_declared_agent_are_no_agents():
    def said(thought):
        part = {"type": "reasoning", "content": thought}
        return {"gen_ai.output.messages": [{"role": "assistant", "parts": [part]}]}

    opening = {"gen_ai.tool.name": "visit", "gen_ai.tool.call.arguments": {"url": "d1"}}

    def run(step):
        spans = [
            *(otel_part(0, "invoke_agent", None), otel_part(1, step, "0xa0")),
            otel_part(2, "chat", "0xa1", **said("open")),
            otel_part(3, "execute_tool", "0xa1", **opening),
            *(otel_part(4, step, "0xa0"), otel_part(5, "chat", "0xa4", **said("saw d1"))),
            otel_part(6, "execute_tool", "0xa4", **opening),
        ]
        setting = ReadSetting()
        return read_otel({"spans": spans}, trajectory_id="t", source="x", setting=setting).turns

    assert after_browses(run("step")[:-1]) == {"d1": ["saw d1"]}
    assert after_browses(run("invoke_agent")[:-1]) == {"d1": []}


def test_nothing_is_lost_or_doubled_whatever_the_tree():
    chance = random.Random(0)
    for _ in range(300):
        count = chance.randint(1, 8)
        agents = [chance.choice([None, *range(count)]) for _ in range(count)]
        places = sorted(chance.sample(range(count), chance.randint(0, count)))
        assert sorted(together(places, agents)) == places
    deep = [None, *range(20_000)]
    assert together(range(20_001), deep) == list(range(20_001))

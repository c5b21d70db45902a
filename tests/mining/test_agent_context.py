"""The context of a mined list: what the agent knew before the search, whatever came after."""

import random

import pytest
from hand_made import mined, run, search
from msgspec.structs import replace

from lrat_rank.mining.agent_memory import MOST_QUERIES, MOST_READ, MOST_SHOWN, AgentMemory
from lrat_rank.mining.labels import Context, read_labels, write_labels
from lrat_rank.mining.quality.merging import merge_queries, merge_sessions
from lrat_rank.trajectories.model import Answer, Browse, OtherCall, Reasoning, Search

EVERY_POLICY = ("default", "paper", "reference")
THOUGHTS = ("good", "in vain", "unclear", "")


def random_run(seed, turns=14):
    """A run of any shape: calls of one message, thoughts or none, documents read twice."""
    draw = random.Random(seed)
    made = [Reasoning("plan")]
    while len(made) < turns:
        batch = len(made) if draw.random() < 0.4 else None
        for _ in range(draw.choice((2, 3)) if batch is not None else 1):
            if draw.random() < 0.5:
                shown = " ".join(draw.sample("abcdefgh", 3))
                made.append(replace(search(f"q{len(made)}", shown), batch=batch))
            else:
                failed = draw.random() < 0.1
                made.append(Browse(draw.choice("abcdefgh"), failed=failed, batch=batch))
        if draw.random() < 0.7:
            made.append(Reasoning(f"{draw.choice(THOUGHTS)} {len(made)}"))
    return made


def contexts(policy, turns):
    return {one.context.turn: one.context for one in mined(policy, run(*turns)).lists}


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_nothing_that_comes_after_a_search_changes_its_context(policy):
    compared = 0
    for seed in range(120):
        turns, other = random_run(seed), random_run(seed + 1000)
        whole = contexts(policy, turns)
        for cut, context in whole.items():
            # Another future: the search itself shows the same, so that lists still come out.
            batch = turns[cut].batch
            future = [one for one in other if not isinstance(one, Search)]
            future = [replace(turn, batch=None) if _is_call(turn) else turn for turn in future]
            shown = [i.doc_id for i in turns[cut].impressions]
            future = [Browse(shown[0]), Reasoning("good"), *future]
            changed = contexts(policy, [*turns[: cut + 1], *future])
            if cut in changed:
                compared += 1
                assert changed[cut] == context, (seed, cut, batch)
    assert compared > 40


def _is_call(turn):
    return isinstance(turn, Search | Browse)


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_the_verdicts_before_the_search_are_those_in_the_context(policy):
    turns = (
        search("q1", "a b c d"),
        Browse("a"),
        Reasoning("good"),
        Browse("b"),
        Reasoning("in vain"),
        Browse("c"),
        Reasoning("unclear"),
        search("q2", "a d e"),
        Browse("d"),
        Reasoning("good"),
        search("q3", "e"),
        Browse("e"),
        Reasoning("good"),
    )
    found = contexts(policy, turns)
    assert found[7].read_doc_ids == ("a", "b", "c")
    assert found[7].useful_doc_ids == ("a",)
    assert found[7].shown_doc_ids == ("a", "b", "c", "d")
    assert found[10].useful_doc_ids == ("a", "d")
    assert found[10].shown_doc_ids == ("a", "b", "c", "d", "a", "d", "e")
    assert found[10].reasoning == "good"


def test_what_comes_back_in_the_same_message_is_not_yet_known():
    turns = (
        search("q0", "a"),
        Browse("a", batch=1),
        replace(search("q1", "b c"), batch=1),
        replace(search("q2", "c d"), batch=1),
        Browse("c"),
        Reasoning("good"),
        search("q3", "b e"),
        Browse("e"),
        Reasoning("good"),
    )
    found = contexts("default", turns)
    at_once, after = found[3], found[6]
    assert (at_once.shown_doc_ids, at_once.read_doc_ids) == (("a",), ())
    # The queries of the message are the agent's own words: it knows those.
    assert at_once.previous_queries == ("q0", "q1")
    assert after.shown_doc_ids == ("a", "b", "c", "c", "d")
    assert after.read_doc_ids == ("a", "c")


def test_a_verdict_that_rests_on_reasoning_after_the_search_is_not_yet_known():
    turns = (
        search("q0", "a"),
        Browse("a"),
        Browse("a", batch=1),
        replace(search("q1", "b"), batch=1),
        Reasoning("good"),
        Browse("b"),
        Reasoning("good"),
    )
    context = contexts("default", turns)[3]
    assert (context.read_doc_ids, context.useful_doc_ids) == (("a",), ())


def test_the_reasoning_is_the_latest_before_the_search_and_never_the_one_after():
    turns = (
        Reasoning("first"),
        search("q1", "a"),
        Reasoning("then"),
        Reasoning("and so"),
        OtherCall("calculator"),
        search("q2", "b"),
        Browse("b"),
        Reasoning("good"),
        Reasoning("", withheld=True),
        search("q3", "c"),
        Reasoning("after"),
        Browse("c"),
        Reasoning("good"),
        Answer("b"),
    )
    found = contexts("default", turns)
    assert found[5].reasoning == "then\nand so"
    assert found[9].reasoning == "good"
    hidden = (search("q", "a"), Browse("a"), Reasoning("", withheld=True), search("q2", "b"))
    found = contexts("default", (Reasoning("plan"), *hidden, Browse("b"), Reasoning("good")))
    assert found[4].reasoning == ""


def test_a_memory_is_bounded_and_keeps_the_latest():
    memory = AgentMemory()
    for number in range(700):
        memory.ask(f"q{number}")
        memory.show([f"s{number}"])
        memory.open([f"r{number}"])
    context = memory.context(2100)
    assert (len(context.previous_queries), context.previous_queries[-1]) == (MOST_QUERIES, "q699")
    assert (len(context.read_doc_ids), context.read_doc_ids[-1]) == (MOST_READ, "r699")
    assert (len(context.shown_doc_ids), context.shown_doc_ids[-1]) == (MOST_SHOWN, "s699")


def test_a_memory_holds_as_many_queries_as_fit_and_always_the_last():
    memory = AgentMemory()
    for number in range(20):
        memory.ask(f"{number:02}" + "x" * 4094)
    assert [query[:2] for query in memory.context(20).previous_queries] == [
        f"{number:02}" for number in range(12, 20)
    ]
    memory.ask("y" * 50_000)
    assert memory.context(21).previous_queries == ("y" * 50_000,)


def two_searches():
    first = (search("who wrote", "a b"), Browse("a"), Reasoning("good"))
    return run(*first, search("who wrote it", "a c"), Browse("c"), Reasoning("good"))


def test_joined_lists_say_that_their_context_is_no_agents_at_no_search():
    lists = mined("default", two_searches()).lists
    assert all(one.context.recorded for one in lists)
    [session] = merge_sessions(lists).lists
    assert not session.context.recorded
    assert session.context.question == "Who was it?"
    alike = [replace(one, query="who wrote it") for one in lists]
    [joined] = merge_queries(alike).lists
    assert not joined.context.recorded
    rows = [replace(lists[0], query_id="row"), lists[0]]
    [same] = merge_queries(rows).lists
    assert same.context == lists[0].context


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.parquet"])
def test_contexts_come_back_from_files_and_files_without_the_new_fields_are_read(tmp_path, name):
    lists = mined("default", two_searches()).lists
    unjudged = replace(lists[1].context, useful_doc_ids=None, recorded=False)
    lists.append(replace(lists[1], query_id="served", context=unjudged))
    write_labels(tmp_path / name, lists)
    assert read_labels(tmp_path / name) == lists


def test_fields_that_say_nothing_are_left_out_of_a_file(tmp_path):
    write_labels(tmp_path / "labels.jsonl", mined("default", two_searches()).lists[:1])
    line = (tmp_path / "labels.jsonl").read_text()
    assert '"context":{"turn":0,"question":"Who was it?","useful_doc_ids":[]}' in line
    assert Context(turn=0).recorded

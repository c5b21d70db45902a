"""One run of the agent against a scripted model: what it logs, and how it ends."""

import json
from dataclasses import replace

import pytest
from agent_scripts import FINAL, Played, call, in_pieces, open_page, raw_call, says, script, search
from overlap_index import OverlapIndex
from scripted_endpoint import QUICK, Answer, problem

from lrat_rank.agent.tools import Toolbox
from lrat_rank.llm.stated import stated_answer
from lrat_rank.serving import Engine, SearchTool
from lrat_rank.trajectories import Answer as Answered
from lrat_rank.trajectories import Browse, OtherCall, Reasoning, Search

LOOK = says("I look for odes.", search("odes"), reasoning_content="Odes it is.")
READ = says("", open_page("1"))
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "in pieces"])


@BOTH
def test_a_run_logs_what_was_thought_called_shown_and_answered(serve, tmp_path, stream):
    endpoint = serve(script(LOOK, READ, says(FINAL, reasoning_content="That is it.")))
    played = Played(endpoint, tmp_path, stream=stream)
    run = played.run
    assert (run.question_id, run.trajectory_id) == ("q0", "q0-run1")
    assert (run.question, run.status) == ("Who wrote odes, number 0?", "completed")
    assert (run.agent, run.retriever) == ("small", "bm25")
    thought, said, searched, browsed, last, answer = run.turns
    assert (thought, said) == (Reasoning("Odes it is."), Reasoning("I look for odes."))
    assert searched.query == "odes"
    assert [(hit.doc_id, hit.rank) for hit in searched.impressions] == [("four", 1), ("1", 2)]
    assert (browsed.doc_id, browsed.text.split("\n")[0]) == ("1", "Ana Lor")
    assert searched.at <= browsed.at <= browsed.returned <= answer.at
    assert (last, answer.text) == (Reasoning("That is it."), FINAL)
    assert played.result.counts["tokens"] == 330
    assert played.result.counts["estimated_tokens"] == 0


def test_the_conversation_goes_back_as_the_api_wants_it(serve, tmp_path):
    endpoint = serve(script(LOOK, says(FINAL)))
    Played(endpoint, tmp_path, temperature=0.5, max_completion_tokens=77)
    first, second = (asked.body for asked in endpoint.asked)
    assert (first["temperature"], first["max_tokens"]) == (0.5, 77)
    assert [tool["function"]["name"] for tool in first["tools"]] == ["search", "get_document"]
    assert "Who wrote odes, number 0?" in first["messages"][0]["content"]
    task, said, told = second["messages"]
    assert task == first["messages"][0]
    assert said["tool_calls"] == [search("odes")]
    assert "reasoning_content" not in said
    assert (told["role"], told["tool_call_id"]) == ("tool", "c")
    assert [hit["docid"] for hit in json.loads(told["content"])] == ["four", "1"]


def test_thoughts_go_back_where_that_is_wanted(serve, tmp_path):
    endpoint = serve(script(LOOK, says(FINAL)))
    Played(endpoint, tmp_path, send_reasoning=True)
    assert endpoint.asked[1].body["messages"][1]["reasoning_content"] == "Odes it is."


@BOTH
def test_calls_of_one_message_share_a_batch_and_later_ones_get_another(serve, tmp_path, stream):
    two = says(None, search("odes", "a"), search("town", "b"))
    endpoint = serve(script(two, READ, two, says(FINAL)))
    calls = [t for t in Played(endpoint, tmp_path, stream=stream).run.turns if hasattr(t, "batch")]
    assert [turn.batch for turn in calls] == [0, 0, None, 1, 1]
    told = endpoint.asked[1].body["messages"][-2:]
    assert [message["tool_call_id"] for message in told] == ["a", "b"]


def test_ids_of_calls_that_are_missing_or_stand_twice_are_replaced(serve, tmp_path):
    twice = says(None, search("odes", None), search("town", "c"), search("fish", "c"))
    endpoint = serve(script(twice, twice, says(FINAL)))
    Played(endpoint, tmp_path)
    messages = endpoint.asked[2].body["messages"]
    made = [c["id"] for m in messages for c in m.get("tool_calls", [])]
    assert len(set(made)) == len(made) == 6
    assert [m["tool_call_id"] for m in messages if m["role"] == "tool"] == made


MALFORMED = {
    "broken JSON": raw_call("search", '{"query": "od'),
    "nothing": raw_call("search", ""),
    "a list": raw_call("search", '["odes"]'),
    "no query": call("search", q="odes"),
    "a query that is none": call("search", query=["odes"]),
    "a blank query": call("search", query=" "),
    "no docid": call("get_document"),
}


@BOTH
@pytest.mark.parametrize("bad", MALFORMED.values(), ids=MALFORMED)
def test_arguments_that_cannot_be_read_are_told_and_counted(serve, tmp_path, bad, stream):
    endpoint = serve(script(says("Hm.", bad), says(FINAL)))
    played = Played(endpoint, tmp_path, stream=stream)
    assert played.run.status == "completed"
    assert played.kinds == ["Reasoning", "OtherCall", "Answer"]
    assert played.result.counts["malformed_arguments"] == 1
    said, told = endpoint.asked[1].body["messages"][1:]
    assert "error" in json.loads(told["content"])
    # Servers read the arguments of earlier calls, and fail where they cannot.
    assert isinstance(json.loads(said["tool_calls"][0]["function"]["arguments"]), dict)


@pytest.mark.parametrize("name", ["fly_to_moon", "", "get_document"])
def test_an_unknown_tool_is_told_and_counted(serve, tmp_path, name):
    endpoint = serve(script(says(None, call(name, docid="1")), says(FINAL)))
    played = Played(endpoint, tmp_path, get_document=False)
    assert played.kinds == ["OtherCall", "Answer"]
    assert played.result.counts["unknown_tools"] == 1
    assert (
        "Tools: search." in json.loads(endpoint.asked[1].body["messages"][-1]["content"])["error"]
    )
    assert len(endpoint.asked[0].body["tools"]) == 1


@pytest.mark.parametrize(
    ("name", "sent"),
    [("fly <|im_start|>" * 32, "unknown_tool"), ("", "unknown_tool"), (" search ", "search")],
)
def test_names_go_back_so_that_servers_take_them(serve, tmp_path, name, sent):
    endpoint = serve(script(says(None, call(name, query="odes")), says(FINAL)))
    Played(endpoint, tmp_path)
    said, told = endpoint.asked[1].body["messages"][1:]
    assert said["tool_calls"][0]["function"]["name"] == sent
    assert "<|im" not in told["content"]
    assert sent == "search" or len(told["content"]) < 200


def test_a_document_that_is_not_there_is_a_failed_browse_and_a_number_is_an_id(serve, tmp_path):
    endpoint = serve(script(says(None, open_page("99")), says(None, open_page(1)), says(FINAL)))
    played = Played(endpoint, tmp_path)
    missing, found, _ = played.run.turns
    assert (missing.doc_id, missing.failed, missing.text) == ("99", True, None)
    assert (found.doc_id, found.failed) == ("1", False)
    assert played.result.counts["failed_calls"] == 1


class BrokenIndex(OverlapIndex):
    def retrieve(self, queries, stage, depth):
        if queries:
            raise RuntimeError("disk on fire")
        return super().retrieve(queries, stage, depth)


def test_a_tool_that_fails_ends_no_run(serve, tmp_path):
    endpoint = serve(script(LOOK, READ, says(FINAL)))
    played = Played(endpoint, tmp_path, tool=SearchTool(Engine(BrokenIndex())))
    assert [t.failed for t in played.run.turns if isinstance(t, Search | Browse)] == [True, False]
    assert played.run.status == "completed"
    assert "disk on fire" in endpoint.asked[1].body["messages"][-1]["content"]


def test_a_query_too_long_is_told(serve, tmp_path):
    endpoint = serve(script(says(None, search("o" * 5_000)), says(FINAL)))
    assert Played(endpoint, tmp_path).run.turns[0].failed
    assert "4,096" in endpoint.asked[1].body["messages"][-1]["content"]


def test_as_much_of_a_document_is_shown_as_was_asked_for(serve, tmp_path):
    endpoint = serve(script(READ, says(FINAL)))
    assert Played(endpoint, tmp_path, document_tokens=3).run.turns[0].text == "Ana Lor\nA"
    assert json.loads(endpoint.asked[1].body["messages"][-1]["content"])["text"] == "Ana Lor\nA"


@BOTH
def test_thoughts_in_tags_are_reasoning_and_no_part_of_the_answer(serve, tmp_path, stream):
    inline = says(f"<think>So it is\nExact Answer: no</think>\n{FINAL}")
    endpoint = serve(script(says("<think>Look</think>Now:", search("odes")), inline))
    turns = Played(endpoint, tmp_path, stream=stream).run.turns
    assert [t.text for t in turns if isinstance(t, Reasoning)][:2] == ["Look", "Now:"]
    assert turns[-1].text == FINAL
    assert "<think>" not in json.dumps(endpoint.asked[1].body)


def test_thoughts_that_the_endpoint_keeps_are_withheld(serve, tmp_path):
    usage = {"prompt_tokens": 1, "completion_tokens": 9}
    usage["completion_tokens_details"] = {"reasoning_tokens": 8}
    endpoint = serve(script(says(None, search("odes"), usage=usage), says(FINAL)))
    assert Played(endpoint, tmp_path).run.turns[0] == Reasoning("", withheld=True)


@BOTH
@pytest.mark.parametrize("empty", ["", None, "  ", "Let me think about where to look.", "<think>"])
def test_a_reply_that_is_nothing_is_reminded_of_once(serve, tmp_path, empty, stream):
    endpoint = serve(script(says(empty), LOOK, says(empty), says(FINAL)))
    assert Played(endpoint, tmp_path, stream=stream).run.status == "completed"
    said, told = endpoint.asked[1].body["messages"][1:]
    assert (said["role"], told["role"]) == ("assistant", "user")
    assert said["content"]
    assert "Exact Answer:" in told["content"]


@pytest.mark.parametrize(
    "words",
    [
        "Exact Answer：1914",
        "1. Exact Answer: 1914",
        "Final answer: 1914",
        "**Exact Answer:**\n1914",
        "The answer is 1914.",
    ],
)
def test_what_scoring_reads_as_an_answer_ends_the_run(serve, tmp_path, words):
    played = Played(serve(script(says(words))), tmp_path)
    assert (played.run.status, played.kinds) == ("completed", ["Answer"])
    assert stated_answer(words).text == "1914"


def test_an_answer_that_is_left_empty_is_none(serve, tmp_path):
    played = Played(serve(script(says("Exact Answer:\nConfidence: 0%"), says(FINAL))), tmp_path)
    assert played.kinds == ["Reasoning", "Answer"]


@pytest.mark.parametrize(("words", "kinds"), [("", []), ("Ana Lor.", ["Reasoning", "Answer"])])
def test_a_model_that_does_nothing_twice_is_stopped_and_its_last_words_kept(
    serve, tmp_path, words, kinds
):
    played = Played(serve(script(says(words))), tmp_path)
    assert (played.run.status, played.kinds) == ("no_answer", kinds)
    assert len(played.endpoint.asked) == 2


def test_a_prompt_of_ones_own_may_ask_for_any_answer(serve, tmp_path):
    played = Played(serve(script(says("Ana Lor"))), tmp_path, prompt="In two words: {question}")
    assert (played.run.status, played.kinds) == ("completed", ["Answer"])
    asked = played.endpoint.asked[0].body["messages"][0]["content"]
    assert asked == "In two words: Who wrote odes, number 0?"


@BOTH
def test_words_cut_off_at_the_limit_are_truncated_reasoning(serve, tmp_path, stream):
    endpoint = serve(script(says("I think that", finish="length"), says(FINAL)))
    turns = Played(endpoint, tmp_path, stream=stream).run.turns
    assert turns[0] == Reasoning("I think that", truncated=True)
    endpoint.behave = script(says("", reasoning_content="Hm", finish="length"), says(FINAL))
    turns = Played(endpoint, make(tmp_path, "two"), stream=stream).run.turns
    assert turns[0] == Reasoning("Hm", truncated=True)


def make(folder, name):
    (folder / name).mkdir()
    return folder / name


def test_a_call_cut_off_at_the_limit_leaves_the_reasoning_before_it_whole(serve, tmp_path):
    cut = says("Now odes.", raw_call("search", '{"que'), finish="length")
    turns = Played(serve(script(cut, says(FINAL))), tmp_path).run.turns
    assert turns[0] == Reasoning("Now odes.")
    assert isinstance(turns[1], OtherCall)


@BOTH
def test_when_steps_run_out_it_may_answer_without_tools(serve, tmp_path, stream):
    def behave(number, asked):
        done = asked.body.get("tool_choice") == "none"
        reply = says(FINAL) if done else says(None, search("odes", "a"), search("town", "b"))
        return in_pieces(reply) if stream else reply

    endpoint = serve(behave)
    played = Played(endpoint, tmp_path, steps=3, stream=stream)
    assert (played.run.status, played.run.turns[-1].text) == ("out_of_steps", FINAL)
    assert played.kinds == ["Search"] * 3 + ["Answer"]
    assert played.result.counts["calls_not_made"] == 1
    assert [m["role"] for m in endpoint.asked[-1].body["messages"][-3:]] == ["tool", "tool", "user"]


def test_a_model_that_still_calls_tools_then_is_stopped(serve, tmp_path):
    played = Played(serve(script(LOOK)), tmp_path, steps=2)
    assert played.run.status == "out_of_steps"
    assert (played.kinds.count("Search"), len(played.endpoint.asked)) == (2, 3)


def test_tokens_that_run_out_end_the_run_before_its_next_call(serve, tmp_path):
    played = Played(serve(script(LOOK)), tmp_path, tokens=220)
    assert played.run.status == "out_of_tokens"
    assert played.kinds == ["Reasoning", "Reasoning", "Search", "Reasoning", "Reasoning"]
    assert played.result.counts["tokens"] == 220


def test_tokens_that_the_endpoint_does_not_tell_are_estimated(serve, tmp_path):
    endpoint = serve(script(says(FINAL, usage=None)))
    played = Played(endpoint, tmp_path)
    sent = json.dumps(endpoint.asked[0].body["messages"] + endpoint.asked[0].body["tools"])
    expected = -(-(len(sent) + len(FINAL)) // 4)
    assert played.result.counts["tokens"] == pytest.approx(expected, abs=3)
    assert played.result.counts["estimated_tokens"] == played.result.counts["tokens"]


def test_time_that_runs_out_ends_the_run_and_keeps_what_was_done(serve, tmp_path):
    def behave(number, asked):
        return LOOK if number == 1 else replace(LOOK, delay=60.0)

    played = Played(serve(behave), tmp_path, seconds=1.5)
    assert played.run.status == "out_of_time"
    assert played.kinds == ["Reasoning", "Reasoning", "Search"]


@BOTH
def test_a_conversation_too_long_ends_the_run_and_keeps_what_was_done(serve, tmp_path, stream):
    long = problem(400, code="context_length_exceeded", message="8193 tokens")
    played = Played(serve(script(LOOK, long)), tmp_path, stream=stream)
    assert (played.run.status, played.kinds[-1]) == ("context_exceeded", "Search")
    assert "--document-tokens" in played.result.troubles["context_exceeded"]


def test_a_conversation_that_is_filtered_ends_the_run(serve, tmp_path):
    played = Played(serve(script(LOOK, says("", finish="content_filter"))), tmp_path)
    assert (played.run.status, played.kinds[-1]) == ("refused", "Search")


PASSING = {
    "busy": replace(problem(429), headers={"Retry-After": "0.01"}),
    "broken inside": problem(503),
    "a closed connection": Answer(hang_up=True),
    "half a stream": Answer(body=in_pieces(LOOK).body[:200]),
    "an error in the stream": Answer(body=b'data: {"error": {"message": "upstream"}}\n\n'),
    "too slow": Answer(delay=60.0),
}


@BOTH
@pytest.mark.parametrize("bad", PASSING.values(), ids=PASSING)
def test_trouble_that_passes_changes_no_run(serve, tmp_path, bad, stream):
    told = script(LOOK, READ, says(FINAL))

    def behave(number, asked):
        return bad if number in (1, 3) else told(number, asked)

    patience = {"retrying": replace(QUICK, request_timeout=0.5)} if bad.delay else {}
    played = Played(serve(behave), tmp_path, stream=stream, **patience)
    assert played.run.status == "completed"
    assert played.kinds == ["Reasoning", "Reasoning", "Search", "Browse", "Answer"]
    assert played.result.requests["failed_requests"] == 2
    assert isinstance(played.run.turns[-1], Answered)


def test_the_model_is_told_what_it_has_read_and_was_shown_before(serve, tmp_path):
    endpoint = serve(script(LOOK, READ, says(None, search("odes")), says(FINAL)))
    Played(endpoint, tmp_path)
    told = json.loads(endpoint.asked[-1].body["messages"][-1]["content"])
    assert [list(hit)[:3] for hit in told] == [["docid", "score", "snippet"]] * 2
    marks = [(hit["docid"], hit.get("already_read"), hit.get("already_shown")) for hit in told]
    assert marks == [("four", None, True), ("1", True, None)]


def test_a_model_that_cannot_open_documents_is_not_told_to():
    tool = SearchTool(Engine(OverlapIndex()))
    [alone] = Toolbox(tool, get_document=False).schemas
    assert "get_document" not in alone["function"]["description"]
    both = [one["function"]["description"] for one in Toolbox(tool, document_tokens=50).schemas]
    assert "get_document" in both[0]
    assert "up to its first 50 words" in both[1]

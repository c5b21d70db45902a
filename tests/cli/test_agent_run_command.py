"""`lrat-rank agent run`: from an index and a topics file to runs, labels and exit codes."""

import json
from dataclasses import replace

import pytest
from scripted_endpoint import KEY, KEY_ENV, Answer, problem
from small_world import write_corpus

FINAL = "Explanation: as [comet] says\nExact Answer: an engineer\nConfidence: 80%"


def reply(text: str, tool: str = "", **arguments: str) -> Answer:
    function = {"name": tool, "arguments": json.dumps(arguments)}
    calls = [{"id": "c", "type": "function", "function": function}] if tool else None
    message = {"content": text, "tool_calls": calls}
    usage = {"prompt_tokens": 100, "completion_tokens": 10}
    return Answer(body=json.dumps({"choices": [{"message": message}], "usage": usage}).encode())


SCRIPT = (
    reply("First a search.", "search", query="comet described"),
    reply("", "get_document", docid="comet"),
    reply("The page on the comet names an engineer, which is what I need.", "search", query="salt"),
    reply(FINAL),
)


def behave(_, asked):
    return SCRIPT[sum(m["role"] == "assistant" for m in asked.body["messages"])]


@pytest.fixture
def agent_run(lrat_rank, tmp_path):
    index = tmp_path / "index"
    corpus = write_corpus(tmp_path / "corpus.jsonl")
    assert lrat_rank("index", corpus, "--out", index, "--encoder", "none").code == 0
    (tmp_path / "topics.tsv").write_text("a\tWho described the comet?\nb\tWho wrote of salt?\n")

    def call(url: str, *more: object):
        outcome = lrat_rank(
            "agent", "run", tmp_path / "topics.tsv", "--index", index, "--model", "small",
            "--base-url", url, "--api-key-env", KEY_ENV, "--out", tmp_path / "runs", *more,
        )  # fmt: skip
        assert KEY not in outcome.out + outcome.err
        return outcome

    return call


def test_runs_are_made_told_of_mined_and_resumed(serve, agent_run, lrat_rank, tmp_path):
    endpoint = serve(behave)
    first = agent_run(endpoint.url, "--json", "-k", 3, "--temperature", 0)
    assert first.code == 0
    told = json.loads(first.out)
    assert (told["questions"], told["kept"], told["statuses"]) == (2, 0, {"completed": 2})
    assert told["counts"]["searches"], told["counts"]["documents"] == (4, 2)
    assert (told["counts"]["tokens"], told["requests"]["requests"]) == (880, 8)
    labels = tmp_path / "labels.jsonl"
    mined = lrat_rank("mine", tmp_path / "runs", "--out", labels, "--json")
    assert (mined.code, json.loads(mined.out)["candidates"]["relevant"]) == (0, 2)
    again = agent_run(endpoint.url, "-k", 3, "--temperature", 0)
    assert again.code == 0
    assert again.out.startswith("Made 0 runs of 2 questions, 2 were there already")
    assert len(endpoint.asked) == 8


def test_a_summary_for_people_says_how_runs_ended_and_why(serve, agent_run):
    def told(number, asked):
        late = "salt" in asked.user
        return problem(400, code="context_length_exceeded") if late else behave(number, asked)

    outcome = agent_run(serve(told).url, "--concurrency", 1)
    assert outcome.code == 0
    assert "ended: 1 completed, 1 context_exceeded" in outcome.out
    assert "calls: 2 searches, 1 documents" in outcome.out
    assert "first context_exceeded: the text is too long" in outcome.out


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--model", ""], "Add --model"),
        (["--max-steps", 0], "max steps must be 1 or more"),
        (["--prompt", "nowhere.txt"], "prompt must be an existing file"),
        (["--base-url", "localhost"], "agent URL must be an http or https address"),
        (["--tries", 0], "must be 1 or more"),
        (["--document-tokens", 0], "document tokens must be 1 or more, or -1"),
        (["--timeout", "inf"], "timeout of a request must be a finite number of seconds > 0"),
        (["-k", 0], "k must be 1 to 100"),
    ],
)
def test_a_wrong_option_is_one_line(serve, agent_run, more, told):
    outcome = agent_run(serve(behave).url, *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_prompt_without_a_place_for_the_question_is_refused(serve, agent_run, tmp_path):
    (tmp_path / "mine.txt").write_text("Answer!")
    outcome = agent_run(serve(behave).url, "--prompt", tmp_path / "mine.txt")
    assert outcome.code == 2
    assert "{question}" in outcome.err


def test_a_prompt_from_a_file_is_what_is_asked(serve, agent_run, tmp_path):
    (tmp_path / "mine.txt").write_text("Tell {me}: {question}\n")
    endpoint = serve(lambda *_: reply("An engineer."))
    assert agent_run(endpoint.url, "--prompt", tmp_path / "mine.txt").code == 0
    asked = {asked.user for asked in endpoint.asked}
    assert asked == {"Tell {me}: Who described the comet?", "Tell {me}: Who wrote of salt?"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (problem(401, message=f"no such key {KEY}"), KEY_ENV),
        (problem(404, message="no such model"), "no such model"),
        (Answer(hang_up=True), "run the same command again to go on"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_one_line(serve, agent_run, wrong, told):
    endpoint = serve(lambda *_: wrong)
    outcome = agent_run(endpoint.url, "--tries", 1)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_other_options_are_refused_for_a_folder_that_holds_runs(serve, agent_run):
    endpoint = serve(behave)
    assert agent_run(endpoint.url).code == 0
    outcome = agent_run(endpoint.url, "--max-steps", 7)
    assert outcome.code == 2
    assert "steps was 30, now 7" in outcome.err
    outcome = agent_run(endpoint.url, "--snippet-tokens", 9)
    assert "snippet_tokens was 64, now 9" in outcome.err


def test_a_moved_index_is_the_same_and_another_one_at_its_place_is_not(
    serve, agent_run, lrat_rank, tmp_path
):
    endpoint = serve(behave)
    assert agent_run(endpoint.url).code == 0
    manifest = json.loads((tmp_path / "runs" / ".agent.json").read_text())
    assert manifest["places"] == {"index": str(tmp_path / "index")}
    (tmp_path / "index").rename(tmp_path / "moved")
    again = agent_run(endpoint.url, "--index", tmp_path / "moved")
    assert again.out.startswith("Made 0 runs of 2 questions, 2 were there already")
    other = tmp_path / "other.jsonl"
    other.write_text('{"_id": "x", "text": "Something else."}\n')
    indexed = lrat_rank("index", other, "--out", tmp_path / "index", "--encoder", "none")
    assert indexed.code == 0
    outcome = agent_run(endpoint.url)
    assert (outcome.code, len(endpoint.asked)) == (2, 8)
    assert "got others: another index" in outcome.err


def test_a_question_that_changed_under_its_id_is_asked_anew(serve, agent_run, tmp_path):
    endpoint = serve(behave)
    assert agent_run(endpoint.url).code == 0
    (tmp_path / "topics.tsv").write_text("a\tWho named the comet?\nb\tWho wrote of salt?\n")
    outcome = agent_run(endpoint.url, "--json")
    assert json.loads(outcome.out)["counts"]["runs"] == 1
    run = json.loads((tmp_path / "runs" / "a-run1.json").read_text())
    assert run["query"] == "Who named the comet?"


def test_a_busy_endpoint_is_waited_for(serve, agent_run):
    busy = replace(problem(429), headers={"Retry-After": "0.01"})
    endpoint = serve(lambda n, asked: busy if n == 1 else behave(n, asked))
    outcome = agent_run(endpoint.url, "--json", "--concurrency", 1)
    assert json.loads(outcome.out)["statuses"] == {"completed": 2}
    assert json.loads(outcome.out)["requests"]["failed_requests"] == 1

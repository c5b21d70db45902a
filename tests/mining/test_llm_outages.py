"""The judge `llm` against an endpoint that misbehaves, is busy, or dies in the middle of a job."""

import gc
import gzip
import json
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.utils import formatdate

import pytest
from llm_judging import options_for
from scripted_endpoint import KEY_ENV, QUICK, Answer, problem

from lrat_rank.errors import InputError
from lrat_rank.llm.bounded import BoundedChat
from lrat_rank.llm.reply import retry_after
from lrat_rank.mining.judges import Case, JudgeError
from lrat_rank.mining.judges.llm import LlmJudge, OnError

CASE = Case("The page says 1914.", "d1", "Signed in 1914.", "treaty", "When was it signed?")


BAD = {
    "busy": problem(429, message="slow down"),
    "busy, with a time": replace(problem(429), headers={"Retry-After": "0.01"}),
    "broken inside": problem(500, message="oh"),
    "an error page": Answer(status=502, body=b"<html>Bad gateway</html>"),
    "not ready": problem(503),
    "timed out": problem(408),
    "overloaded": problem(529, type="overloaded_error"),
    "broken JSON": Answer(body=b'{"choices": [{"mess'),
    "nothing at all": Answer(body=b""),
    "a list": Answer(body=b"[]"),
    "no choices": Answer(body=b'{"choices": []}'),
    "a choice of nothing": Answer(body=b'{"choices": [null]}'),
    "no message": Answer(body=b'{"choices": [{"message": null}]}'),
    "an error that says it is fine": Answer(body=b'{"error": {"message": "upstream"}}'),
    "a page": Answer(body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"}),
    "bytes that are not text": Answer(body=b"\xff\xfe{}"),
    "deep nesting": Answer(body=b"[" * 100_000),
    "too much": Answer(body=Answer().bytes() + b" " * 1_500_000),
    "less than promised": Answer(promised=9_999),
    "a closed connection": Answer(hang_up=True),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_trouble_that_passes_changes_nothing(serve, tmp_path, bad):
    endpoint = serve(lambda number, _: bad if number < 3 else Answer())
    judge = LlmJudge(options_for(endpoint, tmp_path))
    assert judge.decide(CASE).verdict.value == "uses"
    assert judge.meter.summary()["failed_requests"] == 2
    assert judge.meter.summary()["requests"] == 3


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_trouble_that_stays_stops_and_says_how_to_go_on(serve, tmp_path, bad):
    endpoint = serve(lambda *_: bad)
    with pytest.raises(JudgeError, match="run the same command again to go on") as caught:
        LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)
    assert "after 3 tries" in str(caught.value)
    assert endpoint.url in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(endpoint.asked) == 3


@pytest.mark.parametrize("text", [[{"type": "text", "text": "VERDICT: USES"}], "VERDICT: USES"])
def test_a_reply_of_another_type_or_in_parts_is_read(serve, tmp_path, text):
    body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
    endpoint = serve(lambda *_: Answer(body=body, headers={"Content-Type": "text/plain"}))
    assert LlmJudge(options_for(endpoint, tmp_path)).decide(CASE).verdict.value == "uses"


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, "Mend"), (401, KEY_ENV), (403, KEY_ENV), (404, "/v1"), (422, "Mend"), (405, "Mend")],
)
def test_a_wrong_request_stops_at_once_and_says_what_to_do(serve, tmp_path, status, advice):
    endpoint = serve(lambda *_: problem(status, message="no such thing"))
    judge = LlmJudge(options_for(endpoint, tmp_path, on_error=OnError.UNJUDGED))
    for case in (CASE, Case("Another.")):
        with pytest.raises(InputError, match="no such thing") as caught:
            judge.decide(case)
        assert advice in str(caught.value)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    "empty",
    [problem(429, code="insufficient_quota", message="pay"), problem(402, message="no balance")],
)
def test_an_empty_account_is_not_waited_for(serve, tmp_path, empty):
    endpoint = serve(lambda *_: empty)
    with pytest.raises(InputError, match="Top up"):
        LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    "refusal",
    [problem(400, code="content_filter", message="rude"), Answer("", finish="content_filter")],
)
def test_a_text_the_endpoint_will_not_read_is_one_failure_among_others(serve, tmp_path, refusal):
    endpoint = serve(lambda number, _: refusal if number == 1 else Answer())
    judge = LlmJudge(options_for(endpoint, tmp_path))
    decision = judge.decide(CASE)
    assert (decision.verdict.value, decision.failed) == ("unknown", True)
    assert judge.decide(Case("Another.")).verdict.value == "uses"


TOO_LONG = {
    "the code": problem(400, code="context_length_exceeded", message="no"),
    "no words": Answer(status=413, body=b"<html>Request Entity Too Large</html>"),
    "vLLM": Answer(
        status=400,
        body=b'{"object": "error", "type": "BadRequestError", "param": null, "code": 400,'
        b' "message": "This model\'s maximum context length is 4096 tokens. However, ..."}',
    ),
    "vLLM, the prompt": problem(
        400, message="The prompt (length 9000) is longer than the maximum model length of 4096."
    ),
    "SGLang": problem(400, message="The input is longer than the model's context length (4096)."),
    "llama.cpp": Answer(
        status=400,
        body=b'{"error": {"code": 400, "type": "exceed_context_size_error", "message":'
        b' "the request exceeds the available context size, try increasing it"}}',
    ),
    "TGI": Answer(
        status=422,
        body=b'{"error_type": "validation", "error": "Input validation error: `inputs` tokens +'
        b' `max_new_tokens` must be <= 4096. Given: 9000 `inputs` tokens"}',
    ),
    "Ollama": problem(500, message="the input length exceeds the context length"),
    "a proxy": problem(400, message="prompt is too long: 9000 tokens > 4096 maximum"),
    "tokens a minute": problem(429, message="Request too large for small: limit 6000"),
}


@pytest.mark.parametrize("refusal", TOO_LONG.values(), ids=TOO_LONG)
def test_a_text_that_is_too_long_fails_alone_and_says_what_to_lower(serve, tmp_path, refusal):
    endpoint = serve(lambda number, _: refusal if number == 1 else Answer())
    options = options_for(endpoint, tmp_path)
    judge = LlmJudge(options)
    decision = judge.decide(CASE)
    assert (decision.verdict.value, decision.failed) == ("unknown", True)
    assert "lower --judge-document-budget, --judge-reasoning-budget" in decision.why
    assert judge.decide(Case("Another.")).verdict.value == "uses"
    assert judge.meter.summary()["failed_requests"] == 1
    assert LlmJudge(options).decide(CASE).verdict.value == "uses"


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (400, "max_tokens is too large: 9000; at most 4096 completion tokens", InputError),
        (404, "no model of that context length", InputError),
        (500, "the request took too long", JudgeError),
        (429, "too many requests", JudgeError),
    ],
)
def test_other_things_that_are_too_much_are_not_the_text(serve, tmp_path, status, message, error):
    endpoint = serve(lambda *_: problem(status, message=message))
    with pytest.raises(error, match=message.split(";")[0]):
        LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)


def test_a_slow_endpoint_is_given_up_in_time(serve, tmp_path):
    endpoint = serve(lambda *_: Answer(delay=0.08))
    retrying = replace(QUICK, tries=2, request_timeout=0.03)
    with pytest.raises(JudgeError, match="no whole reply in time"):
        LlmJudge(options_for(endpoint, tmp_path, retrying=retrying)).decide(CASE)


@pytest.mark.parametrize(
    "drops",
    [
        Answer(dribble=0.02),
        Answer(dribble=0.02, dribbled_headers=100),
        Answer(status=500, body=b" " * 100, dribble=0.02),
        Answer(status=400, body=b" " * 100, dribble=0.02),
    ],
    ids=["body", "headers", "body of an error", "body of a wrong request"],
)
def test_what_comes_in_drops_is_given_up_in_time(serve, tmp_path, drops):
    endpoint = serve(lambda *_: drops)
    retrying = replace(QUICK, tries=2, request_timeout=0.1)
    judge = LlmJudge(options_for(endpoint, tmp_path, retrying=retrying))
    started = time.monotonic()
    with pytest.raises(JudgeError, match="no whole reply in time after 2 tries"):
        judge.decide(CASE)
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(
    "flood",
    [
        Answer(status=500, body=b"x" * (24 << 20)),
        Answer(body=b" " * (24 << 20)),
        Answer(body=gzip.compress(b" " * (24 << 20), 1), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["an error", "a reply", "a packed reply"],
)
def test_what_comes_in_floods_is_not_kept(serve, tmp_path, flood):
    endpoint = serve(lambda *_: flood)
    judge = LlmJudge(options_for(endpoint, tmp_path, retrying=replace(QUICK, tries=1)))
    tracemalloc.start()
    try:
        with pytest.raises(JudgeError):
            judge.decide(CASE)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 8 << 20


def test_a_packed_reply_is_unpacked(serve, tmp_path):
    packed = gzip.compress(Answer().bytes())
    endpoint = serve(lambda *_: Answer(body=packed, headers={"Content-Encoding": "gzip"}))
    assert LlmJudge(options_for(endpoint, tmp_path)).decide(CASE).verdict.value == "uses"


def test_of_an_error_without_end_the_beginning_is_told(serve, tmp_path):
    endpoint = serve(lambda *_: Answer(status=400, body=b"too odd " * 100_000))
    with pytest.raises(InputError, match=r"status 400 \(too odd too odd"):
        LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)


def test_a_client_that_nobody_holds_ends_its_thread(serve):
    before = set(threading.enumerate())
    chat = BoundedChat(base_url=serve(lambda *_: Answer()).url, key="k")
    assert chat.complete({"model": "m", "messages": []}, seconds=2)
    [thread] = [t for t in set(threading.enumerate()) - before if "_serve" in t.name]
    del chat
    gc.collect()
    thread.join(2)
    assert not thread.is_alive()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_wrong_address_and_takes_nothing_elsewhere(serve, tmp_path, status):
    other = serve(lambda *_: Answer())
    there = {"Location": f"{other.url}/chat/completions"}
    endpoint = serve(lambda *_: replace(problem(status, message=there["Location"]), headers=there))
    judge = LlmJudge(options_for(endpoint, tmp_path, on_error=OnError.UNJUDGED))
    for case in (CASE, Case("Another.")):
        with pytest.raises(InputError, match="--judge-url") as caught:
            judge.decide(case)
        assert other.url not in str(caught.value)
    assert (len(endpoint.asked), other.asked) == (1, [])


def test_the_whole_time_of_a_reply_is_bounded(serve, tmp_path):
    endpoint = serve(lambda *_: problem(503))
    retrying = replace(QUICK, tries=1_000, wait=0.01, longest_wait=0.01, total_time=0.08)
    judge = LlmJudge(options_for(endpoint, tmp_path, retrying=retrying))
    started = time.monotonic()
    with pytest.raises(JudgeError):
        judge.decide(CASE)
    assert time.monotonic() - started < 2
    assert len(endpoint.asked) < 30


def test_the_time_that_a_busy_endpoint_asks_for_is_given(serve, tmp_path):
    busy = replace(problem(429), headers={"Retry-After": "0.08"})
    endpoint = serve(lambda number, _: busy if number == 1 else Answer())
    judge = LlmJudge(options_for(endpoint, tmp_path))
    started = time.monotonic()
    judge.decide(CASE)
    assert time.monotonic() - started >= 0.08


def test_more_time_than_there_is_is_not_waited_for(serve, tmp_path):
    endpoint = serve(lambda *_: replace(problem(429), headers={"Retry-After": "3600"}))
    with pytest.raises(JudgeError, match="asks to wait 3600 s after 1 try"):
        LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0), ({"retry-after": "3"}, 3), ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "-3"}, 0), ({"retry-after": "nan"}, 0), ({"retry-after": "inf"}, 0),
        ({"retry-after": "soon"}, 0), ({"retry-after": formatdate(0, usegmt=True)}, 0),
        ({"retry-after-ms": "?", "retry-after": "2"}, 2),
    ],
)  # fmt: skip
def test_the_time_asked_for_is_read(headers, seconds):
    assert retry_after(headers) == seconds


def test_a_date_is_a_time_to_wait_until():
    wait = retry_after({"retry-after": formatdate(time.time() + 100, usegmt=True)})
    assert 90 < wait < 101


def test_an_endpoint_that_is_not_there_is_an_outage(serve, tmp_path):
    options = options_for(serve(lambda *_: Answer()), tmp_path)
    nowhere = replace(options, base_url="http://127.0.0.1:9/v1")
    with pytest.raises(JudgeError, match="a failed connection"):
        LlmJudge(nowhere).decide(CASE)


def test_an_outage_may_leave_the_case_unjudged_and_it_is_asked_again_next_time(serve, tmp_path):
    endpoint = serve(lambda number, _: problem(503, message="away") if number < 4 else Answer())
    options = options_for(endpoint, tmp_path, on_error=OnError.UNJUDGED)
    decision = LlmJudge(options).decide(CASE)
    assert (decision.verdict.value, decision.failed) == ("unknown", True)
    assert decision.why.startswith("judge failed: status 503 (away) after 3 tries")
    assert "stopped" not in decision.why
    assert LlmJudge(options).decide(CASE).verdict.value == "uses"


def test_a_job_that_the_endpoint_died_under_goes_on_where_it_was(serve, tmp_path):
    cases = [Case(f"It says {number}.") for number in range(12)]
    alive = {"until": 7}
    endpoint = serve(lambda number, _: Answer(hang_up=number > alive["until"]))
    options = options_for(endpoint, tmp_path)
    judge = LlmJudge(options)
    assert {judge.decide(case).verdict.value for case in cases[:7]} == {"uses"}
    for case in cases[7:]:
        with pytest.raises(JudgeError):
            judge.decide(case)
    assert len(endpoint.asked) == 7 + 3
    alive["until"] = 1_000
    again = LlmJudge(options)
    assert {again.decide(case).verdict.value for case in cases} == {"uses"}
    assert again.meter.summary()["cached"] == 7
    assert again.meter.summary()["requests"] == 5


def test_after_an_outage_nobody_waits_any_longer(serve, tmp_path):
    """One thread finds out; those that sleep are woken, those that come get the same error."""
    gone = replace(problem(503, message="gone"), headers={"Retry-After": "3600"})
    busy = replace(problem(503, message="busy"), headers={"Retry-After": "4"})
    endpoint = serve(lambda number, _: busy if number < 4 else gone)
    judge = LlmJudge(options_for(endpoint, tmp_path, concurrency=4))
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(judge.decide, Case(f"It says {n}.")) for n in range(40)]
        errors = [future.exception() for future in asked]
    assert all(isinstance(error, JudgeError) for error in errors)
    assert time.monotonic() - started < 3
    assert len(endpoint.asked) <= 8

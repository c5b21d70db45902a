"""The judge `llm` against an endpoint that behaves: what it asks, and what it makes of replies."""

import logging
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from llm_judging import options_for
from scripted_endpoint import KEY, KEY_ENV, Answer, Asked, problem

from lrat_rank.errors import InputError, MissingExtraError
from lrat_rank.mining.judges import Case
from lrat_rank.mining.judges.llm import LlmJudge, LlmOptions, Prices, Retrying, llm_judge
from lrat_rank.mining.judges.llm.cache import default_folder

CASE = Case("The page says 1914.", "d1", "Signed in 1914.", "treaty", "When was it signed?")
USES, REJECTS, UNSURE = "VERDICT: USES", "VERDICT: DOES_NOT_USE", "VERDICT: CANNOT_TELL"


def saying(*texts: str):
    """Says the texts in turn, the last one for ever."""
    return lambda number, _: Answer(texts[min(number, len(texts)) - 1])


@pytest.mark.parametrize(
    ("text", "verdict"), [(USES, "uses"), (REJECTS, "rejects"), (UNSURE, "unknown")]
)
def test_a_reply_becomes_a_decision(serve, tmp_path, text, verdict):
    endpoint = serve(saying(f"WHY: as it says\n{text}"))
    decision = llm_judge(options_for(endpoint, tmp_path)).decide(CASE)
    assert (decision.verdict.value, decision.why, decision.failed) == (verdict, "as it says", False)
    [asked] = endpoint.asked
    assert asked.body["temperature"] == 0
    assert asked.body["max_tokens"] == 512
    assert "seed" not in asked.body
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert all(text in asked.user for text in (CASE.reasoning, CASE.document, CASE.query))


def test_no_reasoning_is_unknown_without_asking(serve, tmp_path):
    endpoint = serve(saying(USES))
    decision = LlmJudge(options_for(endpoint, tmp_path)).decide(Case(" \n", document="d"))
    assert (decision.verdict.value, decision.failed) == ("unknown", False)
    assert endpoint.asked == []


def test_a_reply_without_a_verdict_is_asked_for_once_more(serve, tmp_path):
    endpoint = serve(saying("Well, it depends.", USES))
    assert LlmJudge(options_for(endpoint, tmp_path)).decide(CASE).verdict.value == "uses"
    first, second = endpoint.asked
    assert second.body["messages"][:2] == first.body["messages"]
    assert second.body["messages"][2] == {"role": "assistant", "content": "Well, it depends."}


@pytest.mark.parametrize("text", ["It depends.", "USES or CANNOT_TELL", "", "<think>VERDICT: USES"])
def test_two_replies_without_a_verdict_are_a_failure_and_never_a_label(serve, tmp_path, text):
    endpoint = serve(saying(text))
    decision = LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)
    assert (decision.verdict.value, decision.failed) == ("unknown", True)
    assert decision.why == "judge failed: no verdict in 1 of 1 replies"
    assert len(endpoint.asked) == 2


def test_a_reply_without_text_is_not_kept(serve, tmp_path):
    endpoint = serve(saying("", " ", USES))
    options = options_for(endpoint, tmp_path)
    assert LlmJudge(options).decide(CASE).failed
    assert LlmJudge(options).decide(CASE).verdict.value == "uses"


def test_a_reply_that_was_cut_off_says_so(serve, tmp_path):
    endpoint = serve(lambda *_: Answer("<think>Let me see", finish="length"))
    decision = LlmJudge(options_for(endpoint, tmp_path, max_tokens=64)).decide(CASE)
    assert decision.why.endswith("cut off at 64 tokens")


@pytest.mark.parametrize(
    ("replies", "verdict", "asked"),
    [
        ([USES, USES, REJECTS], "uses", 2),
        ([USES, REJECTS, REJECTS], "rejects", 3),
        ([USES, REJECTS, UNSURE], "unknown", 3),
        ([USES, REJECTS, USES, REJECTS], "unknown", 4),
        ([USES, REJECTS, USES, USES], "uses", 4),
        ([REJECTS, UNSURE, USES, REJECTS], "unknown", 3),
        ([UNSURE, UNSURE, USES], "unknown", 2),
    ],
)
def test_more_than_half_of_the_votes_decide(serve, tmp_path, replies, verdict, asked):
    endpoint = serve(saying(*replies))
    judge = LlmJudge(options_for(endpoint, tmp_path, votes=len(replies), seed=5))
    decision = judge.decide(CASE)
    assert (decision.verdict.value, decision.failed) == (verdict, False)
    assert [a.body["seed"] for a in endpoint.asked] == [5 + vote for vote in range(asked)]
    assert {a.body["temperature"] for a in endpoint.asked} == {0.7}
    assert judge.decide(CASE) == decision
    assert len(endpoint.asked) == asked


def test_a_vote_without_a_verdict_counts_for_nobody(serve, tmp_path):
    endpoint = serve(saying(USES, "?", "?", REJECTS))
    decision = LlmJudge(options_for(endpoint, tmp_path, votes=3)).decide(CASE)
    assert (decision.verdict.value, decision.failed) == ("unknown", True)
    assert decision.why == "judge failed: no verdict in 1 of 3 replies"


def test_a_repeated_job_asks_nothing_twice(serve, tmp_path):
    endpoint = serve(saying("?", USES))
    first = LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)
    again = LlmJudge(options_for(endpoint, tmp_path))
    assert again.decide(CASE) == first
    assert len(endpoint.asked) == 2
    assert again.meter.summary()["cached"] == 2
    assert again.meter.summary()["requests"] == 0


@pytest.mark.parametrize(
    "changes", [{"model": "large"}, {"max_tokens": 9}, {"votes": 2}, {"document_budget": 200}]
)
def test_another_way_of_asking_is_asked_anew(serve, tmp_path, changes):
    endpoint = serve(saying(USES))
    case = Case("The page says 1914.", document="Signed in 1914." * 100)
    LlmJudge(options_for(endpoint, tmp_path)).decide(case)
    LlmJudge(options_for(endpoint, tmp_path, **changes)).decide(case)
    assert len(endpoint.asked) > 1


def test_another_document_is_another_case(serve, tmp_path):
    endpoint = serve(saying(USES, REJECTS))
    judge = LlmJudge(options_for(endpoint, tmp_path))
    verdicts = [judge.decide(Case("So.", document=d)).verdict.value for d in ("a", "b", "a")]
    assert verdicts == ["uses", "rejects", "uses"]


def test_never_more_than_the_bound_at_once_and_equal_cases_once(serve, tmp_path):
    endpoint = serve(lambda *_: Answer(delay=0.01))
    judge = LlmJudge(options_for(endpoint, tmp_path, concurrency=3))
    cases = [Case(f"It says {number % 12}.") for number in range(48)]
    with ThreadPoolExecutor(16) as pool:
        decisions = list(pool.map(judge.decide, cases))
    assert {d.verdict.value for d in decisions} == {"uses"}
    assert len(endpoint.asked) == 12
    assert 1 < endpoint.most_at_once <= 3
    assert judge.meter.summary()["cached"] == 36


def test_an_equal_case_under_way_waits_for_the_first(serve, tmp_path):
    together = threading.Event()

    def behave(*_) -> Answer:
        together.wait(2)
        return Answer()

    endpoint = serve(behave)
    judge = LlmJudge(options_for(endpoint, tmp_path))
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(judge.decide, CASE) for _ in range(4)]
        together.set()
        assert {w.result().verdict.value for w in waiting} == {"uses"}
    assert len(endpoint.asked) == 1


def test_the_meter_counts_tokens_and_money(serve, tmp_path):
    endpoint = serve(lambda number, _: Answer(usage=None) if number == 2 else Answer())
    prices = Prices(prompt=1_000.0, completion=10_000.0)
    judge = LlmJudge(options_for(endpoint, tmp_path, prices=prices))
    judge.decide(CASE)
    assert judge.meter.line() == (
        "judge: 1 requests (0 failed), 0 from the cache, 100 + 10 tokens, cost 0.2000"
    )
    judge.decide(Case("Another."))
    judge.decide(CASE)
    assert judge.meter.summary() == {
        "requests": 2,
        "failed_requests": 0,
        "replies": 2,
        "cached": 1,
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "replies_without_usage": 1,
        "cost": 0.2,
    }
    assert "1 replies did not say" in judge.meter.line()
    assert "at least" in judge.meter.line()


def test_a_model_that_refuses_a_parameter_is_asked_without_it(serve, tmp_path):
    def behave(_: int, asked: Asked) -> Answer:
        for name in ("max_tokens", "temperature"):
            if name in asked.body:
                return problem(400, code="unsupported_parameter", param=name, message="no " + name)
        return Answer()

    endpoint = serve(behave)
    judge = LlmJudge(options_for(endpoint, tmp_path, max_tokens=99))
    assert judge.decide(CASE).verdict.value == "uses"
    assert judge.decide(Case("Another.")).verdict.value == "uses"
    assert len(endpoint.asked) == 4
    assert endpoint.asked[-1].body["max_completion_tokens"] == 99


def test_the_key_stands_in_no_log_cache_or_error(serve, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)

    def behave(number: int, _: Asked) -> Answer:
        told = f"Incorrect key {KEY}"
        if number == 1:
            return problem(500, message=told)
        return Answer(f"WHY: {number}\n{USES}") if number == 2 else problem(401, message=told)

    endpoint = serve(behave)
    options = options_for(endpoint, tmp_path)
    judge = LlmJudge(options)
    judge.decide(CASE)
    with pytest.raises(InputError) as caught:
        judge.decide(Case("Another."))
    assert "Incorrect key ***" in str(caught.value)
    assert caught.value.__cause__ is None
    kept = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    for text in (str(caught.value), repr(options), repr(judge), caplog.text, judge.meter.line()):
        assert KEY not in text
    assert KEY.encode() not in kept


def test_a_key_is_needed_where_openai_answers(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_ENV, raising=False)
    with pytest.raises(InputError, match=f"export {KEY_ENV}="):
        LlmJudge(LlmOptions(model="m", api_key_env=KEY_ENV, cache=tmp_path))


def test_an_endpoint_of_ones_own_needs_no_key(serve, tmp_path, monkeypatch):
    endpoint = serve(saying(USES))
    monkeypatch.delenv(KEY_ENV)
    assert LlmJudge(options_for(endpoint, tmp_path)).decide(CASE).verdict.value == "uses"


@pytest.mark.parametrize("key", ["two\nlines", "schlüssel"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(tmp_path, monkeypatch, key):
    monkeypatch.setenv(KEY_ENV, key)
    with pytest.raises(InputError) as caught:
        LlmJudge(LlmOptions(model="m", api_key_env=KEY_ENV, cache=tmp_path))
    assert key not in str(caught.value)


@pytest.mark.parametrize("module", ["openai", "diskcache"])
def test_a_missing_extra_is_one_line(tmp_path, monkeypatch, module):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lrat-rank\[llm\]'"):
        LlmJudge(LlmOptions(model="m", base_url="http://127.0.0.1:9/v1", cache=tmp_path))


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": " "}, {"base_url": "localhost:8000/v1"}, {"base_url": "ftp://host/v1"},
        {"base_url": "https://me:secret@host/v1"}, {"base_url": "https://host/v1?key=secret"},
        {"base_url": "http://[bad/v1"}, {"votes": 0}, {"concurrency": 0}, {"max_tokens": 0},
        {"vote_temperature": 3.0}, {"document_budget": 1}, {"api_key_env": ""},
    ],
)  # fmt: skip
def test_an_option_out_of_range_is_refused(wrong):
    with pytest.raises(InputError) as caught:
        LlmOptions(**{"model": "m", **wrong})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Retrying(tries=0), lambda: Retrying(wait=-1.0), lambda: Retrying(total_time=0.0),
        lambda: Retrying(request_timeout=float("nan")), lambda: Prices(prompt=-1, completion=1),
    ],
)  # fmt: skip
def test_patience_and_prices_out_of_range_are_refused(wrong):
    with pytest.raises(InputError):
        wrong()


def test_the_cache_is_where_the_platform_keeps_caches(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "lrat-rank" / "judge"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert default_folder() == tmp_path / "home" / ".cache" / "lrat-rank" / "judge"


def test_a_planted_pickle_is_not_read(serve, tmp_path):
    endpoint = serve(saying(USES))
    LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)
    bomb = b"cos\nmkdir\n(V" + str(tmp_path / "boom").encode() + b"\ntR."
    with sqlite3.connect(tmp_path / "cache.db") as database:
        database.execute("UPDATE Cache SET mode = 4, value = ?", (bomb,))
    assert LlmJudge(options_for(endpoint, tmp_path)).decide(CASE).verdict.value == "uses"
    assert not (tmp_path / "boom").exists()
    assert len(endpoint.asked) == 2


def test_a_damaged_entry_is_asked_again(serve, tmp_path):
    endpoint = serve(saying(USES))
    for value in (b"", b"junk"):
        LlmJudge(options_for(endpoint, tmp_path)).decide(CASE)
        with sqlite3.connect(tmp_path / "cache.db") as database:
            database.execute("UPDATE Cache SET value = ?", (value,))
    assert LlmJudge(options_for(endpoint, tmp_path)).decide(CASE).verdict.value == "uses"
    assert len(endpoint.asked) == 3


def test_a_folder_that_is_no_cache_is_named(serve, tmp_path):
    (tmp_path / "cache.db").write_text("not a database, and long enough to be seen as none" * 9)
    with pytest.raises(InputError, match="judge cache") as caught:
        LlmJudge(options_for(serve(saying(USES)), tmp_path))
    assert str(tmp_path) in str(caught.value)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="judge cache"):
        LlmJudge(options_for(serve(saying(USES)), Path(tmp_path / "file")))

"""OpenTelemetry GenAI and OpenInference traces, in every exporter's shape.

The hard cases come first: content that is not logged, exports that cut traces, messages only.
"""

import json

import pytest
from log_samples import (
    ANSWER,
    CALLS,
    QUESTION,
    moment_of,
    otel_span,
    otel_spans,
    otlp_export,
    otlp_value,
    untimed_turns,
)
from test_langsmith_adapter import untimed

from lrat_rank.trajectories import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    read_trajectories,
    sniff,
)
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.times import moment
from lrat_rank.trajectories.traces.openinference import nested
from lrat_rank.trajectories.traces.otel_genai import read_run
from lrat_rank.trajectories.traces.otlp import attributes_of

CONTENT = (
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
)  # fmt: skip


def read(*spans, setting=None):
    record = {"spans": list(spans)}
    assert sniff(record).name == "otel-genai"
    return read_run(record, trajectory_id="t", source="x", setting=setting or ReadSetting())


def write(path, *records):
    path.write_text("\n".join(map(json.dumps, records)))
    return list(read_trajectories([path]))


def tool(number, name, **held):
    held = {f"gen_ai.tool.call.{key}": value for key, value in held.items()}
    operation = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
    return otel_span(number, f"execute_tool {name}", {**operation, **held})


def retrieval(number, **held):
    return otel_span(number, "retrieval kb", {"gen_ai.operation.name": "retrieval", **held})


def chat(number, messages, key="output"):
    told = {f"gen_ai.{key}.messages": messages, "gen_ai.operation.name": "chat"}
    return otel_span(number, "chat", told)


def openinference(number, kind, **held):
    held = {key.replace("__", "."): value for key, value in held.items()}
    return otel_span(number, kind.lower(), {"openinference.span.kind": kind, **held})


def test_without_content_calls_keep_their_places_and_reasoning_is_withheld():
    setting = ReadSetting()
    spans = otel_spans()
    for span in spans:
        span["attributes"] = {k: v for k, v in span["attributes"].items() if k not in CONTENT}
    run = read(*spans, setting=setting)
    hidden, visit = Reasoning("", withheld=True), OtherCall("get_document")
    assert untimed(run.turns) == (
        hidden, OtherCall("search"), hidden, visit, hidden, visit, visit, hidden,
    )  # fmt: skip
    assert setting.report.unplaced == {
        "content not logged: model output": 4,
        "content not logged: tool arguments": 4,
    }


def test_a_call_without_arguments_takes_them_from_the_message_that_made_it():
    spans = otel_spans()
    for span in spans:
        span["attributes"].pop("gen_ai.tool.call.arguments", None)
    assert untimed(read(*spans).turns) == untimed_turns()


def test_flat_spans_a_line_each_are_one_run(tmp_path):
    (run,) = write(tmp_path / "spans.jsonl", *reversed(otel_spans()))
    assert untimed(run.turns) == untimed_turns()
    assert (run.trajectory_id, run.question, run.agent) == ("spans", QUESTION, "m")
    assert run.status == "completed"
    assert (run.turns[2].at, run.turns[2].returned) == (
        moment(moment_of(4)), moment(moment_of(4)) + 0.5,
    )  # fmt: skip


def test_an_otlp_export_reads_like_flat_spans(tmp_path):
    (run,) = write(tmp_path / "export.json", otlp_export(otel_spans()))
    assert untimed(run.turns) == untimed_turns()


def test_a_trace_cut_over_two_exports_is_one_run_and_other_traces_are_none(tmp_path):
    spans = otel_spans()
    web = {**otel_span(0, "GET /", {"http.method": "GET"}), "context": {
        "trace_id": "0xother", "span_id": "0x1"}}  # fmt: skip
    other = [{**span, "context": {**span["context"], "trace_id": "0xt2"}} for span in spans]
    exports = [otlp_export(spans[:4] + other), otlp_export([web]), otlp_export(spans[4:])]
    runs = write(tmp_path / "log.jsonl", *exports)
    assert [run.trajectory_id for run in runs] == ["log-t1", "log-t2"]
    assert [len(run.turns) for run in runs] == [8, 8]


def test_a_retrieval_span_is_a_search():
    documents = json.dumps([{"id": "7", "score": 0.9}, {"id": 9, "content": "Nine."}])
    span = retrieval(
        1, **{"gen_ai.retrieval.query.text": "q", "gen_ai.retrieval.documents": documents}
    )
    shown = (Impression("7", 1, 0.9), Impression("9", 2, None, "Nine."))
    assert untimed(read(span).turns) == (Search("q", shown),)


def test_a_retrieval_without_content_is_counted():
    setting = ReadSetting()
    assert untimed(read(retrieval(1), setting=setting).turns) == (OtherCall("retrieval kb"),)
    assert setting.report.unplaced == {"content not logged: retrieval": 1}


def test_a_trace_of_messages_alone_gives_its_calls():
    asked = {"type": "tool_call", "id": "c1", "name": "search", "arguments": {"query": "q"}}
    answered = {"type": "tool_call_response", "id": "c1", "response": json.dumps(
        [{"docid": "7"}])}  # fmt: skip
    first = chat(1, [{"role": "assistant", "parts": [asked]}])
    second = chat(2, json.dumps([{"role": "assistant", "parts": [
        {"type": "text", "content": ANSWER}]}]))  # fmt: skip
    second["attributes"]["gen_ai.input.messages"] = json.dumps(
        [{"role": "tool", "parts": [answered]}]
    )
    assert untimed(read(first, second).turns) == (
        Search("q", (Impression("7", 1),)), Answer(ANSWER),
    )  # fmt: skip


def test_messages_in_the_details_event_count():
    span = otel_span(1, "chat", {"gen_ai.operation.name": "chat"})
    parts = [{"type": "reasoning", "content": "Hm."}, {"type": "text", "content": "So."}]
    held = {"gen_ai.output.messages": [{"role": "assistant", "parts": parts}]}
    span["events"] = [{"name": "gen_ai.client.inference.operation.details", "attributes": held}]
    assert untimed(read(span).turns) == (Reasoning("Hm."), Answer("So."))


def test_a_model_span_around_a_model_span_counts_once():
    parts = [{"type": "text", "content": "So."}]
    outer, inner = (chat(n, [{"role": "assistant", "parts": parts}]) for n in (1, 2))
    inner["parent_id"] = outer["context"]["span_id"]
    assert untimed(read(outer, inner).turns) == (Answer("So."),)


@pytest.mark.parametrize("status", [{"status_code": "ERROR"}, {"code": 2}])
def test_a_failed_call_is_failed(status):
    span = {**tool(1, "visit", arguments='{"url": "u"}'), "status": status}
    assert untimed(read(span).turns) == (Browse("u", failed=True),)


@pytest.mark.parametrize(
    "value", ["text", 3, -2, 1.5, True, ["a", 1], {"k": [{"deep": "v"}]}, {}, []]
)
def test_every_otlp_value_comes_back(value):
    assert attributes_of({"attributes": [{"key": "k", "value": otlp_value(value)}]}) == {"k": value}


def test_an_openinference_trace_is_read_with_flattened_keys():
    run = read(
        openinference(0, "AGENT", input__value=QUESTION, output__value=ANSWER) | {
            "parent_id": None},
        openinference(1, "LLM", **{
            "llm.model_name": "m",
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
            "llm.output_messages.0.message.contents.0.message_content.text": "Look.",
            "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c1",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "visit",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{}",
        }),
        openinference(2, "RETRIEVER", **{
            "input.value": "q",
            "retrieval.documents.0.document.id": "7",
            "retrieval.documents.0.document.score": 0.5,
            "retrieval.documents.0.document.content": "Seven.",
            "retrieval.documents.1.document.metadata": '{"docid": "9"}',
            "retrieval.documents.10.document.id": "10",
        }),
        openinference(3, "TOOL", **{
            "tool.name": "get_document", "input.value": '{"docid": "7"}', "output.value": "Body."}),
    )  # fmt: skip
    shown = (Impression("7", 1, 0.5, "Seven."), Impression("9", 2), Impression("10", 3))
    assert untimed(run.turns) == (
        Reasoning("Look."), Search("q", shown), Browse("7", "Body."), Answer(ANSWER),
    )  # fmt: skip
    assert (run.question, run.agent, run.retriever) == (QUESTION, "m", "retriever")


def test_nested_openinference_attributes_read_like_flattened_ones():
    document = {"document": {"id": "7", "content": "Seven."}}
    held = {
        "openinference": {"span": {"kind": "RETRIEVER"}},
        "input": {"value": "q"},
        "retrieval": {"documents": [document]},
    }
    assert untimed(read(otel_span(1, "r", held)).turns) == (
        Search("q", (Impression("7", 1, None, "Seven."),)),
    )


def test_rows_of_a_phoenix_table_are_read(tmp_path):
    row = {"context.trace_id": "t", "name": "r", "parent_id": None, "status_code": "OK"}
    documents = [{"document.id": "7", "document.content": "Seven."}]
    message = {"message.role": "assistant", "message.content": "So."}
    rows = [
        {**row, "context.span_id": "1", "span_kind": "RETRIEVER", "start_time": 1000, "end_time":
            2000, "attributes.input.value": "q", "attributes.retrieval.documents": documents,
            "attributes.llm.output_messages": None},
        {**row, "context.span_id": "2", "span_kind": "LLM", "start_time": 3000, "end_time": 4000,
         "attributes.llm.output_messages": [message]},
        {**row, "context.span_id": "3", "span_kind": "INTERNAL", "start_time": 5000},
    ]  # fmt: skip
    (run,) = write(tmp_path / "spans.jsonl", *rows)
    shown = (Impression("7", 1, None, "Seven."),)
    assert untimed(run.turns) == (Search("q", shown), Answer("So."))


def test_redacted_openinference_content_is_not_logged():
    setting = ReadSetting()
    held = {"llm.output_messages.0.message.content": "__REDACTED__"}
    run = read(openinference(1, "LLM", **held), setting=setting)
    assert run.turns == (Reasoning("", withheld=True),)
    assert setting.report.unplaced == {"content not logged: model output": 1}


def test_paths_that_contradict_each_other_do_not_break_the_others():
    assert nested({"input": "x", "input.value": "q", "output.value": "a"}) == {
        "input": "x", "output": {"value": "a"},
    }  # fmt: skip


def test_both_conventions_may_stand_in_one_trace():
    documents = {"retrieval.documents.0.document.id": "7"}
    inner = openinference(2, "RETRIEVER", input__value="q", **documents)
    outer = tool(1, "search", arguments='{"query": "asked"}', result="Seven.")
    inner["parent_id"] = outer["context"]["span_id"]
    assert untimed(read(outer, inner).turns) == (Search("asked", (Impression("7", 1),)),)


def test_the_samples_name_every_call():
    names = [s["attributes"].get("gen_ai.tool.name") for s in otel_spans()]
    assert [name for name in names if name] == [name for _, name, _, _ in CALLS]

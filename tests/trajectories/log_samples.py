"""One run told in every log format: a search, a visit, a judgement, two visits at once, an answer.

Builders for the adapters' own tests and for the tests that hold for every format.
"""

import json

from lrat_rank.trajectories import Answer, Browse, Impression, Reasoning, Search

QUESTION = "Which number is prime and even?"
ANSWER = "Two."
HITS = [
    {"docid": "7", "score": 2.5, "snippet": "Seven."},
    {"docid": "9", "score": 1.0, "snippet": "Nine."},
    {"docid": "2", "score": 0.5, "snippet": "Two."},
]
SHOWN = tuple(
    Impression(hit["docid"], rank, hit["score"], hit["snippet"])
    for rank, hit in enumerate(HITS, start=1)
)
THOUGHTS = [
    "I need the list of primes.",
    "Document 7 does not help: it is odd. Next.",
    "Document 2 says that two is prime, which answers the question.",
]
CALLS = [
    ("c1", "search", {"query": "even primes"}, json.dumps(HITS)),
    ("c2", "get_document", {"docid": "7"}, json.dumps({"docid": "7", "text": "Seven is odd."})),
    ("c3", "get_document", {"docid": "9"}, json.dumps({"docid": "9", "text": "Nine is odd."})),
    ("c4", "get_document", {"docid": "2"}, json.dumps({"docid": "2", "text": "Two is even."})),
]
STEPS = [(THOUGHTS[0], CALLS[:1]), ("", CALLS[1:2]), (THOUGHTS[1], CALLS[2:]), (THOUGHTS[2], [])]
"""(reasoning, calls) of each message; the last one says the answer."""


def untimed_turns(batch=1):
    """The turns of the run where the log keeps no times; the two last visits share a batch."""
    return (
        Reasoning(THOUGHTS[0]),
        Search("even primes", SHOWN),
        Browse("7", "Seven is odd."),
        Reasoning(THOUGHTS[1]),
        Browse("9", "Nine is odd.", batch=batch),
        Browse("2", "Two is even.", batch=batch),
        Reasoning(THOUGHTS[2]),
        Answer(ANSWER),
    )


def atif_run():
    steps = [{"step_id": 1, "source": "user", "message": QUESTION}]
    for thought, calls in STEPS:
        step = {"step_id": len(steps) + 1, "source": "agent", "message": "" if calls else ANSWER}
        if thought:
            step["reasoning_content"] = thought
        if calls:
            step["tool_calls"] = [
                {"tool_call_id": call_id, "function_name": tool, "arguments": arguments}
                for call_id, tool, arguments, _ in calls
            ]
            step["observation"] = {
                "results": [
                    {"source_call_id": call_id, "content": output}
                    for call_id, _, _, output in calls
                ]
            }
        steps.append(step)
    agent = {"name": "harbor", "version": "1", "model_name": "m"}
    return {
        "schema_version": "ATIF-v1.4", "session_id": "s1", "agent": agent, "steps": steps,
    }  # fmt: skip


def moment_of(second):
    return f"2026-01-01T00:00:{second:02d}"


def langsmith_row(number, run_type, name, *, parent="r0", **fields):
    """A row of the trace `t1` that began at second `number` and took half a second."""
    row = {
        "id": f"r{number}", "trace_id": "t1", "parent_run_id": parent, "run_type": run_type,
        "name": name, "dotted_order": f"a.{number:03d}", "start_time": moment_of(number),
        "end_time": f"{moment_of(number)}.500", "error": None,
    }  # fmt: skip
    return {**row, **fields}


def langsmith_message(thought, calls, text=""):
    content = [{"type": "reasoning", "reasoning": thought}] if thought else []
    kwargs = {
        "content": [*content, {"type": "text", "text": text}],
        "tool_calls": [
            {"id": call_id, "name": tool, "args": arguments}
            for call_id, tool, arguments, _ in calls
        ],
    }
    message = {"lc": 1, "type": "constructor", "id": ["schema", "AIMessage"], "kwargs": kwargs}
    return {"generations": [[{"text": text, "message": message}]]}


def langsmith_rows():
    rows = [
        langsmith_row(
            0, "chain", "agent", parent=None, end_time=moment_of(30),
            inputs={"messages": [["user", QUESTION]]}, outputs={"output": ANSWER},
        )
    ]  # fmt: skip
    number = 1
    for thought, calls in STEPS:
        said = langsmith_message(thought, calls, "" if calls else ANSWER)
        extra = {"metadata": {"ls_model_name": "m"}}
        rows.append(langsmith_row(number, "llm", "Chat", inputs={}, outputs=said, extra=extra))
        number += 1
        for call_id, tool, arguments, output in calls:
            message = {"type": "tool", "content": output, "tool_call_id": call_id}
            rows.append(
                langsmith_row(
                    number, "tool", tool, inputs={"input": str(arguments)},
                    outputs={"output": message},
                )
            )  # fmt: skip
            number += 1
    return rows


def otel_span(number, name, attributes, *, parent="0xa0"):
    """A flat span, as the console exporter writes it."""
    return {
        "name": name,
        "context": {"trace_id": "0xt1", "span_id": f"0xa{number}"},
        "parent_id": parent,
        "start_time": f"{moment_of(number)}Z",
        "end_time": f"{moment_of(number)}.500000Z",
        "status": {"status_code": "UNSET"},
        "attributes": attributes,
    }


def otel_spans():
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": QUESTION}]}])
    spans = [
        otel_span(
            0, "invoke_agent",
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": messages},
            parent=None,
        )
    ]  # fmt: skip
    for thought, calls in STEPS:
        parts = [{"type": "reasoning", "content": thought}] if thought else []
        parts += [
            {"type": "tool_call", "id": call_id, "name": tool, "arguments": arguments}
            for call_id, tool, arguments, _ in calls
        ]
        parts += [] if calls else [{"type": "text", "content": ANSWER}]
        said = json.dumps([{"role": "assistant", "parts": parts}])
        chat = {"gen_ai.operation.name": "chat", "gen_ai.response.model": "m"}
        spans.append(otel_span(len(spans), "chat m", {**chat, "gen_ai.output.messages": said}))
        for call_id, tool, arguments, output in calls:
            held = {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": tool,
                "gen_ai.tool.call.id": call_id,
                "gen_ai.tool.call.arguments": json.dumps(arguments),
                "gen_ai.tool.call.result": output,
            }
            spans.append(otel_span(len(spans), f"execute_tool {tool}", held))
    return spans


def otlp_value(value):
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [otlp_value(item) for item in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": otlp_pairs(value)}}
    return {"stringValue": value}


def otlp_pairs(attributes):
    return [{"key": key, "value": otlp_value(value)} for key, value in attributes.items()]


def otlp_export(spans):
    """Flat spans as one OTLP JSON export; times become nanoseconds."""
    told = [
        {
            "traceId": span["context"]["trace_id"].removeprefix("0x"),
            "spanId": span["context"]["span_id"].removeprefix("0x"),
            "parentSpanId": (span["parent_id"] or "").removeprefix("0x"),
            "name": span["name"],
            "startTimeUnixNano": str(1_700_000_000_000_000_000 + 10**9 * number),
            "endTimeUnixNano": str(1_700_000_000_500_000_000 + 10**9 * number),
            "status": {},
            "attributes": otlp_pairs(span["attributes"]),
        }
        for number, span in enumerate(spans)
    ]
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": told}]}]}


def openinference_spans():
    held = {"openinference.span.kind": "AGENT", "input.value": QUESTION}
    spans = [otel_span(0, "agent", held, parent=None)]
    for thought, calls in STEPS:
        said = "llm.output_messages.0.message"
        held = {
            "openinference.span.kind": "LLM",
            "llm.model_name": "m",
            f"{said}.role": "assistant",
        }
        if thought:
            held[f"{said}.contents.0.message_content.type"] = "reasoning"
            held[f"{said}.contents.0.message_content.text"] = thought
        if not calls:
            held[f"{said}.contents.1.message_content.type"] = "text"
            held[f"{said}.contents.1.message_content.text"] = ANSWER
        for place, (call_id, tool, arguments, _) in enumerate(calls):
            call = f"{said}.tool_calls.{place}.tool_call"
            held[f"{call}.id"] = call_id
            held[f"{call}.function.name"] = tool
            held[f"{call}.function.arguments"] = json.dumps(arguments)
        spans.append(otel_span(len(spans), "llm", held))
        for _, tool, arguments, output in calls:
            held = {
                "openinference.span.kind": "TOOL",
                "tool.name": tool,
                "input.value": json.dumps(arguments),
                "output.value": output,
            }
            spans.append(otel_span(len(spans), tool, held))
    return spans


def browsecomp_run():
    steps = []
    for thought, calls in STEPS:
        if thought:
            steps.append({"type": "reasoning", "output": thought})
        for _, tool, arguments, output in calls:
            step = {"type": "tool_call", "tool_name": tool, "arguments": json.dumps(arguments)}
            steps.append({**step, "output": output, **({"batch": 1} if len(calls) > 1 else {})})
    steps.append({"type": "output_text", "output": ANSWER})
    return {"query_id": "1", "query": QUESTION, "metadata": {"model": "m"}, "result": steps}


def openai_chat_run():
    messages = [{"role": "user", "content": QUESTION}]
    for thought, calls in STEPS:
        message = {"role": "assistant", "content": "" if calls else ANSWER}
        if thought:
            message["reasoning_content"] = thought
        if calls:
            message["tool_calls"] = [
                {
                    "id": call_id,
                    "type": "function",
                    "function": {"name": tool, "arguments": json.dumps(arguments)},
                }
                for call_id, tool, arguments, _ in calls
            ]
        messages.append(message)
        messages += [
            {"role": "tool", "tool_call_id": call_id, "content": output}
            for call_id, _, _, output in calls
        ]
    return {"query_id": "1", "messages": messages}


def openai_responses_run():
    items = [{"type": "message", "role": "user", "content": QUESTION}]
    for thought, calls in STEPS:
        if thought:
            summary = [{"type": "summary_text", "text": thought}]
            items.append({"type": "reasoning", "id": "rs", "summary": summary})
        items += [
            {
                "type": "function_call",
                "call_id": call_id,
                "name": tool,
                "arguments": json.dumps(arguments),
            }
            for call_id, tool, arguments, _ in calls
        ]
        items += [
            {"type": "function_call_output", "call_id": call_id, "output": output}
            for call_id, _, _, output in calls
        ]
    content = [{"type": "output_text", "text": ANSWER}]
    items.append({"type": "message", "role": "assistant", "content": content})
    return {"items": items}


def anthropic_run():
    messages = [{"role": "user", "content": QUESTION}]
    for thought, calls in STEPS:
        blocks = [{"type": "thinking", "thinking": thought, "signature": "s"}] if thought else []
        blocks += [
            {"type": "tool_use", "id": call_id, "name": tool, "input": arguments}
            for call_id, tool, arguments, _ in calls
        ]
        blocks += [] if calls else [{"type": "text", "text": ANSWER}]
        messages.append({"role": "assistant", "content": blocks})
        results = [
            {"type": "tool_result", "tool_use_id": call_id, "content": output}
            for call_id, _, _, output in calls
        ]
        if results:
            messages.append({"role": "user", "content": results})
    return {"messages": messages}


def openresearcher_run():
    lines = "\n".join(f"L{n}:   * 【{n}†Page {n}†ex.org】 About {n}." for n in (1, 2))
    viewing = "**viewing lines [0 - 2] of 2**\n\n"
    told = [
        ("search", {"query": "even primes"}, f"[0] even primes (web-search://q)\n{viewing}{lines}"),
        ("open", {"id": 1}, f"[1] Page 1 (https://ex.org/1)\n{viewing}L0: Seven is odd."),
        ("open", {"id": 2, "cursor": 0}, f"[2] Page 2 (https://ex.org/2)\n{viewing}L0: Even."),
    ]
    messages = [{"role": "user", "content": QUESTION}]
    for number, (tool, arguments, output) in enumerate(told):
        function = {"name": f"browser.{tool}", "arguments": json.dumps(arguments)}
        messages += [
            {
                "role": "assistant",
                "content": "",
                "reasoning_content": THOUGHTS[number],
                "tool_calls": [{"id": f"c{number}", "type": "function", "function": function}],
            },
            {"role": "tool", "tool_call_id": f"c{number}", "content": output},
        ]
    messages.append({"role": "assistant", "content": ANSWER, "reasoning_content": THOUGHTS[2]})
    return {"qid": 1, "question": QUESTION, "answer": "2", "messages": messages, "status": "done"}


def tongyi_run():
    messages = [{"role": "user", "content": QUESTION}]
    for thought, calls in STEPS:
        asked = "".join(
            "<tool_call>" + json.dumps({"name": tool, "arguments": arguments}) + "</tool_call>\n"
            for _, tool, arguments, _ in calls
        )
        text = f"<think>{thought}</think>\n{asked}"
        messages.append(
            {"role": "assistant", "content": text + ("" if calls else f"<answer>{ANSWER}</answer>")}
        )
        came = "".join(f"<tool_response>{call[3]}</tool_response>\n" for call in calls)
        messages += [{"role": "user", "content": came}] if calls else []
    return {"question": QUESTION, "messages": messages}


SEARCH_R1_TEXT = f"""Question: {QUESTION}
<think>{THOUGHTS[0]}</think><search>even primes</search>
<information>Doc 1(Title: "Seven") Seven is odd.
Doc 2(Title: "Two") Two is even.
</information>
<think>{THOUGHTS[2]}</think><answer>{ANSWER}</answer>
"""
REACT_TEXT = f"""Question: {QUESTION}
Thought 1: {THOUGHTS[0]}
Action 1: Search[even primes]
Observation 1: {json.dumps(HITS)}
Thought 2: {THOUGHTS[1]}
Action 2: Open[7]
Observation 2: Seven is odd.
Thought 3: {THOUGHTS[2]}
Action 3: Finish[{ANSWER}]
Observation 3: Answer is CORRECT
"""


def journal_record(kind, monotonic, **fields):
    """A record of the search log of session s, half a second of it spent on the call."""
    common = {"v": 1, "kind": kind, "at": 1.7e9 + monotonic, "monotonic": monotonic}
    return common | {"session_id": "s"} | fields


def journal_records():
    """The run as our servers log it: the two last visits came in before a reply had gone out."""
    shown = [
        {"doc_id": h["docid"], "rank": n, "score": h["score"], "snippet": h["snippet"]}
        for n, h in enumerate(HITS, start=1)
    ]
    said = {"reasoning": THOUGHTS[0], "question": QUESTION}
    return [
        journal_record("file", 1.0, clock="c", process="p"),
        journal_record("search", 2.0, call_id="c1", took_s=0.5, query="even primes", shown=shown)
        | said,
        journal_record("open", 3.0, call_id="c2", took_s=0.5, doc_id="7", text="Seven is odd."),
        journal_record("open", 4.0, call_id="c3", took_s=0.5, doc_id="9", text="Nine is odd.")
        | {"reasoning": THOUGHTS[1]},
        journal_record("open", 4.2, call_id="c4", took_s=0.6, doc_id="2", text="Two is even."),
        journal_record("think", 5.0, reasoning=THOUGHTS[2]),
        journal_record("end", 6.0),
    ]


SAMPLES = {
    "journal": journal_records(),
    "browsecomp": [browsecomp_run()],
    "langsmith": langsmith_rows(),
    "otel-genai": [otlp_export(otel_spans())],
    "atif": [atif_run()],
    "messages": openai_chat_run()["messages"],
    "openai-chat": [openai_chat_run()],
    "openai-responses": [openai_responses_run()],
    "anthropic-messages": [anthropic_run()],
    "openresearcher": [openresearcher_run()],
    "tongyi-tags": [tongyi_run()],
    "search-r1": SEARCH_R1_TEXT,
    "react-text": REACT_TEXT,
}
"""The records of a file in each format, or its text."""

VARIANTS = {
    "nested runs": ("langsmith", [{**langsmith_rows()[0], "child_runs": langsmith_rows()[1:]}]),
    "flat spans": ("otel-genai", otel_spans()),
    "openinference": ("otel-genai", openinference_spans()),
}
"""Other shapes of some formats: (format, records)."""

SAME_STORY = [
    *("browsecomp", "langsmith", "otel-genai", "atif", "openai-chat", "openai-responses"),
    *("messages", "anthropic-messages", "tongyi-tags"),
]
"""Formats that can tell all of the run."""

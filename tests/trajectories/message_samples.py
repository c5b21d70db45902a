"""The run of `log_samples` told in the message formats."""

import json

from log_samples import ANSWER, QUESTION, STEPS


def chat_run():
    messages = [{"role": "system", "content": "Use tools."}, {"role": "user", "content": QUESTION}]
    for thought, calls in STEPS:
        message = {"role": "assistant", "content": None if calls else ANSWER}
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
    return {"query_id": "q1", "messages": messages}


def response_items():
    items = [{"role": "user", "content": QUESTION}]
    for thought, calls in STEPS:
        if thought:
            summary = [{"type": "summary_text", "text": thought}]
            items.append({"type": "reasoning", "id": f"rs_{len(items)}", "summary": summary})
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
    content = [{"type": "output_text", "text": ANSWER, "annotations": []}]
    return [*items, {"type": "message", "role": "assistant", "content": content}]


def responses_run():
    return {"query_id": "q1", "items": response_items()}


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
    return {"query_id": "q1", "system": "Use tools.", "messages": messages}


def view(cursor, title, url, *lines):
    """A page as the browser prints it."""
    body = ["", *([f"URL: {url}"] if url else []), *lines]
    numbered = "\n".join(f"L{number}: {line}" for number, line in enumerate(body))
    end = len(body) - 1
    head = f"{title} ({url})" if url else title
    return f"[{cursor}] {head}\n**viewing lines [0 - {end}] of {end}**\n\n{numbered}"


def results(cursor, query, *lines):
    return view(cursor, query, "web-search://ts=1", "# Search Results", "", *lines)


def browser_call(number, tool, **arguments):
    return {
        "id": str(number),
        "type": "function",
        "function": {"name": f"browser.{tool}", "arguments": arguments},
    }


def openresearcher_run(*exchanges, **fields):
    """A row: each exchange is (reasoning, call, output); the answer closes it."""
    messages = [{"role": "system", "content": "s"}, {"role": "user", "content": "Which?"}]
    for thought, call, output in exchanges:
        message = {"role": "assistant", "content": "", "reasoning_content": thought}
        messages.append({**message, "tool_calls": [call]})
        if output is not None:
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": output})
    said = {"role": "assistant", "content": "Exact Answer: 7", "tool_calls": None}
    row = {"qid": 39, "question": "Which?", "answer": "7", "messages": [*messages, said]}
    return {**row, "latency_s": 1.0, "error": None, "attempts": 1, "status": "success", **fields}

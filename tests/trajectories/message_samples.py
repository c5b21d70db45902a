"""The run of `log_samples` told in the message formats."""

import log_samples

SYSTEM = "Use tools."


def chat_run():
    messages = log_samples.openai_chat_run()["messages"]
    told = [{"role": "system", "content": SYSTEM}, *messages]
    return {"query_id": "q1", "messages": [{**m, "content": m["content"] or None} for m in told]}


def response_items():
    return log_samples.openai_responses_run()["items"]


def responses_run():
    return {"query_id": "q1", "items": response_items()}


def anthropic_run():
    return {"query_id": "q1", "system": SYSTEM, **log_samples.anthropic_run()}


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

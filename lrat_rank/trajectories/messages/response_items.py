"""The items of one response of the OpenAI Responses API, read into steps and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lrat_rank.trajectories.calls.reader import NOT_LOGGED, short
from lrat_rank.trajectories.messages.steps import (
    Asked,
    Came,
    Entry,
    Step,
    UserSaid,
    content_text,
    cut_off,
    is_users,
    kind,
    role,
)
from lrat_rank.trajectories.model import Reasoning
from lrat_rank.trajectories.payloads import joined_text, plain_id
from lrat_rank.trajectories.report import ReadReport

CALLS = frozenset({"function_call", "custom_tool_call"})
OUTPUTS = frozenset({"function_call_output", "custom_tool_call_output"})
_SILENT = frozenset(
    {"", "message", "item_reference", "compaction", "additional_tools"}
    | {"mcp_list_tools", "mcp_approval_request", "mcp_approval_response"}
)
"""Items that do and say nothing of their own, and messages that are not the agent's."""


class ItemReader:
    """Reads the items of one response.

    Args:
        report: Takes the kinds of item that are not known.
        at: When the response was made, in seconds.
    """

    def __init__(self, report: ReadReport, at: float | None) -> None:
        self._report = report
        self._at = at
        self._entries: list[Entry] = []
        self._step = Step(at=at)

    def read(self, items: Iterable[Mapping[str, object]], *, cut: bool) -> list[Entry]:
        """The entries; with `cut`, the last text was cut off."""
        for item in items:
            self._take(item)
        self._close()
        last = self._entries[-1] if self._entries else None
        if cut and isinstance(last, Step):
            self._entries[-1] = cut_off(last)
        return self._entries

    def _take(self, item: Mapping[str, object]) -> None:
        said = kind(item)
        if said == "reasoning":
            self._think(item)
        elif role(item) == "assistant":
            self._close(when=bool(self._step.calls or self._step.text))
            self._step = replace(self._step, text=content_text(item.get("content")))
        elif role(item) == "user":
            self._close()
            if is_users(content_text(item.get("content"))):
                self._entries.append(UserSaid())
        elif said in CALLS:
            self._step = replace(self._step, calls=(*self._step.calls, _function_call(item)))
        elif said in OUTPUTS:
            self._close()
            self._entries.append(
                Came(item.get("output", NOT_LOGGED), plain_id(item.get("call_id")))
            )
        elif said.endswith("_call"):
            self._close(when=bool(self._step.calls))
            self._step = replace(self._step, calls=(_built_in(item),))
            self._close()
        elif said not in _SILENT and not said.endswith("_call_output"):
            self._report.unplaced[f"unknown item type {short(said)}"] += 1

    def _think(self, item: Mapping[str, object]) -> None:
        self._close(when=bool(self._step.calls or self._step.text))
        text = reasoning_text(item)
        cut = item.get("status") == "incomplete"
        thought = Reasoning(text, truncated=cut) if text else Reasoning("", withheld=True)
        self._step = replace(self._step, thoughts=(*self._step.thoughts, thought))

    def _close(self, *, when: bool = True) -> None:
        if when and self._step != Step(at=self._at):
            self._entries.append(self._step)
            self._step = Step(at=self._at)


def reasoning_text(item: Mapping[str, object]) -> str:
    """The reasoning itself where the log has it, else its summary."""
    texts = (joined_text(item.get(key), "\n").strip() for key in ("content", "summary"))
    return next(filter(None, texts), "")


def _function_call(item: Mapping[str, object]) -> Asked:
    arguments = item.get("arguments", item.get("input"))
    return Asked(_name(item), arguments, plain_id(item.get("call_id")) or plain_id(item.get("id")))


def _name(item: Mapping[str, object]) -> str:
    name = item.get("name")
    return name if isinstance(name, str) else kind(item).removesuffix("_call")


def _built_in(item: Mapping[str, object]) -> Asked:
    """A call that carries what came back."""
    failed = item.get("status") == "failed" or bool(item.get("error"))
    if kind(item) == "web_search_call" and isinstance(item.get("action"), Mapping):
        return _web_search(item, failed=failed)
    if kind(item) == "file_search_call":
        came = Came(_found(item.get("results")), failed=failed)
        return Asked("file_search", came=came, queries=_texts(item.get("queries")))
    output = NOT_LOGGED if item.get("output") is None else item["output"]
    return Asked(_name(item), item.get("arguments"), came=Came(output, failed=failed))


def _web_search(item: Mapping[str, object], *, failed: bool) -> Asked:
    action = item["action"]
    assert isinstance(action, Mapping)
    if kind(action) in ("open_page", "find_in_page"):
        came = Came(failed=failed)
        return Asked("web_search", came=came, opens=_texts(action.get("url")))
    listed = (action.get("sources"), action.get("results"), item.get("results"))
    shown = next((value for value in listed if isinstance(value, list)), NOT_LOGGED)
    queries = _texts(action.get("queries")) or _texts(action.get("query"))
    return Asked("web_search", came=Came(shown, failed=failed), queries=queries)


def _found(results: object) -> object:
    """The results of a file search, which name their documents in their own way."""
    if not isinstance(results, list):
        return NOT_LOGGED
    hits = (hit if isinstance(hit, Mapping) else {} for hit in results)
    return [{"docid": hit.get("file_id") or hit.get("filename"), **hit} for hit in hits]


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in values if isinstance(text, str) and text.strip())

"""One tool as an agent sees it: its description, its arguments, and what a call gives.

Protocols and frameworks differ in how a tool is written down, not in what it says or does; they
wrap this.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from lrat_rank.errors import LratRankError
from lrat_rank.serving.answer import Answer

Schema = dict[str, Any]
Data = list[dict[str, Any]] | dict[str, Any]
"""What a call gives: of plain types, so that it is also JSON."""

A = TypeVar("A", bound=msgspec.Struct)


class RefusedCallError(LratRankError):
    """The call cannot be answered; the message tells the agent what to do instead."""


@dataclass(frozen=True, slots=True)
class ToolReply:
    """What a call gives.

    Attributes:
        data: For the agent.
        answer: What a search's list was made from.
    """

    data: Data
    answer: Answer | None = None

    @property
    def text(self) -> str:
        """The data as JSON, for agents that read texts."""
        return as_json(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTool(Generic[A]):
    """One tool.

    Attributes:
        name: What agents call.
        title: What people see.
        description: What it is for, what comes back, and what to do next.
        takes: The type its arguments are read as.
        gives: The type of a reply's data.
        run: Answers a call.
    """

    name: str
    title: str
    description: str
    takes: type[A]
    gives: Any
    run: Callable[[A], ToolReply]

    @property
    def parameters(self) -> Schema:
        """The JSON Schema of the arguments."""
        return schema_of(self.takes)

    def read(self, arguments: Mapping[str, object]) -> A:
        """The arguments of a call; those that the tool does not know are passed over.

        Raises:
            RefusedCallError: One is missing or wrong; its value is not repeated.
        """
        stated: dict[str, object] = {}
        faults = []
        for field in msgspec.structs.fields(self.takes):
            given = arguments.get(field.name)
            # Models send null for what they leave out.
            if field.name not in arguments or (given is None and not field.required):
                if field.required:
                    faults.append(f"`{field.name}` is missing.")
                continue
            try:
                stated[field.name] = msgspec.convert(_as_text(given), field.type)
            except msgspec.ValidationError:
                faults.append(f"`{field.name}` must be {_kind(field.type)}.")
        if faults:
            names = ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(self.takes))
            raise RefusedCallError(
                f"{' '.join(faults)} This tool takes {names}. Correct the arguments and call it "
                "again."
            )
        return self.takes(**stated)

    def reply(self, arguments: Mapping[str, object]) -> ToolReply:
        """Answer a call.

        Raises:
            LratRankError: The call cannot be answered; the message is fit for an agent to act on.
        """
        return self.run(self.read(arguments))


def schema_of(kind: Any) -> Schema:
    """The JSON Schema of a type, without the names that its parts have in this program."""
    [top], parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    parts = {
        name: {key: value for key, value in part.items() if key not in ("title", "description")}
        for name, part in parts.items()
    }
    own = top.get("$ref", "").rpartition("/")[2]
    schema: Schema = parts.pop(own) if own else top
    return schema | {"$defs": parts} if parts else schema


def as_json(data: object) -> str:
    """JSON of plain types.

    >>> as_json([{"docid": "é", "score": 0.5}])
    '[{"docid": "é", "score": 0.5}]'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    # A half of a surrogate pair has no UTF-8; what replaces it is its escape in JSON.
    return text.encode("utf-8", "backslashreplace").decode()


def _as_text(value: object) -> object:
    """Models drop the quotes of texts that look like numbers: take those too."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


def _kind(of: Any) -> str:
    schema = schema_of(of)
    return f"a list of at most {schema['maxItems']:,} texts" if "maxItems" in schema else "text"

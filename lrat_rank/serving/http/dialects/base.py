"""What the dialects share: the question behind a request, and what its answer says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lrat_rank.serving.http.errors import ErrorShape, Kind, Problem
from lrat_rank.serving.text_scores import Question, TextScores

Item = str | dict[str, Any]
"""A document of a request: a text, or an object that holds one."""

QueryText = Annotated[str, Field(json_schema_extra={"minLength": 1, "pattern": r"\S"})]
"""A query; that it is not blank is checked apart, so that each dialect can say so."""

RequestT = TypeVar("RequestT", bound=BaseModel)


class WireRequest(BaseModel):
    """A request's body; fields that a dialect does not know are ignored."""

    model_config = ConfigDict(extra="ignore")


@dataclass(frozen=True, slots=True)
class About:
    """What replies say beside the scores.

    Attributes:
        request_id: Of the request.
        model: The served name.
        created: Seconds since 1970.
    """

    request_id: str
    model: str
    created: int


class Dialect(Protocol[RequestT]):
    """One way to ask for scores of texts, and to answer."""

    name: str
    errors: ErrorShape
    wire: type[RequestT]

    def questions(self, request: RequestT) -> list[Question]:
        """The queries with their texts; raises Problem for what holds no text."""
        ...

    def reply(self, request: RequestT, scores: Sequence[TextScores], about: About) -> Any:
        """The JSON reply; `scores` are aligned with `questions`."""
        ...


def parse(model: type[RequestT], body: bytes | Mapping[str, Any]) -> RequestT:
    """A request from its body.

    Raises:
        Problem: It is no JSON, or a field is not what it should be; the first one is named.
    """
    try:
        if isinstance(body, bytes):
            return model.model_validate_json(body)
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = _path(first["loc"])
        message = f"{where}: {first['msg']}" if where else str(first["msg"])
        raise Problem(Kind.INVALID, message[:_LONGEST_MESSAGE], param=where or None) from error


def as_object(body: bytes) -> dict[str, Any]:
    """A body as a JSON object.

    Raises:
        Problem: It is none.
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Problem(Kind.INVALID, "The body is not valid JSON.") from error
    if not isinstance(found, dict):
        raise Problem(Kind.INVALID, "The body must be a JSON object.")
    return found


def text_of(item: Item, place: int, fields: Sequence[str] | None = None) -> str:
    r"""The text of a document as it was sent.

    Args:
        item: A text; or an object with its text under `text`, or in the parts of a `content`.
        place: Its position in the request, for messages.
        fields: The object's keys that are read, one a line, in place of `text`.

    Raises:
        Problem: The object holds no text there.

    >>> text_of({"title": "Ana", "body": "A poet."}, 0, ["title", "body"])
    'Ana\nA poet.'
    """
    if isinstance(item, str):
        return item
    if fields:
        found = [item[name] for name in fields if isinstance(item.get(name), str)]
    else:
        found = [item["text"]] if isinstance(item.get("text"), str) else _parts(item)
    if not found:
        raise Problem(
            Kind.INVALID,
            f"documents[{place}] holds no text under {', '.join(fields or ['text'])}. "
            "This server ranks texts alone.",
            param=f"documents[{place}]",
        )
    return "\n".join(found)


def _parts(item: Mapping[str, Any]) -> list[str]:
    parts = item.get("content")
    if not isinstance(parts, list):
        return []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    # A part that is not text would be left out in silence: refuse the document instead.
    return [t for t in texts if isinstance(t, str)] if all(map(_is_text, parts)) else []


def _is_text(part: object) -> bool:
    return isinstance(part, dict) and isinstance(part.get("text"), str)


def at_least_one(items: Sequence[Any], field: str) -> None:
    """Make sure a request brings something to score.

    Raises:
        Problem: It brings nothing.
    """
    if not items:
        raise Problem(Kind.EMPTY, f"{field} must hold at least one text.", param=field)


def texts_of(items: Sequence[Item], fields: Sequence[str] | None = None) -> list[str]:
    """The texts of a request's documents, as `text_of`.

    Raises:
        Problem: There is none, or an object holds no text.
    """
    at_least_one(items, "documents")
    return [text_of(item, place, fields) for place, item in enumerate(items)]


_LONGEST_MESSAGE = 500
_NAMED = 6


def _path(where: Sequence[int | str]) -> str:
    """`documents[3]` from ("documents", 3, "str")."""
    path = ""
    for part in where[:_NAMED]:
        if isinstance(part, int):
            path += f"[{part}]"
        elif (part.isidentifier() and part not in ("str", "dict", "list")) or not path:
            path += f".{part}" if path else part
    return path

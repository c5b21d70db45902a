"""What agents may tell the tools, and what they are told when it does not fit."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationError


def _as_text(value: object) -> object:
    """Models drop the quotes of texts that look like numbers: take those too."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


def _or_nothing(value: object) -> object:
    """Models send null for what they leave out."""
    return "" if value is None else value


QueryArgument = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(
        description="What to look for: a few key words or one full sentence, at most 4,096 "
        "characters. Plain text; search operators have no special meaning."
    ),
]
ReasoningArgument = Annotated[
    str,
    BeforeValidator(_or_nothing),
    Field(
        description="Optional. What you have thought since your last call: what you know, what "
        "is missing, and why you make this call. It helps to choose the right documents."
    ),
]
QuestionArgument = Annotated[
    str,
    BeforeValidator(_or_nothing),
    Field(
        description="Optional. The whole question or task that you are working on, at most 4,096 "
        "characters. Send it at least with your first search, word for word."
    ),
]
DocIdArgument = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(description="The `docid` of a search result, exactly as it was shown."),
]
IdArgument = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(description="The `id` of a search result, exactly as it was shown."),
]


def explained(error: ValidationError, arguments: type[BaseModel]) -> str:
    """What an agent has to change in its call; its values are not repeated."""
    found = {str(one["loc"][0]): one["type"] for one in error.errors(include_input=False)}
    said = [
        f"`{name}` is missing." if kind == "missing" else f"`{name}` must be text."
        for name, kind in found.items()
    ]
    names = ", ".join(f"`{name}`" for name in arguments.model_fields)
    return f"{' '.join(said)} This tool takes {names}. Correct the arguments and call it again."

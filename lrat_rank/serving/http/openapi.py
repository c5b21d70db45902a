"""What the OpenAPI document says of routes whose body is read by hand."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

ANY_ERROR: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "An error, in the dialect's own shape.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


def json_body(*models: type[BaseModel]) -> dict[str, Any]:
    """A JSON body that is one of these models, for a route's `openapi_extra`."""
    schemas = [model.model_json_schema(by_alias=True) for model in models]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def json_reply(what: str) -> dict[int | str, dict[str, Any]]:
    """A JSON answer, or an error."""
    good = {"description": what, "content": {"application/json": {"schema": {}}}}
    return {200: good, **ANY_ERROR}

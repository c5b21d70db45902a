"""How errors are written: one shape a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrat_rank.serving.http.errors import ErrorShape, Kind, Problem

_OPENAI_TYPES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
}


def _cohere(problem: Problem, status: int, request_id: str) -> Mapping[str, Any]:
    return {"id": request_id, "message": problem.message}


def _jina(problem: Problem, status: int, request_id: str) -> Mapping[str, Any]:
    # /v1/rerank is Cohere's path too: `message` is where its clients look.
    return {"detail": problem.message, "message": problem.message, "id": request_id}


def _openai(problem: Problem, status: int, request_id: str) -> Mapping[str, Any]:
    kind = _OPENAI_TYPES.get(status, "BadRequestError")
    error = {"message": problem.message, "type": kind, "param": problem.param, "code": status}
    return {"error": error}


def _tei(problem: Problem, status: int, request_id: str) -> Mapping[str, Any]:
    return {"error": problem.message, "error_type": _TEI_TYPES.get(problem.kind, "Validation")}


def _fastapi(problem: Problem, status: int, request_id: str) -> Mapping[str, Any]:
    return {"detail": problem.message}


def _json_rpc(problem: Problem, status: int, request_id: str) -> Mapping[str, Any]:
    # Found before the request's own id was read.
    error = {"code": -32603 if status >= 500 else -32600, "message": problem.message}
    return {"jsonrpc": "2.0", "id": None, "error": error}


_TEI_TYPES = {
    Kind.EMPTY: "Empty",
    Kind.BUSY: "Overloaded",
    Kind.NO_TEXT_RANKER: "Backend",
    Kind.FAILED: "Backend",
    Kind.UNREADY: "Unhealthy",
}

COHERE_ERRORS = ErrorShape("cohere", _cohere, {Kind.INVALID: 400, Kind.EMPTY: 400})
JINA_ERRORS = ErrorShape("jina", _jina)
VLLM_ERRORS = ErrorShape("vllm", _openai, {Kind.INVALID: 400, Kind.EMPTY: 400})
TEI_ERRORS = ErrorShape("tei", _tei, {Kind.EMPTY: 400, Kind.NO_TEXT_RANKER: 424, Kind.FAILED: 424})
SEARCH_R1_ERRORS = ErrorShape("search-r1", _fastapi)
MCP_ERRORS = ErrorShape("mcp", _json_rpc)
OWN_ERRORS = ErrorShape("own", _openai)

_BY_PATH = {
    "/v1/rerank": JINA_ERRORS,
    "/v2/rerank": COHERE_ERRORS,
    "/rerank": VLLM_ERRORS,
    "/score": VLLM_ERRORS,
    "/v1/score": VLLM_ERRORS,
    "/retrieve": SEARCH_R1_ERRORS,
    "/mcp": MCP_ERRORS,
}


def errors_of_path(path: str) -> ErrorShape:
    """The shape of errors that are found before a body was read."""
    return _BY_PATH.get(path, OWN_ERRORS)

"""Requests made from the OpenAPI document, right and wrong ones: none makes the server fail."""

import pytest
import schemathesis
from http_server import SharedWords, backend, settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as trials
from schemathesis.checks import not_a_server_error

from lrat_rank.serving.http.app import create_app

ROUTES = {
    "POST /v1/rerank",
    "POST /v2/rerank",
    "POST /rerank",
    "POST /score",
    "POST /search",
    "POST /retrieve",
    "GET /documents/{doc_id}",
    "GET /v1/models",
    "GET /health",
    "GET /ready",
    "GET /metrics",
    "POST /admin/reload",
}

app = create_app(backend(SharedWords()), settings(hosts=("testserver",)))


async def started(scope, receive, send):
    """The application, for a client that starts and stops it around each request."""
    if scope["type"] != "lifespan":
        await app(scope, receive, send)
        return
    for phase in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{phase}.complete"})


schema = schemathesis.openapi.from_asgi("/openapi.json", started)


def operations():
    return [one.ok() for one in schema.get_all_operations()]


def test_the_document_tells_of_every_route():
    assert {one.label for one in operations()} >= ROUTES


def modes(operation):
    """Wrong requests can be made only where there is something to send."""
    told = operation.definition.raw
    return ["positive", "negative"] if {"requestBody", "parameters"} & set(told) else ["positive"]


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        pytest.param(one, mode, id=f"{one.label} {mode}")
        for one in operations()
        for mode in modes(one)
    ],
)
def test_no_request_made_from_the_document_gets_a_5xx(operation, mode):
    statuses = set()

    @trials(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @_cases_of(operation, mode)
    def ask(case):
        reply = case.call()
        statuses.add(reply.status_code)
        case.validate_response(reply, checks=[not_a_server_error])

    ask()
    assert statuses
    assert max(statuses) < 500


def _cases_of(operation, mode):
    chosen = schemathesis.GenerationMode(mode)
    return given(case=operation.as_strategy(generation_mode=chosen))

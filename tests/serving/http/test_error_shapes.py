"""Errors come in the shape of the dialect that asked, wherever they are found."""

import httpx
import pytest
from http_server import POETS, QUERY, SharedWords, backend, post, running, settings

GOOD = {"query": QUERY, "documents": POETS}
TEI = {"query": QUERY, "texts": POETS}
SEARCH_R1 = {"queries": [QUERY], "documents": [["a"]]}


def shape(reply: httpx.Response) -> str:
    """Which dialect's errors a body looks like."""
    body = reply.json()
    if set(body) == {"error", "error_type"}:
        return "tei"
    if set(body) == {"error"}:
        assert set(body["error"]) == {"message", "type", "param", "code"}
        assert body["error"]["code"] == reply.status_code
        return "openai"
    if set(body) == {"detail", "message", "id"}:
        return "jina and cohere"
    return {"detail": "fastapi", "id message": "cohere"}[" ".join(sorted(body))]


@pytest.mark.parametrize(
    ("path", "body", "status", "like"),
    [
        ("/v1/rerank", {"query": QUERY}, 422, "jina and cohere"),
        ("/v1/rerank", {"query": QUERY, "rank_fields": ["a"]}, 400, "cohere"),
        ("/v2/rerank", {"query": QUERY}, 400, "cohere"),
        ("/v2/rerank", {"query": QUERY, "documents": []}, 400, "cohere"),
        ("/v2/rerank", {"query": " ", "documents": ["a"]}, 400, "cohere"),
        ("/v2/rerank", {**GOOD, "top_n": 0}, 400, "cohere"),
        ("/rerank", {"query": QUERY}, 400, "openai"),
        ("/rerank", {"texts": POETS}, 422, "tei"),
        ("/rerank", {"query": QUERY, "texts": []}, 400, "tei"),
        ("/rerank", {"queries": [QUERY], "documents": []}, 422, "fastapi"),
        ("/score", {"queries": QUERY}, 400, "openai"),
        ("/retrieve", {}, 422, "fastapi"),
        ("/retrieve", {"queries": []}, 422, "fastapi"),
        ("/search", {"q": "a"}, 422, "openai"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(address, path, body, status, like):
    reply = post(address, path, body)
    assert (reply.status_code, shape(reply)) == (status, like)


@pytest.mark.parametrize(
    ("path", "like"),
    [
        ("/v1/rerank", "jina and cohere"),
        ("/v2/rerank", "cohere"),
        ("/rerank", "openai"),
        ("/retrieve", "fastapi"),
        ("/search", "openai"),
    ],
)
@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b'{"query": "\\ud800"}', b""])
def test_a_body_that_is_no_json_object(address, path, like, content):
    headers = {"Content-Type": "application/json"}
    reply = httpx.post(address + path, content=content, headers=headers)
    assert 400 <= reply.status_code < 500
    assert shape(reply) == like


def test_a_body_nested_without_end_is_refused(address):
    body = b'{"query":' + b"[" * 100_000
    reply = httpx.post(
        address + "/v2/rerank", content=body, headers={"Content-Type": "application/json"}
    )
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("path", "like"),
    [("/v1/rerank", "jina and cohere"), ("/v2/rerank", "cohere"), ("/retrieve", "fastapi")],
)
def test_wrong_methods(address, path, like):
    reply = httpx.get(address + path)
    assert (reply.status_code, shape(reply)) == (405, like)
    assert reply.headers["allow"] == "POST"


def test_unknown_routes(address):
    reply = httpx.get(address + "/v3/rerank")
    assert (reply.status_code, shape(reply)) == (404, "openai")


def test_bodies_that_do_not_say_they_are_json(address):
    reply = httpx.post(address + "/v2/rerank", data={"query": "a"})
    assert (reply.status_code, shape(reply)) == (415, "cohere")


@pytest.mark.parametrize(
    ("path", "body", "status", "like"),
    [
        ("/v1/rerank", GOOD, 400, "jina and cohere"),
        ("/v2/rerank", GOOD, 400, "cohere"),
        ("/rerank", GOOD, 400, "openai"),
        ("/rerank", TEI, 424, "tei"),
        ("/rerank", SEARCH_R1, 400, "fastapi"),
        ("/score", {"queries": QUERY, "documents": POETS}, 400, "openai"),
    ],
)
def test_a_ranker_that_reads_no_texts_says_so_and_searches(search_only, path, body, status, like):
    reply = post(search_only, path, body)
    assert (reply.status_code, shape(reply)) == (status, like)
    assert "takes a cross-encoder" in reply.text
    assert post(search_only, "/search", {"query": "poet"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "like"),
    [
        ("/v1/rerank", GOOD, 500, "jina and cohere"),
        ("/v2/rerank", GOOD, 500, "cohere"),
        ("/rerank", TEI, 424, "tei"),
    ],
)
def test_a_ranker_that_breaks_down_tells_nothing_of_its_insides(path, body, status, like):
    class Broken(SharedWords):
        def score_pairs(self, pairs, account=None):
            raise RuntimeError("/secret/folder/weights.bin")

    with running(backend(Broken())) as address:
        reply = post(address, path, body)
        assert (reply.status_code, shape(reply)) == (status, like)
        assert "secret" not in reply.text
        assert httpx.get(address + "/health").status_code == 200


def test_a_ranker_that_scores_nothing_at_all_is_an_error(address):
    reply = post(address, "/v2/rerank", {"query": "a", "documents": ["poison", "poison too"]})
    assert (reply.status_code, shape(reply)) == (500, "cohere")


@pytest.mark.parametrize(
    ("limit", "body", "status"),
    [
        ({"documents": 2}, GOOD, 422),
        ({"query_characters": 3}, GOOD, 422),
        ({"document_characters": 10}, GOOD, 422),
        ({"body_bytes": 40}, GOOD, 413),
        ({"body_bytes": 4}, GOOD, 413),
    ],
)
def test_each_limit_has_its_status(limit, body, status):
    with running(backend(SharedWords()), settings(**limit)) as address:
        reply = post(address, "/v2/rerank", body)
        assert (reply.status_code, shape(reply)) == (status, "cohere")
        tei = post(address, "/rerank", {"query": QUERY, "texts": POETS})
        assert tei.status_code == status

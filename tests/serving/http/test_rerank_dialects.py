"""Each rerank dialect takes its own requests and answers in its own shape."""

import pytest
from http_server import POETS, QUERY, SharedWords, backend, post, running, settings, sigmoid

RAW = [-3.0, 1.0, 3.0]
ORDER = [2, 1, 0]
WITH_DOCUMENTS = {"query": QUERY, "documents": POETS}


def asked(address, path, body):
    reply = post(address, path, body)
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize("path", ["/v1/rerank", "/v2/rerank", "/rerank"])
def test_index_is_the_position_in_the_request_and_scores_fall(address, path):
    results = asked(address, path, WITH_DOCUMENTS)["results"]
    assert [one["index"] for one in results] == ORDER
    scores = [one["relevance_score"] for one in results]
    assert scores == pytest.approx([sigmoid(RAW[n]) for n in ORDER])


@pytest.mark.parametrize(
    ("path", "asks"),
    [
        ("/v1/rerank", {"raw_scores": True}),
        ("/v2/rerank", {"raw_scores": True}),
        ("/rerank", {"use_activation": False}),
        ("/v1/rerank", {"use_activation": False}),
    ],
)
def test_raw_scores_are_given_when_asked_for(address, path, asks):
    results = asked(address, path, {**WITH_DOCUMENTS, **asks})["results"]
    assert [one["relevance_score"] for one in results] == [RAW[n] for n in ORDER]


@pytest.mark.parametrize("path", ["/v1/rerank", "/v2/rerank", "/rerank"])
def test_all_rows_come_back_unless_top_n_says_otherwise(address, path):
    assert len(asked(address, path, WITH_DOCUMENTS)["results"]) == 3
    assert len(asked(address, path, {**WITH_DOCUMENTS, "top_n": 99})["results"]) == 3
    assert len(asked(address, path, {**WITH_DOCUMENTS, "top_n": 2})["results"]) == 2


@pytest.mark.parametrize("path", ["/v1/rerank", "/v2/rerank", "/rerank"])
def test_equal_documents_keep_the_order_of_the_request(address, path):
    documents = ["odes", "fish", "odes", "fish", "odes"]
    results = asked(address, path, {"query": QUERY, "documents": documents})["results"]
    assert [one["index"] for one in results] == [0, 2, 4, 1, 3]


@pytest.mark.parametrize("path", ["/v1/rerank", "/v2/rerank"])
def test_documents_are_left_out_and_not_null_unless_asked_for(address, path):
    for body in (WITH_DOCUMENTS, {**WITH_DOCUMENTS, "return_documents": False}):
        assert all("document" not in one for one in asked(address, path, body)["results"])


def test_documents_asked_for_are_objects_with_a_text(address):
    results = asked(address, "/v1/rerank", {**WITH_DOCUMENTS, "return_documents": True})["results"]
    assert [one["document"] for one in results] == [{"text": POETS[n]} for n in ORDER]


def test_the_first_version_of_cohere_reads_fields_and_the_reply_has_its_parts(address):
    documents = [{"title": "poet", "body": "fish"}, {"title": "fish", "body": "odes poet"}]
    body = {
        "query": QUERY,
        "documents": documents,
        "rank_fields": ["body"],
        "return_documents": True,
    }
    reply = asked(address, "/v1/rerank", body)
    assert [one["index"] for one in reply["results"]] == [1, 0]
    assert reply["results"][0]["document"] == {"text": "odes poet", **documents[1]}
    assert reply["meta"] == {
        "api_version": {"version": "1"},
        "billed_units": {"search_units": 1},
    }
    assert "usage" not in reply


def test_the_second_version_of_cohere_says_so(address):
    reply = asked(address, "/v2/rerank", {**WITH_DOCUMENTS, "model": "rerank-v3.5"})
    assert set(reply) == {"id", "results", "meta"}
    assert reply["meta"]["api_version"] == {"version": "2"}


def test_the_shared_path_answers_what_jina_and_cohere_clients_read(address):
    reply = asked(address, "/v1/rerank", {**WITH_DOCUMENTS, "model": "any"})
    assert {"id", "model", "usage", "results", "meta"} == set(reply)
    # Three texts of 3, 5 and 7 words: this ranker counts no tokens.
    assert reply["usage"] == {"total_tokens": 15}


def test_text_embeddings_inference_gets_a_bare_sorted_list(address):
    body = {"query": QUERY, "texts": POETS, "truncate": True}
    reply = asked(address, "/rerank", body)
    assert [set(one) for one in reply] == [{"index", "score"}] * 3
    assert [one["index"] for one in reply] == ORDER
    full = asked(address, "/rerank", {**body, "raw_scores": True, "return_text": True})
    assert full == [{"index": n, "score": RAW[n], "text": POETS[n]} for n in ORDER]


def test_vllm_sends_documents_back_and_top_n_of_0_means_all(address):
    reply = asked(address, "/rerank", {**WITH_DOCUMENTS, "top_n": 0})
    assert set(reply) == {"id", "model", "usage", "results"}
    assert [one["document"] for one in reply["results"]] == [{"text": POETS[n]} for n in ORDER]
    short = asked(address, "/rerank", {**WITH_DOCUMENTS, "return_documents": False})
    assert all("document" not in one for one in short["results"])


def test_vllm_takes_one_document_and_parts_of_text(address):
    parts = {"content": [{"type": "text", "text": "odes"}, {"type": "text", "text": "poet"}]}
    assert len(asked(address, "/rerank", {"query": QUERY, "documents": "odes"})["results"]) == 1
    body = {"query": QUERY, "documents": [parts, "fish"], "use_activation": False}
    first = asked(address, "/rerank", body)["results"][0]
    assert (first["index"], first["relevance_score"]) == (0, 1.0)


@pytest.mark.parametrize("path", ["/score", "/v1/score"])
@pytest.mark.parametrize("names", [("queries", "documents"), ("text_1", "text_2")])
def test_vllm_scores_stand_in_the_order_of_the_request(address, path, names):
    left, right = names
    reply = asked(address, path, {left: QUERY, right: POETS, "use_activation": False})
    assert reply["data"] == [
        {"index": n, "object": "score", "score": score} for n, score in enumerate(RAW)
    ]
    assert reply["object"] == "list"


def test_vllm_scores_several_queries_with_one_text_each(address):
    body = {"queries": ["fish", "fish"], "documents": ["fish", "odes"], "use_activation": False}
    assert [one["score"] for one in asked(address, "/score", body)["data"]] == [-1.0, -3.0]


def test_vllm_scores_refuse_numbers_that_do_not_match(address):
    reply = post(address, "/score", {"queries": ["a", "b"], "documents": ["c", "d", "e"]})
    assert reply.status_code == 400
    assert "as many as documents; got 2 and 3" in reply.json()["error"]["message"]


def test_search_r1_ranks_each_query_against_its_own_documents_alone():
    ranker = SharedWords()
    body = {
        "queries": ["poet", "fish"],
        "documents": [
            [{"contents": "A\nnothing"}, {"contents": "B\na poet"}],
            [{"contents": "C\na fish"}],
        ],
    }
    with running(backend(ranker)) as address:
        reply = asked(address, "/rerank", body)
        scored = asked(address, "/rerank", {**body, "return_scores": True, "rerank_topk": 1})
    assert reply == {"result": [["(Title: B) a poet", "(Title: A) nothing"], ["(Title: C) a fish"]]}
    assert scored["result"][1] == [
        {"document": "(Title: C) a fish", "score": pytest.approx(sigmoid(-1.0))}
    ]
    assert ("poet", "C\na fish") not in ranker.asked
    assert ("fish", "B\na poet") not in ranker.asked


@pytest.mark.parametrize("path", ["/v1/rerank", "/v2/rerank", "/rerank"])
def test_a_text_the_ranker_fails_on_stands_last_and_the_reply_says_so(address, path):
    reply = post(address, path, {"query": "odes", "documents": ["poison", "fish", "odes"]})
    assert reply.status_code == 200
    assert reply.headers["x-unscored-texts"] == "1"
    results = reply.json()["results"]
    assert [one["index"] for one in results] == [2, 1, 0]
    assert results[-1]["relevance_score"] == 0
    if path == "/v2/rerank":
        assert "index 0" in reply.json()["meta"]["warnings"][0]


def test_a_request_may_name_any_model_unless_names_are_configured(address):
    body = {**WITH_DOCUMENTS, "model": "rerank-english-v3.0"}
    assert post(address, "/v1/rerank", body).status_code == 200
    with running(backend(SharedWords()), settings(names=("ours",))) as strict:
        reply = post(strict, "/v1/rerank", body)
        assert reply.status_code == 404
        assert "there is ours" in reply.json()["detail"]
        assert post(strict, "/v1/rerank", {**body, "model": "ours"}).status_code == 200


def test_fields_no_dialect_knows_are_ignored(address):
    asked(address, "/v1/rerank", {**WITH_DOCUMENTS, "colour": "green", "max_tokens_per_doc": 4096})

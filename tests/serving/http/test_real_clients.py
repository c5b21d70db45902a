"""The clients that people have, unchanged, against the server over a socket."""

import cohere
import openai
import pytest
from http_server import POETS, QUERY, sigmoid
from langchain_cohere import CohereRerank as LangChainCohere
from langchain_community.document_compressors import jina_rerank
from langchain_core.documents import Document as LangChainDocument
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.postprocessor.cohere_rerank import CohereRerank as LlamaCohere
from llama_index.postprocessor.jinaai_rerank import JinaRerank as LlamaJina
from rerankers.models.api_rankers import APIRanker

ORDER = [2, 1, 0]
SCORES = pytest.approx([sigmoid(3.0), sigmoid(1.0), sigmoid(-3.0)])


@pytest.fixture(scope="module")
def documents():
    return [LangChainDocument(text, metadata={"source": n}) for n, text in enumerate(POETS)]


@pytest.fixture(scope="module")
def nodes():
    return [
        NodeWithScore(node=TextNode(text=text, id_=f"n{n}", metadata={}), score=0.0)
        for n, text in enumerate(POETS)
    ]


def test_cohere_version_1(address):
    client = cohere.Client("key", base_url=address)
    reply = client.rerank(query=QUERY, documents=POETS, model="any")
    assert [one.index for one in reply.results] == ORDER
    assert [one.relevance_score for one in reply.results] == SCORES
    assert [one.document for one in reply.results] == [None] * 3
    assert reply.meta.api_version.version == "1"


def test_cohere_version_1_with_fields_and_documents(address):
    client = cohere.Client("key", base_url=address)
    reply = client.rerank(
        query=QUERY,
        documents=[{"text": text, "shelf": "7"} for text in POETS],
        rank_fields=["text"],
        return_documents=True,
        top_n=1,
    )
    assert [(one.index, one.document.text) for one in reply.results] == [(2, POETS[2])]


def test_cohere_version_2(address):
    client = cohere.ClientV2("key", base_url=address)
    reply = client.rerank(query=QUERY, documents=POETS, model="any", top_n=2)
    assert [one.index for one in reply.results] == ORDER[:2]
    assert reply.id
    assert reply.meta.billed_units.search_units == 1


def test_cohere_errors_become_the_clients_own_exceptions(address, search_only):
    client = cohere.ClientV2("key", base_url=address)
    with pytest.raises(cohere.BadRequestError) as refused:
        client.rerank(query=QUERY, documents=[], model="any")
    assert "at least one" in refused.value.body["message"]
    with pytest.raises(cohere.BadRequestError, match="cross-encoder"):
        cohere.ClientV2("key", base_url=search_only).rerank(
            query=QUERY, documents=POETS, model="any"
        )
    with pytest.raises(cohere.UnprocessableEntityError):
        client.rerank(query=QUERY * 1000, documents=POETS, model="any")


@pytest.mark.parametrize(
    ("provider", "path"),
    [("cohere", "/v1/rerank"), ("jina", "/v1/rerank"), ("text-embeddings-inference", "/rerank")],
)
def test_the_rerankers_library(address, provider, path):
    ranker = APIRanker("any", "key", provider, url=address + path)
    found = ranker.rank(QUERY, POETS, doc_ids=["a", "b", "c"])
    assert [one.doc_id for one in found.results] == ["c", "b", "a"]
    assert [one.score for one in found.results] == SCORES


def test_openai_lists_the_models(address):
    client = openai.OpenAI(api_key="key", base_url=f"{address}/v1", max_retries=0)
    assert [model.id for model in client.models.list()] == ["lrat-rank"]
    with pytest.raises(openai.NotFoundError, match="no such route"):
        client.embeddings.create(input="a", model="any")


def test_langchain_cohere(address, documents):
    compressor = LangChainCohere(cohere_api_key="key", base_url=address, model="any", top_n=2)
    found = compressor.compress_documents(documents, QUERY)
    assert [one.metadata["source"] for one in found] == ORDER[:2]
    assert found[0].metadata["relevance_score"] == pytest.approx(sigmoid(3.0))


def test_langchain_jina(address, documents, monkeypatch):
    monkeypatch.setattr(jina_rerank, "JINA_API_URL", f"{address}/v1/rerank")
    compressor = jina_rerank.JinaRerank(jina_api_key="key", top_n=None)
    found = compressor.compress_documents(documents, QUERY)
    assert [one.metadata["source"] for one in found] == ORDER
    assert [one.metadata["relevance_score"] for one in found] == SCORES


def test_langchain_jina_finds_what_went_wrong_where_it_looks(search_only, documents, monkeypatch):
    monkeypatch.setattr(jina_rerank, "JINA_API_URL", f"{search_only}/v1/rerank")
    with pytest.raises(RuntimeError, match="takes a cross-encoder"):
        jina_rerank.JinaRerank(jina_api_key="key").compress_documents(documents, QUERY)


def test_llama_index_cohere(address, nodes):
    ranker = LlamaCohere(api_key="key", base_url=address, model="any", top_n=2)
    found = ranker.postprocess_nodes(nodes, QueryBundle(QUERY))
    assert [one.node.node_id for one in found] == ["n2", "n1"]
    assert [one.score for one in found] == pytest.approx([sigmoid(3.0), sigmoid(1.0)])


def test_llama_index_jina(address, nodes):
    ranker = LlamaJina(api_key="key", base_url=f"{address}/v1", top_n=3)
    found = ranker.postprocess_nodes(nodes, QueryBundle(QUERY))
    assert [one.node.node_id for one in found] == ["n2", "n1", "n0"]


def test_llama_index_jina_finds_what_went_wrong_where_it_looks(search_only, nodes):
    ranker = LlamaJina(api_key="key", base_url=f"{search_only}/v1", top_n=3)
    with pytest.raises(RuntimeError, match="takes a cross-encoder"):
        ranker.postprocess_nodes(nodes, QueryBundle(QUERY))

"""Which dialect a request speaks: its path says it, or the keys of its body do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrat_rank.serving.http.dialects.base import Dialect
from lrat_rank.serving.http.dialects.cohere import CohereV1, CohereV2
from lrat_rank.serving.http.dialects.jina import Jina
from lrat_rank.serving.http.dialects.search_r1 import SearchR1Rerank
from lrat_rank.serving.http.dialects.tei import Tei
from lrat_rank.serving.http.dialects.vllm import VllmRerank, VllmScore

VLLM_KEYS = frozenset(
    {
        "use_activation",
        "activation",
        "instruction",
        "chat_template_kwargs",
        "truncate_prompt_tokens",
        "max_tokens_per_query",
        "mm_processor_kwargs",
    }
)
"""Fields that no other dialect has: on paths that vLLM shares, its reply is then meant."""

COHERE_KEYS = frozenset({"rank_fields", "max_chunks_per_doc"})
"""Fields of Cohere's version 1 that Jina does not have."""

COHERE_V1, COHERE_V2, JINA = CohereV1(), CohereV2(), Jina()
TEI, VLLM_RERANK, VLLM_SCORE, SEARCH_R1 = Tei(), VllmRerank(), VllmScore(), SearchR1Rerank()

BY_PATH: Mapping[str, tuple[Dialect[Any], ...]] = {
    "/v1/rerank": (JINA, COHERE_V1, VLLM_RERANK),
    "/v2/rerank": (COHERE_V2, VLLM_RERANK),
    "/rerank": (VLLM_RERANK, TEI, SEARCH_R1),
    "/score": (VLLM_SCORE,),
    "/v1/score": (VLLM_SCORE,),
}
"""The dialects of each path that ranks texts; the first is taken where the body does not say."""


def dialect_of(path: str, body: Mapping[str, Any]) -> Dialect[Any]:
    """The dialect of a request.

    >>> dialect_of("/rerank", {"query": "poet", "texts": []}).name
    'tei'
    >>> dialect_of("/v1/rerank", {"query": "poet", "documents": [], "rank_fields": ["a"]}).name
    'cohere-v1'
    """
    known = BY_PATH[path]
    if path == "/rerank" and "texts" in body:
        return TEI
    if path == "/rerank" and "queries" in body:
        return SEARCH_R1
    if VLLM_RERANK in known and VLLM_KEYS & body.keys():
        return VLLM_RERANK
    if COHERE_V1 in known and COHERE_KEYS & body.keys():
        return COHERE_V1
    return known[0]

"""How promising a snippet looks: words it shares with the sub-question, and likeness of meaning.

Nothing here knows which documents are relevant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from lrat_rank.eval.simulation.query_forms import Request
from lrat_rank.eval.simulation.reading import snippet_match

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""(sub-question, snippets) → how alike they are in meaning, 0 to 1 each."""


def cosine_similarity(
    encode: Callable[[Sequence[str]], npt.NDArray[np.float32] | None],
) -> Similarity:
    """A similarity from an encoder of unit vectors: the cosine, and 0 where it is below.

    Args:
        encode: Texts to unit vectors (texts, d); `Index.encode_queries` is one, and remembers what
            it encoded.

    >>> same = cosine_similarity(lambda texts: np.eye(len(texts), dtype=np.float32))
    >>> same("a", ["b", "c"])
    [0.0, 0.0]
    """

    def similarity(query: str, snippets: Sequence[str]) -> list[float]:
        vectors = encode([query, *snippets])
        if vectors is None:
            raise ValueError("the encoder gives no vectors")
        return [max(0.0, float(cosine)) for cosine in vectors[1:] @ vectors[0]]

    return similarity


def snippet_scores(
    request: Request,
    snippets: Sequence[str],
    *,
    similarity: Similarity | None = None,
    semantic_share: float = 0.0,
) -> list[float]:
    """How well each snippet fits the sub-question, before noise.

    s = (1 − λ)·lexical + λ·semantic, with λ = `semantic_share`, or 0 without a similarity.

    >>> snippet_scores(Request("Who taught Ana Lor?", "Ana Lor"), ["Ana Lor was a poet."])
    [0.8]
    """
    lexical = [snippet_match(request, snippet) for snippet in snippets]
    if similarity is None or not semantic_share or not snippets:
        return lexical
    semantic = similarity(request.query, snippets)
    share = semantic_share
    return [(1 - share) * a + share * b for a, b in zip(lexical, semantic, strict=True)]

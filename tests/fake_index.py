"""An index in memory, as far as features look into one: BM25 lists, vectors of random words."""

from collections.abc import Mapping, Sequence
from functools import cache

import bm25s
import numpy as np

from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.errors import InputError
from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.forward import FloatArray, ForwardIndex, IntArray
from lrat_rank.features.source import StageHits, order_of
from lrat_rank.features.token_index import QueryPieces, TokenIndex, VectorRows, to_bytes
from lrat_rank.mining.labels import Context

WORDS = [f"w{number:02d}" for number in range(60)]
WIDTH = 16


def asked(query: str, doc_ids: Sequence[str], context: Context | None = None) -> CandidateList:
    """Candidates of a query, for a test that needs no ids of lists."""
    return CandidateList("q", query, tuple(doc_ids), context)


class FakeIndex:
    """Documents as doc_id → (title, text); words are split at white space and kept as they are."""

    def __init__(
        self,
        documents: Mapping[str, tuple[str, str]],
        *,
        encoder: bool = True,
        token_vectors: bool = True,
        seed: int = 0,
    ) -> None:
        self.doc_ids = list(documents)
        self.doc_id_order = order_of(self.doc_ids)
        self._row = {doc_id: row for row, doc_id in enumerate(self.doc_ids)}
        self.forward = ForwardIndex.build(documents.values(), Analyzer("none"))
        self._seed = seed
        titles = [title for title, _ in documents.values()]
        both = [f"{title} {text}" for title, text in documents.values()]
        self.text_vectors = self._encode(both) if encoder else None
        self.title_vectors = self._encode(titles) if encoder and any(titles) else None
        self.token_index = self._token_index(both) if encoder and token_vectors else None

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._row

    def rows(self, doc_ids: Sequence[str]) -> IntArray:
        unknown = [doc_id for doc_id in doc_ids if doc_id not in self._row]
        if unknown:
            raise InputError("doc_id", must="in the index", got=repr(unknown[0]))
        return np.array([self._row[doc_id] for doc_id in doc_ids], dtype=np.int64)

    def encode_queries(self, queries: Sequence[str]) -> FloatArray | None:
        return self._encode(queries) if self.text_vectors is not None else None

    def encode_query_pieces(self, queries: Sequence[str]) -> list[QueryPieces] | None:
        """One vector a word; words that end alike are equally rare."""
        if self.token_index is None:
            return None
        words = [query.split() for query in queries]
        idf = [np.array([1.0 + len(word) % 3 for word in some], np.float32) for some in words]
        return [QueryPieces(self._encode(some), one) for some, one in zip(words, idf, strict=True)]

    def _token_index(self, texts: Sequence[str]) -> TokenIndex:
        """Words as pieces, five words a sentence, ten a window."""
        words = [text.split() for text in texts]

        def passages(size: int) -> VectorRows:
            return _vector_rows(
                [
                    self._encode([" ".join(w[i : i + size]) for i in range(0, len(w), size)])
                    for w in words
                ]
            )

        return TokenIndex(passages(1), passages(5), passages(10))

    def stage_hits(self, queries: Sequence[str], depth: int) -> dict[str, StageHits]:
        scores = [self.bm25_oracle(query) for query in queries]
        found = {"bm25": _best(scores, depth, above=0.0)}
        if self.text_vectors is not None:
            cosines = [self.text_vectors @ vector for vector in self._encode(queries)]
            found["dense"] = _best(cosines, depth, above=-np.inf)
        return found

    def bm25_oracle(self, query: str) -> FloatArray:
        """BM25 of every document as the bm25s library computes it, float32 (documents,)."""
        engine = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        documents = [terms.tolist() for terms in self.forward.contents()]
        # bm25s adds an entry to the vocabulary it is given.
        engine.index((documents, dict(self.forward.vocabulary)), show_progress=False)
        terms = self.forward.term_ids(query).tolist()
        return engine.get_scores(terms) if terms else np.zeros(len(self.doc_ids), np.float32)

    def _encode(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for number, text in enumerate(texts):
            for word in text.split():
                vectors[number] += _vector_of_word(word, self._seed)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=vectors, where=norms > 0)


@cache
def _vector_of_word(word: str, seed: int) -> FloatArray:
    return np.random.default_rng([seed, *word.encode()]).normal(size=WIDTH)


def _best(scores: Sequence[FloatArray], depth: int, *, above: float) -> StageHits:
    orders = [np.argsort(-one, kind="stable")[:depth] for one in scores]
    rows = [order[one[order] > above] for order, one in zip(orders, scores, strict=True)]
    return StageHits(rows, [one[row] for one, row in zip(scores, rows, strict=True)])


def _vector_rows(documents: Sequence[FloatArray]) -> VectorRows:
    lengths = np.array([len(vectors) for vectors in documents])
    whole, scales = to_bytes(np.concatenate(documents))
    return VectorRows(whole, scales, np.stack((np.cumsum(lengths) - lengths, lengths), axis=1))


def random_documents(count: int, seed: int = 0) -> dict[str, tuple[str, str]]:
    """Documents of 0 to 40 words with titles of 0 to 3; every tenth has no word at all."""
    draw = np.random.default_rng(seed)

    def words(most: int) -> str:
        return " ".join(draw.choice(WORDS, draw.integers(0, most + 1)))

    return {
        f"d{number}": ("", "") if number % 10 == 9 else (words(3), words(40))
        for number in range(count)
    }


def random_context(draw: np.random.Generator, documents: int) -> Context:
    """What an agent may know after some turns in a collection of `random_documents`."""

    def doc_ids(most: int) -> tuple[str, ...]:
        return tuple(f"d{n}" for n in draw.choice(documents, draw.integers(0, most)).tolist())

    read = tuple(dict.fromkeys(doc_ids(8)))
    return Context(
        turn=int(draw.integers(0, 30)),
        question=" ".join(draw.choice(WORDS, draw.integers(0, 9))),
        reasoning=" ".join(draw.choice(WORDS, draw.integers(0, 60))),
        previous_queries=tuple(
            " ".join(draw.choice(WORDS, 2)) for _ in range(int(draw.integers(0, 4)))
        ),
        read_doc_ids=read,
        useful_doc_ids=read[::2] if draw.random() < 0.8 else None,
        shown_doc_ids=doc_ids(40),
    )


def random_queries(count: int, seed: int = 1) -> list[str]:
    """Queries of 0 to 6 words, some of them unknown to the collection, some repeated."""
    draw = np.random.default_rng(seed)
    known = [*WORDS, "unknown", "unheard"]
    return [" ".join(draw.choice(known, draw.integers(0, 7))) for _ in range(count)]

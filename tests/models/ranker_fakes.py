"""A collection whose documents have a quality the first stage cannot see, and rankers over it."""

from collections.abc import Sequence

import numpy as np
from fake_index import WORDS, FakeIndex

from lrat_rank.collections import rank_by_score
from lrat_rank.features.prior import fused_lists
from lrat_rank.mining.labels import Candidate, Context, LabelledList, State
from lrat_rank.models.ranker import CandidateList


class Collection(FakeIndex):
    """Asks BM25 about a query once."""

    def bm25_oracle(self, query: str) -> np.ndarray:
        known = self.__dict__.setdefault("known", {})
        if query not in known:
            known[query] = super().bm25_oracle(query)
        return known[query]


def collection(
    count: int = 200, *, words: Sequence[str] = WORDS, lengths: tuple[int, int] = (8, 40), seed=3
) -> FakeIndex:
    """Documents of titles and texts, drawn from some words."""
    draw = np.random.default_rng(seed)

    def text(least: int, most: int) -> str:
        return " ".join(draw.choice(words, draw.integers(least, most + 1)))

    return Collection({f"d{n}": (text(1, 3), text(*lengths)) for n in range(count)})


INDEX = collection()
QUALITY = dict(
    zip(INDEX.doc_ids, np.random.default_rng(5).permutation(len(INDEX.doc_ids)), strict=True)
)


def query(draw: np.random.Generator, words: int = 3) -> str:
    return " ".join(draw.choice(WORDS, words))


def labels(count: int, seed: int, *, lists_a_group: int = 2) -> list[LabelledList]:
    """Lists of the first stage's best ten; the one of the best quality is relevant."""
    draw = np.random.default_rng(seed)
    queries = [query(draw) for _ in range(count)]
    found = []
    for number, (text, fused) in enumerate(
        zip(queries, fused_lists(INDEX, queries, depth=10), strict=True)
    ):
        doc_ids = [INDEX.doc_ids[row] for row in fused.listed.tolist()]
        best = max(doc_ids, key=QUALITY.__getitem__)
        candidates = tuple(
            Candidate(
                doc_id=doc_id,
                rank=rank,
                state=State.RELEVANT if doc_id == best else State.SKIPPED,
                gain=1.0 if doc_id == best else 0.0,
            )
            for rank, doc_id in enumerate(doc_ids, start=1)
        )
        name = f"s{seed}-{number}"
        group = f"s{seed}-g{number // lists_a_group}"
        found.append(
            LabelledList(
                query_id=name,
                query=text,
                context=Context(turn=0),
                trajectory_id=name,
                group=group,
                candidates=candidates,
            )
        )
    return found


class ByQuality:
    """Scores documents by `sign` · quality, and remembers what it was asked."""

    def __init__(self, sign: float = 1.0) -> None:
        self.sign = sign
        self.asked: list[CandidateList] = []

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.asked += lists
        return [np.array([self.sign * QUALITY[d] for d in one.doc_ids], float) for one in lists]


class ByChance:
    """Scores that know nothing of the documents, but are always the same for one."""

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        return [
            np.array(
                [
                    np.random.default_rng([*one.query.encode(), *doc_id.encode()]).random()
                    for doc_id in one.doc_ids
                ]
            )
            for one in lists
        ]


def asked_lists(count: int, seed: int, index: FakeIndex = INDEX) -> list[CandidateList]:
    """Queries with thirty documents drawn from all."""
    draw = np.random.default_rng(seed)
    return [
        CandidateList(
            f"q{number}",
            query(draw),
            tuple(draw.choice(index.doc_ids, 30, replace=False).tolist()),
        )
        for number in range(count)
    ]


def order(one: CandidateList, scores: np.ndarray) -> list[str]:
    """Doc_ids, best first, in the order of a run."""
    return [hit.doc_id for hit in rank_by_score(one.doc_ids, scores.tolist())]

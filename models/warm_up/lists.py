"""Labelled lists from a corpus alone: made queries, their documents, first-stage negatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.features.prior import fused_lists
from lrat_rank.mining.labels import Candidate, Context, LabelledList, Provenance, State
from lrat_rank.models.cross_encoder.reading import Reading
from lrat_rank.models.largest_remainder import share_out
from lrat_rank.models.warm_up.corpus import Corpus
from lrat_rank.models.warm_up.likeness import may_answer_too
from lrat_rank.models.warm_up.options import WarmUpOptions
from lrat_rank.models.warm_up.queries import MAKERS, MadeQuery

_AT_ONCE, _AT_LEAST = 256, 16
"""Documents that are looked at together, at most and at least."""
_POLICY = "warm-up"


@dataclass(frozen=True)
class WarmUpLists:
    """What a corpus alone teaches.

    Attributes:
        lists: One relevant document each, with gain 1; the first stage's documents around it;
            among them, as unjudged, those that may answer the query too.
        readings: Query_id → how the list reads its documents. A ranker that does not hide the
            title or sentence a query was made from learns to look for copies.
    """

    lists: list[LabelledList]
    readings: dict[str, Reading]

    @property
    def kinds(self) -> dict[str, int]:
        """How many lists there are of each kind of query."""
        made = [one.query_id.split("/")[1] for one in self.lists]
        return {kind: made.count(kind) for kind in MAKERS}


@dataclass(frozen=True)
class _Made:
    kind: str
    row: int
    query: MadeQuery


def warm_up_lists(corpus: Corpus, options: WarmUpOptions | None = None) -> WarmUpLists:
    """Make labelled lists from the documents of an index, without any label.

    Args:
        corpus: The index.
        options: How many lists, of which kinds, with which negatives.

    Returns:
        The lists, the same ones for the same seed and index. There are fewer than asked for where
        the corpus is small: a document gives one query of each kind at most.

    Raises:
        InputError: The corpus has no more documents than a list has, or none a query can be made
            of that leaves the first stage a negative.
    """
    options = options or WarmUpOptions()
    if len(corpus.doc_ids) <= options.negatives + 1:
        raise InputError(
            "corpus",
            must=f"more than {options.negatives + 1} documents (a warm-up list's own)",
            got=len(corpus.doc_ids),
            do="Ask for fewer negatives, or train without warm-up.",
        )
    shares: dict[str, float] = msgspec.structs.asdict(options.kinds)
    kinds = {kind: _of_kind(corpus, kind, options) for kind in MAKERS if shares[kind]}
    made: list[tuple[LabelledList, Reading]] = []
    for kind, wanted in share_out(options.lists, shares).items():
        made += islice(kinds.get(kind, iter(())), wanted)
    for left in kinds.values():
        made += islice(left, options.lists - len(made))
    if not made:
        raise InputError(
            "corpus",
            must="documents with titles, several sentences or telling words, and unlike each other",
            got=f"{len(corpus.doc_ids)} documents, none such",
        )
    return WarmUpLists(
        [labelled for labelled, _ in made],
        {labelled.query_id: reading for labelled, reading in made},
    )


def _of_kind(
    corpus: Corpus, kind: str, options: WarmUpOptions
) -> Iterator[tuple[LabelledList, Reading]]:
    """Every list of a kind that the corpus gives, documents in an order of their own."""
    rng = np.random.default_rng((options.seed, list(MAKERS).index(kind)))
    order = rng.permutation(len(corpus.doc_ids)).tolist()
    at_once = min(_AT_ONCE, max(options.lists, _AT_LEAST))
    for start in range(0, len(order), at_once):
        rows = order[start : start + at_once]
        found = corpus.documents([corpus.doc_ids[row] for row in rows])
        queries = [MAKERS[kind](document, corpus.forward, rng) for document in found]
        made = [_Made(kind, row, query) for row, query in zip(rows, queries, strict=True) if query]
        fused = fused_lists(corpus, [one.query.text for one in made], depth=options.depth)
        for one, first_stage in zip(made, fused, strict=True):
            candidates = _candidates(corpus, one, first_stage.listed, options, rng)
            if candidates:
                yield _labelled(corpus, one, candidates), one.query.reading


def _candidates(
    corpus: Corpus, made: _Made, listed: IntArray, options: WarmUpOptions, rng: np.random.Generator
) -> tuple[Candidate, ...]:
    """The first stage's list with the document in it; empty where it has no negative."""
    own = made.row
    may_answer = may_answer_too(
        corpus.forward,
        own,
        listed,
        near_duplicate=options.near_duplicate,
        words=made.query.words,
    )
    negative = np.flatnonzero(~may_answer & (listed != own))
    if not len(negative):
        return ()
    if len(negative) > options.negatives:
        negative = rng.choice(negative, size=options.negatives, replace=False)
    states = np.full(len(listed), None, dtype=object)
    states[may_answer] = State.UNJUDGED
    states[negative] = State.SKIPPED
    states[listed == own] = State.RELEVANT
    shown = [
        _candidate(corpus.doc_ids[listed[place]], place + 1, states[place])
        for place in range(len(listed))
        if states[place] is not None
    ]
    if not (listed == own).any():
        shown.append(_candidate(corpus.doc_ids[own], len(listed) + 1, State.RELEVANT))
    return tuple(shown)


def _candidate(doc_id: str, rank: int, state: State) -> Candidate:
    relevant = state is State.RELEVANT
    return Candidate(
        doc_id=doc_id, rank=rank, state=state, gain=float(relevant), grade=int(relevant)
    )


def _labelled(corpus: Corpus, made: _Made, candidates: tuple[Candidate, ...]) -> LabelledList:
    doc_id = corpus.doc_ids[made.row]
    query_id = f"{_POLICY}/{made.kind}/{doc_id}"
    return LabelledList(
        query_id=query_id,
        query=made.query.text,
        context=Context(turn=0),
        trajectory_id=query_id,
        group=f"{_POLICY}/{doc_id}",
        candidates=candidates,
        meta=Provenance(policy=_POLICY),
    )

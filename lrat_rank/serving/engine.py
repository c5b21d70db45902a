"""What all sessions of a search tool share: the index, the rankers, the cache and the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from lrat_rank.collections import Document, Ranking, rank_by_score
from lrat_rank.mining.labels import Context
from lrat_rank.models.nesting import reads_context
from lrat_rank.models.ranker import CandidateList, Ranker
from lrat_rank.models.rerank import warn_of_depth
from lrat_rank.serving.already_read import Known, demoted
from lrat_rank.serving.answer import Answer, Flags, RankedDocument
from lrat_rank.serving.batching.ranker import BatchingRanker
from lrat_rank.serving.bounds import MAX_K, MAX_QUERY_CHARACTERS, bounded, within
from lrat_rank.serving.cache import Cache
from lrat_rank.serving.deployment import Deployment
from lrat_rank.serving.deployments import Deployments
from lrat_rank.serving.engine_options import EngineOptions, check_budget
from lrat_rank.serving.scoring import Asked, Ranked, Scoring
from lrat_rank.serving.search_index import SearchIndex
from lrat_rank.serving.shadow import Done
from lrat_rank.serving.snippets import Snippets, first_words, readable

_WARMING_WORDS = 8


class Engine:
    """Ranks for all sessions; calls may come from any thread.

    Rankers that are not a `BatchingRanker` are called by one thread at a time, and so is the first
    stage.

    Args:
        index: Where to search.
        deployment: The rankers in service, one of them, or a bare ranker; None for the first
            stage's order.
        options: What the operator decides.
        clock: Seconds that only go forward, for budgets.

    Attributes:
        index: As given.
        deployments: The rankers in service.
        options: As given.
        stage: The first stage.
        snippets: Makes the snippets of shown documents.
        cache: Rankings of earlier calls.

    Raises:
        InputError: The index lacks the stage.
    """

    def __init__(
        self,
        index: SearchIndex,
        deployment: Deployments | Deployment | Ranker | None = None,
        options: EngineOptions | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.index, self.options = index, options or EngineOptions()
        self.deployments = deployments_of(deployment)
        self.stage = self.options.stage or ("hybrid" if index.has_dense else "bm25")
        index.retrieve({}, self.stage, 1)  # says at once when the index lacks the stage
        if any(one.ranker is not None for one in self.deployments.all):
            warn_of_depth(self.options.depth)
        self.snippets = Snippets(self.options.snippet, self.options.snippet_tokens, index)
        self.cache: Cache[Ranked] = Cache(self.options.cache_entries)
        self._scoring = Scoring(index, self.stage, clock=clock, fallback=self.options.fallback)
        self._served = self.deployments.all

    @property
    def name(self) -> str:
        """The stages a query goes through, for instance `hybrid > LightGBMRanker`."""
        return self._stages(self.deployments.serving)

    def rank(
        self,
        query: str,
        k: int | None = None,
        context: Context | None = None,
        *,
        session_id: str = "",
        budget_ms: float | None = None,
    ) -> Answer:
        """The best `k` documents for a query.

        Args:
            query: What to look for; white space around it is not the query's.
            k: How many documents; None for the options' number.
            context: What the agent knows; None where that is not known.
            session_id: Chooses the arm of an A/B test.
            budget_ms: Milliseconds the call should take; None for the options' budget.

        Raises:
            InputError: The query is blank or too long, or a number is out of its range.
            Busy: As many calls wait for the ranker as may.
            LratRankError: The ranker failed, and the options have no fallback.
        """
        query = bounded("query", query.strip(), MAX_QUERY_CHARACTERS)
        k = self.options.k if k is None else within("k", k, 1, MAX_K)
        check_budget(budget_ms)
        context = context or Context(turn=0, recorded=False)
        budget = self.options.budget_ms if budget_ms is None else budget_ms
        with self.deployments.using(session_id) as deployment:
            self._forget_what_left()
            depth = max(self.options.depth, k)
            seen = context if reads_context(deployment.ranker) else None
            key = (deployment.identity, query, depth, seen)
            ranked = self.cache.get(key)
            cached = ranked is not None
            if ranked is None:
                ranked = self._scoring.ranked(
                    Asked(query, context),
                    deployment,
                    depth=depth,
                    k=k,
                    budget=None if budget is None else budget / 1000,
                )
                if ranked.repeatable:
                    self.cache.put(key, ranked)
        ranking = ranked.ranking
        if self.options.already_read == "demote":
            ranking = demoted(ranking, Known(context))
        return Answer(
            hits=self._shown(ranking[:k]),
            candidates=tuple(hit.doc_id for hit in ranked.ranking),
            stages=self._stages(deployment),
            ranker_version=deployment.version if deployment.ranker is not None else "",
            flags=Flags(
                depth_used=ranked.depth_used,
                shortened=ranked.shortened,
                fallback=ranked.fallback,
                cached=cached,
                truncated=ranked.truncated,
                arm=deployment.arm,
            ),
        )

    def documents(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents of known ids, in their order."""
        return self.index.documents(doc_ids)

    def document(self, doc_id: str) -> Document | None:
        """One document; None where the index has none of that id."""
        return self.index.documents([doc_id])[0] if doc_id in self.index else None

    def warm(self, ranker: Ranker | None = None) -> None:
        """Run one query through all stages, so that the first agent does not wait.

        Args:
            ranker: One that does not serve yet; None for all that do.

        Raises:
            LratRankError: A ranker failed.
        """
        # The words of a document: the first stage finds something, so the ranker is warmed too.
        document = self.index.documents(self.index.doc_ids[:1])[0]
        asked = Asked(first_words(readable(document), _WARMING_WORDS), Context(turn=0))
        strict = self._scoring.without_fallback()
        for one in self.deployments.all if ranker is None else [Deployment(ranker)]:
            strict.ranked(asked, one, depth=self.options.depth, k=self.options.k)
        if ranker is None and self.options.budget_ms is not None:
            # The first call loads and compiles; what the second takes is what later ones take.
            for one in self.deployments.all:
                self._scoring.ranked(asked, one, depth=self.options.depth, k=self.options.k)

    def offer_to_shadow(self, query: str, context: Context, answer: Answer, done: Done) -> None:
        """Let the shadow ranker, where there is one, order an answer's candidates when it has time.

        Args:
            query: As it was ranked for.
            context: Likewise.
            answer: What was given.
            done: Takes the shadow's version and its ranking, on its thread.
        """
        shadow = self.deployments.shadow
        if shadow is not None and answer.candidates:
            one = CandidateList("query", query, answer.candidates, context)
            shadow.offer(lambda ranker: _ordered(ranker, one), done)

    def _stages(self, deployment: Deployment) -> str:
        ranker = deployment.ranker
        if ranker is None:
            return self.stage
        inside = ranker.ranker if isinstance(ranker, BatchingRanker) else ranker
        return f"{self.stage} > {type(inside).__name__}"

    def _forget_what_left(self) -> None:
        """Drop what rankers that were replaced have left behind."""
        served = self.deployments.all
        if served != self._served:
            self._served = served
            self.cache.clear()
            self._scoring.forget()

    def _shown(self, ranking: Ranking) -> tuple[RankedDocument, ...]:
        swaps = self.options.explore
        if swaps is None:
            return tuple(RankedDocument(hit.doc_id, hit.score) for hit in ranking)
        places, propensities = swaps.draw(ranking)
        return tuple(
            RankedDocument(hit.doc_id, hit.score, propensity)
            for hit, propensity in zip(places, propensities, strict=True)
        )


def deployments_of(given: Deployments | Deployment | Ranker | None) -> Deployments:
    """The rankers in service, whatever they are given as."""
    if isinstance(given, Deployments):
        return given
    if isinstance(given, Deployment):
        return Deployments(given)
    if given is None:
        return Deployments(Deployment())
    return Deployments(Deployment(given, version=""))


def _ordered(ranker: Ranker, one: CandidateList) -> list[tuple[str, float]]:
    [scores] = ranker.score([one])
    return [(hit.doc_id, hit.score) for hit in rank_by_score(one.doc_ids, scores.tolist())]

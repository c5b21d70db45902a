"""One call's candidates, ordered by the ranker in the time there is."""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lrat_rank.collections import Ranking
from lrat_rank.errors import LratRankError
from lrat_rank.features.account import CallAccount
from lrat_rank.mining.labels import Context
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.models.rerank import check_scores
from lrat_rank.serving.answer import Fallback
from lrat_rank.serving.batching.ranker import BatchingRanker
from lrat_rank.serving.batching.refusals import Busy, Cancelled, Closed
from lrat_rank.serving.budget import Depth, Paces
from lrat_rank.serving.deployment import Deployment
from lrat_rank.serving.scored_order import order
from lrat_rank.serving.search_index import SearchIndex

_LOG = logging.getLogger(__name__)
_QUERY_ID = "query"


class Asked(NamedTuple):
    """What is searched for: the query, and what the agent knows."""

    query: str
    context: Context


class Ranked(NamedTuple):
    """All candidates of a call in order, before anything that depends on who asks.

    The fields are those of `Flags`.
    """

    ranking: Ranking
    depth_used: int = 0
    shortened: bool = False
    fallback: Fallback = ()
    truncated: float = 0.0

    @property
    def repeatable(self) -> bool:
        """Whether another call may be given the same: neither haste nor a failure made it."""
        return not self.shortened and not self.fallback


class Scoring:
    """First stage and rankers, for any thread.

    Args:
        index: Where to search.
        stage: The first stage.
        clock: Seconds that only go forward.
        fallback: Whether a ranker that fails gives way to the first stage's order.
    """

    def __init__(
        self, index: SearchIndex, stage: str, *, clock: Callable[[], float], fallback: bool
    ) -> None:
        self._index, self._stage = index, stage
        self._clock, self._fallback = clock, fallback
        self._paces: dict[tuple[str, str], Paces] = {}
        self._searching, self._scoring = threading.Lock(), threading.Lock()

    def found(self, query: str, depth: int) -> Ranking:
        """The first stage's list."""
        with self._searching:
            run = self._index.retrieve({_QUERY_ID: query}, self._stage, depth)
        return run.rankings.get(_QUERY_ID, [])

    def ranked(
        self,
        asked: Asked,
        deployment: Deployment,
        *,
        depth: int,
        k: int,
        budget: float | None = None,
    ) -> Ranked:
        """The first stage's best `depth` documents as a deployment orders them.

        Args:
            asked: What is searched for.
            deployment: Whose ranker orders them.
            depth: Candidates.
            k: Documents to show; as many are scored whatever the budget.
            budget: Seconds the call should take; None for as long as it takes.

        Raises:
            Busy: As many calls wait for the ranker as may.
            LratRankError: The ranker failed, and there is no fallback.
        """
        began = self._clock()
        found = self.found(asked.query, depth)
        ranker = deployment.ranker
        if ranker is None or not found:
            return Ranked(found)
        paces = self._paces.setdefault((deployment.version, deployment.arm), Paces())
        fitting = Depth(len(found))
        if budget is not None:
            fitting = paces.depth(budget - (self._clock() - began), len(found), k)
        account = CallAccount(most_read=fitting.most_read, clock=self._clock)
        doc_ids = tuple(hit.doc_id for hit in found[: fitting.candidates])
        began = self._clock()
        scores = self._scores(ranker, asked, doc_ids, account)
        ranking, fallback = order(found, scores)
        if not fallback:
            paces.observe(self._clock() - began, len(doc_ids), account)
        read = len(doc_ids) if account.looked_at is None else account.looked_at
        return Ranked(
            ranking,
            0 if fallback == "all" else read,
            len(doc_ids) < len(found) or account.shortened,
            fallback,
            account.truncated,
        )

    def without_fallback(self) -> Scoring:
        """The same index and locks, and paces of its own; a ranker that fails raises."""
        other = copy.copy(self)
        other._fallback, other._paces = False, {}
        return other

    def forget(self) -> None:
        """Forget how quick the rankers are; they are no longer the same."""
        self._paces = {}

    def _scores(
        self, ranker: Ranker, asked: Asked, doc_ids: Sequence[str], account: CallAccount
    ) -> FloatArray:
        query, context = asked
        one = CandidateList(_QUERY_ID, query, tuple(doc_ids), context, account)
        try:
            if isinstance(ranker, BatchingRanker):
                [scores] = ranker.score([one])
            else:
                with self._scoring:
                    [scores] = ranker.score([one])
            if not self._fallback:
                check_scores(one, scores, ranker)
        except (Busy, Cancelled, Closed):
            raise
        except Exception as error:
            if not self._fallback:
                raise
            told = str(error) if isinstance(error, LratRankError) else type(error).__name__
            _LOG.exception("the ranker failed; the first stage's order stands in: %s", told)
            return np.full(len(doc_ids), np.nan)
        return scores

"""Concurrent requests share the ranker's batches: one bounded queue, one worker thread."""

from lrat_rank.serving.batching.cancellation import Cancellation
from lrat_rank.serving.batching.options import BatchingOptions
from lrat_rank.serving.batching.queue import QueueState, ScoringQueue
from lrat_rank.serving.batching.ranker import BatchingRanker
from lrat_rank.serving.batching.refusals import Busy, Cancelled, Closed
from lrat_rank.serving.batching.threads import CallThreads

__all__ = [
    "BatchingOptions",
    "BatchingRanker",
    "Busy",
    "CallThreads",
    "Cancellation",
    "Cancelled",
    "Closed",
    "QueueState",
    "ScoringQueue",
]

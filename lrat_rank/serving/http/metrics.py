"""What an operator watches, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector

from lrat_rank.serving.answer import Answer
from lrat_rank.serving.batching import QueueState
from lrat_rank.serving.shadow import Shadow

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_COUNTS = (1, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The counters of one server, in a registry of their own.

    Attributes:
        registry: Holds them; other parts may add theirs.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "lrat_rank_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "lrat_rank_request_seconds",
            "Seconds from a request's head to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "lrat_rank_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self.texts = Histogram(
            "lrat_rank_rerank_texts",
            "Texts that a rerank request brought.",
            ("dialect",),
            buckets=_COUNTS,
            registry=self.registry,
        )
        self.unscored = Counter(
            "lrat_rank_unscored_texts",
            "Texts of rerank requests that the ranker failed on.",
            registry=self.registry,
        )
        self._searches = Counter(
            "lrat_rank_searches",
            "Searches answered, by the first of these that holds: cached, shortened (the time did "
            "not suffice for the whole depth), fallback (the ranker failed on some documents or "
            "all), ranked, first_stage (there is no ranker, or nothing was found).",
            ("outcome",),
            registry=self.registry,
        )
        self.reloads = Counter(
            "lrat_rank_reloads",
            "Attempts to load the ranker anew.",
            ("outcome",),
            registry=self.registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def searched(self, answer: Answer) -> None:
        """Count one search by what became of it."""
        flags = answer.flags
        outcomes = {
            "cached": flags.cached,
            "shortened": flags.shortened,
            "fallback": bool(flags.fallback),
            "ranked": flags.depth_used > 0,
        }
        outcome = next((name for name, holds in outcomes.items() if holds), "first_stage")
        self._searches.labels(outcome).inc()

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """A gauge that is read when it is asked for."""
        Gauge(name, help_text, registry=self.registry).set_function(value)

    def watch_queue(self, state: Callable[[], QueueState]) -> None:
        """The queue before the ranker."""
        self.registry.register(_QueueCollector(state))

    def watch_versions(self, versions: Callable[[], Mapping[str, str]]) -> None:
        """Which ranker each arm has, and the shadow."""
        self.registry.register(_VersionCollector(versions))

    def watch_shadow(self, shadow: Shadow) -> None:
        """What became of the searches that the shadow was to score."""
        self.registry.register(_ShadowCollector(shadow))

    def page(self) -> bytes:
        """All of them, as the text that Prometheus reads."""
        return generate_latest(self.registry)


class _QueueCollector:
    def __init__(self, state: Callable[[], QueueState]) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        state = self._state()
        gauges = {
            "waiting": "Requests whose turn with the ranker has not come.",
            "waiting_pairs": "Documents of the requests that wait.",
            "running": "Requests in the ranker now.",
            "wait_s": "Seconds until what waits and runs now is likely done.",
        }
        counters = {
            "requests": "Requests the ranker answered.",
            "pairs": "Documents it scored.",
            "batches": "Batches it scored them in.",
            "refused": "Requests that found the queue full.",
            "cancelled": "Requests dropped because their client went away.",
            "splits": "Batches that failed and were split.",
            "failed_pairs": "Documents the ranker failed on.",
        }
        for name, told in gauges.items():
            yield GaugeMetricFamily(f"lrat_rank_queue_{name}", told, value=getattr(state, name))
        for name, told in counters.items():
            yield CounterMetricFamily(f"lrat_rank_queue_{name}", told, value=getattr(state, name))


class _VersionCollector:
    def __init__(self, versions: Callable[[], Mapping[str, str]]) -> None:
        self._versions = versions

    def collect(self) -> Iterator[Metric]:
        told = InfoMetricFamily(
            "lrat_rank_ranker",
            "The ranker of each arm (a where there is no test), and that of the shadow.",
            labels=["arm"],
        )
        for arm, version in self._versions().items():
            told.add_metric([arm], {"version": version})
        yield told


class _ShadowCollector:
    def __init__(self, shadow: Shadow) -> None:
        self._shadow = shadow

    def collect(self) -> Iterator[Metric]:
        told = CounterMetricFamily(
            "lrat_rank_shadow_searches",
            "Searches that the shadow was to score: scored, dropped (it was too slow for all of "
            "them) or failed.",
            labels=["outcome"],
        )
        for outcome in ("scored", "dropped", "failed"):
            told.add_metric([outcome], getattr(self._shadow, outcome))
        yield told

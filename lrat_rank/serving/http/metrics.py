"""What an operator watches, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector

from lrat_rank.serving.batching import QueueState

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
        self.searches = Counter(
            "lrat_rank_searches",
            "Searches answered, by what became of them: ranked, shortened (the time did not "
            "suffice for the whole depth), fallback (first-stage order) or cached.",
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

    def watch(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """A gauge that is read when it is asked for."""
        Gauge(name, help_text, registry=self.registry).set_function(value)

    def watch_queue(self, state: Callable[[], QueueState]) -> None:
        """The queue before the ranker."""
        self.registry.register(_QueueCollector(state))

    def watch_version(self, version: Callable[[], str]) -> None:
        """Which ranker is served."""
        self.registry.register(_VersionCollector(version))

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
    def __init__(self, version: Callable[[], str]) -> None:
        self._version = version

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "lrat_rank_ranker", "The ranker that is served.", value={"version": self._version()}
        )

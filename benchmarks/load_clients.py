"""Clients that put a rerank server under load, and what they saw of it."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lrat_rank.models.ranker import FloatArray

ROUTE = "/rerank"
OK = 200
_TIMEOUT_S = 120


@dataclass(frozen=True)
class Asked:
    """One request, and the scores the bare ranker gives.

    Attributes:
        body: As text-embeddings-inference clients send it.
        scores: float (texts,); raw ones.
    """

    body: bytes
    scores: FloatArray

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]], scores: FloatArray) -> Asked:
        """The request for pairs that share a query."""
        asked = {"query": pairs[0][0], "texts": [text for _, text in pairs], "raw_scores": True}
        return cls(json.dumps(asked).encode(), scores)


@dataclass
class Seen:
    """What clients saw.

    Attributes:
        seconds: Each request's, from its sending to the last byte of its answer.
        errors: What went wrong: another status than 200, a lost connection, or scores that are not
            those of the bare ranker.
        took: Seconds from the first request to the last answer.
    """

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return len(self.seconds) / self.took

    def quantile(self, share: float) -> float:
        """Seconds that this share of the requests took at most."""
        return float(np.quantile(self.seconds, share))


class Client:
    """One connection that is kept open.

    Args:
        port: Of the server, on this machine.
        tolerance: How far scores may be from the bare ranker's.
    """

    def __init__(self, port: int, tolerance: float) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        self._tolerance = tolerance

    def ask(self, asked: Asked, seen: Seen) -> float:
        """Send a request and wait for the answer; its seconds."""
        started = time.perf_counter()
        try:
            headers = {"Content-Type": "application/json"}
            self._connection.request("POST", ROUTE, asked.body, headers)
            answer = self._connection.getresponse()
            status, body = answer.status, answer.read()
        except OSError as error:
            self._connection.close()
            seen.errors.append(repr(error))
            return time.perf_counter() - started
        took = time.perf_counter() - started
        seen.seconds.append(took)
        if status != OK:
            seen.errors.append(f"{status}: {body[:200]!r}")
        else:
            self._check(body, asked, seen)
        return took

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _check(self, body: bytes, asked: Asked, seen: Seen) -> None:
        scores = np.full(len(asked.scores), np.nan)
        for one in json.loads(body):
            scores[one["index"]] = one["score"]
        far = float(np.abs(scores - asked.scores).max())
        if not far <= self._tolerance:
            seen.errors.append(f"a score is {far:.3g} off the bare ranker's")


def load(
    port: int,
    requests: Sequence[Asked],
    *,
    clients: int,
    tolerance: float,
    count: int | None = None,
    seconds: float | None = None,
) -> Seen:
    """Clients who each ask again as soon as they are answered.

    Args:
        port: Of the server.
        requests: Taken in turn.
        clients: At once.
        tolerance: See `Client`.
        count: Requests in all; no limit when None.
        seconds: After which no more is asked; no limit when None.
    """
    started = time.perf_counter()
    numbers = itertools.count() if count is None else iter(range(count))
    taking = threading.Lock()
    parts = [Seen() for _ in range(clients)]

    def work(seen: Seen) -> None:
        client = Client(port, tolerance)
        while seconds is None or time.perf_counter() - started < seconds:
            with taking:
                number = next(numbers, None)
            if number is None:
                break
            client.ask(requests[number % len(requests)], seen)
        client.close()

    threads = [threading.Thread(target=work, args=(seen,)) for seen in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Seen(
        [took for seen in parts for took in seen.seconds],
        [error for seen in parts for error in seen.errors],
        time.perf_counter() - started,
    )

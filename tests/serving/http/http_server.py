"""A server on a real socket, with a ranker whose answers can be told beforehand."""

import contextlib
import threading
from collections.abc import Iterator, Sequence

import httpx
import numpy as np
import uvicorn
from overlap_index import OverlapIndex

from lrat_rank.serving import Engine, SearchTool
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.http.auth import Token
from lrat_rank.serving.http.limits import Limits
from lrat_rank.serving.http.server import configure, listen
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.text_scores import ReadingRanker, RerankService

SECRET = "open-sesame-0123456789"
POETS = ["Fish and chips.", "A poet of the coast.", "The poet sang odes by the coast."]
QUERY = "poet coast odes"


class SharedWords:
    """Scores a text by twice the query's words it holds, less 3; fails on what says `poison`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def score_pairs(self, pairs: Sequence[tuple[str, str]], account: object = None) -> np.ndarray:
        self.asked += pairs
        return np.array([self._score(*pair) for pair in pairs], dtype=np.float32)

    def score(self, lists):
        raise AssertionError("texts alone")

    def _score(self, query: str, text: str) -> float:
        if "poison" in text:
            return float("nan")
        words = text.lower().replace(".", "").split()
        return 2.0 * sum(word in words for word in query.lower().split()) - 3.0


def backend(ranker: SharedWords | None, **parts) -> Backend:
    reading = ReadingRanker(ranker.score_pairs, version="v1") if ranker else None
    return Backend(SearchTool(Engine(OverlapIndex())), RerankService(lambda: reading), **parts)


def settings(*, token: str | None = None, **changes) -> ServerSettings:
    limits = {name: changes.pop(name) for name in list(changes) if name in Limits.__struct_fields__}
    return ServerSettings(token=Token(token) if token else None, limits=Limits(**limits), **changes)


@contextlib.contextmanager
def running(service: Backend, chosen: ServerSettings | None = None) -> Iterator[str]:
    """The address of a server, for as long as the block lasts."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(configure(service, chosen or ServerSettings()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
        assert not thread.is_alive()


def post(address: str, path: str, body, **more) -> httpx.Response:
    return httpx.post(address + path, json=body, timeout=30, **more)


def sigmoid(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))

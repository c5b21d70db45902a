"""An OpenAI-compatible endpoint in this process, which behaves as a test tells it to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lrat_rank.llm import Retrying

KEY = "sk-do-not-tell-anyone-7c1f"
KEY_ENV = "TEST_LLM_KEY"
QUICK = Retrying(tries=3, wait=0.001, longest_wait=0.002, request_timeout=2.0, total_time=5.0)


@dataclass
class Asked:
    """One request as it came in."""

    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def user(self) -> str:
        return next(m["content"] for m in self.body["messages"] if m["role"] == "user")


@dataclass
class Answer:
    """What goes back: `body` as it is, or a completion that says `text`."""

    text: str = "WHY: it quotes the page\nVERDICT: USES"
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    usage: dict[str, int] | None = field(
        default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 10}
    )
    delay: float = 0.0
    hang_up: bool = False
    dribble: float = 0.0
    dribbled_headers: int = 0
    promised: int = 0

    def bytes(self) -> bytes:
        if self.body is not None:
            return self.body
        choice = {"message": {"content": self.text}, "finish_reason": self.finish}
        return json.dumps({"choices": [choice], "usage": self.usage}).encode()


def problem(status: int, **error: str) -> Answer:
    return Answer(status=status, body=json.dumps({"error": error}).encode())


class Endpoint:
    """Answers with what `behave(number, asked)` gives, numbered from 1."""

    def __init__(self, behave: Callable[[int, Asked], Answer]) -> None:
        self.behave = behave
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @contextmanager
    def serving(self) -> Iterator["Endpoint"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def _enter(self, asked: Asked) -> int:
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            return len(self.asked)

    def _leave(self) -> None:
        with self._lock:
            self._at_once -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked = Asked(json.loads(body), {k.lower(): v for k, v in self.headers.items()})
                number = endpoint._enter(asked)
                answer = endpoint.behave(number, asked)
                time.sleep(answer.delay)
                # Before the reply: whoever has it may ask again sooner than this thread goes on.
                endpoint._leave()
                with suppress(OSError):
                    self._answer(answer)

            def _answer(self, answer: Answer) -> None:
                if answer.hang_up:
                    return
                body = answer.bytes()
                self.send_response(answer.status)
                for number in range(answer.dribbled_headers):
                    self.send_header(f"X-{number}", "a")
                    self.flush_headers()
                    time.sleep(answer.dribble)
                headers = {"Content-Type": "application/json", **answer.headers}
                headers["Content-Length"] = str(answer.promised or len(body))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                step = 1 if answer.dribble else len(body) or 1
                for at in range(0, len(body), step):
                    self.wfile.write(body[at : at + step])
                    self.wfile.flush()
                    time.sleep(answer.dribble)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

"""The HTTP server's run: from a listening socket to the last answer."""

from __future__ import annotations

import faulthandler
import signal
import socket
from types import FrameType

import uvicorn

from lrat_rank.errors import InputError
from lrat_rank.progress import say
from lrat_rank.serving.backend import Backend
from lrat_rank.serving.http.app import create_app
from lrat_rank.serving.http.logs import start_logging
from lrat_rank.serving.http.settings import ServerSettings
from lrat_rank.serving.http.slow_clients import impatient

_LONGEST_HEAD = 64 * 1024
_WAITING_CONNECTIONS = 512


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; clients that connect wait until the server runs.

    Raises:
        InputError: The port is taken, or the host is not one of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=_WAITING_CONNECTIONS)
        # Connections take it from here. Without it the body of an answer waits until the client
        # has acknowledged its head, which on a kept connection takes a client on Linux 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise InputError(
            "port", must="free to listen on", got=f"{port} ({error.strerror})", where=host
        ) from error


def configure(backend: Backend, settings: ServerSettings) -> uvicorn.Config:
    """How uvicorn is to run the application."""
    limits = settings.limits
    return uvicorn.Config(
        create_app(backend, settings),
        http=impatient(limits),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=int(limits.idle_s) or 1,
        timeout_graceful_shutdown=int(limits.drain_s) or 1,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )


def serve_http(backend: Backend, settings: ServerSettings, listening: socket.socket) -> None:
    """Answer until SIGTERM or SIGINT; what was begun is finished first, and the backend closed.

    Args:
        backend: What is answered from.
        settings: See `ServerSettings`.
        listening: From `listen`, for the address in the settings.
    """
    start_logging()
    # The system ends a process whose mapped files are cut short; this says so on standard error.
    faulthandler.enable()
    server = uvicorn.Server(configure(backend, settings))
    # uvicorn stops at these, and raises them again when it has: that is the end we want.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    port = listening.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"Serving {backend.tool.name} at http://{host}:{port} (Ctrl-C stops it).")
    server.run(sockets=[listening])


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)

"""Many clients that send a byte now and then: everybody else is served, and they are cut."""

import contextlib
import socket
import threading
import time

from http_server import POETS, QUERY, SharedWords, backend, post, running, settings

SLOW = 120
PATIENCE_S = 2.0


def crowd(address):
    """Slow clients, half of them within their head and half within their body."""
    port = int(address.rpartition(":")[2])
    clients = []
    for number in range(SLOW):
        one = socket.create_connection(("127.0.0.1", port), timeout=60)
        one.sendall(b"POST /v2/rerank HTTP/1.1\r\nHost: localhost\r\n")
        if number % 2:
            one.sendall(b"Content-Type: application/json\r\nContent-Length: 99999\r\n\r\n{")
        clients.append(one)
    return clients


def trickle(clients, enough):
    while not enough.wait(0.1):
        for one in clients:
            with contextlib.suppress(OSError):
                one.sendall(b"a")


def is_cut(connection):
    """Whether the server closes the connection, be it after telling why."""
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        while connection.recv(65536):
            pass
    return True


def test_they_are_cut_and_keep_nobody_waiting():
    limits = settings(head_s=PATIENCE_S, body_s=PATIENCE_S, concurrency=4, connections=SLOW + 20)
    enough = threading.Event()
    with running(backend(SharedWords()), limits) as address:
        clients = crowd(address)
        trickling = threading.Thread(target=trickle, args=(clients, enough))
        trickling.start()
        try:
            for _ in range(20):
                began = time.monotonic()
                reply = post(address, "/v2/rerank", {"query": QUERY, "documents": POETS})
                assert reply.status_code == 200
                assert time.monotonic() - began < 10
            began = time.monotonic()
            assert all(is_cut(one) for one in clients)
            assert time.monotonic() - began < 30  # sent to the end, the bodies would take hours
        finally:
            enough.set()
            trickling.join(60)
            for one in clients:
                one.close()
        # More than there is room for beside them: their places are free again.
        with contextlib.ExitStack() as opened:
            port = int(address.rpartition(":")[2])
            for _ in range(SLOW):
                opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            good = {"query": QUERY, "documents": POETS}
            assert post(address, "/v2/rerank", good).status_code == 200

"""A body that no route reads is waited for no longer than one that is read."""

import time

import pytest
from http_server import SharedWords, backend, running, settings
from test_slow_and_many_clients import connected


def closed_within(seconds, connection):
    """Whether the other end closes the connection while a byte comes now and then."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            connection.sendall(b" ")
        except (ConnectionResetError, BrokenPipeError):
            return True
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_bytes_of_a_body_that_come_one_by_one_keep_no_connection(method):
    head = f"{method} /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
    with (
        running(backend(SharedWords()), settings(body_s=1)) as address,
        connected(address) as slow,
    ):
        slow.sendall(head.encode())
        assert closed_within(15, slow)

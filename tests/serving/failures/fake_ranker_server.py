"""A server whose ranker counts shared words; as a program: PORT, then the log's folder."""

import sys
from pathlib import Path

from http_server import SharedWords, backend, settings

from lrat_rank.serving.http.server import listen, serve_http
from lrat_rank.serving.journal import Journal


def main(port: int, log: Path) -> None:
    journal = Journal(log)
    service = backend(SharedWords(), journal=journal, closers=(journal.close,))
    with listen("127.0.0.1", port) as listening:
        serve_http(service, settings(port=port), listening)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

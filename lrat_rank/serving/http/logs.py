"""The server's log on standard error, without what must not stand in a log."""

from __future__ import annotations

import logging
import re
import sys

LOGGER = "lrat_rank.serving.http"

_BEARER = re.compile(r"(?i)(bearer|basic)(\s+|%20|\\x20)[^\s'\",)\]}]+")
_FIELD = re.compile(
    r"(?i)((?:api[-_]?key|token|secret|password)[\"']?\s*[:=]\s*[\"']?)[^\s'\"&,)\]}]+"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


def redacted(text: str) -> str:
    """A line for the log, without tokens and without characters that forge further lines.

    >>> redacted("Authorization: Bearer abcdef")
    'Authorization: Bearer [redacted]'
    >>> redacted("/documents/a?token=abc&k=3")
    '/documents/a?token=[redacted]&k=3'
    """
    text = _BEARER.sub(r"\1\2[redacted]", text)
    text = _FIELD.sub(r"\1[redacted]", text)
    return _CONTROL.sub("�", text)


class RedactingFormatter(logging.Formatter):
    """Writes records and their tracebacks without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text."""
        return redacted(super().format(record))


def start_logging(level: int = logging.INFO) -> None:
    """Write the logs of this package and what it is built on to standard error; safe to repeat."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name in ("lrat_rank", "uvicorn", "mcp"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    logging.getLogger("uvicorn.access").handlers = []
    for name in ("uvicorn", "mcp"):
        logging.getLogger(name).setLevel(logging.WARNING)

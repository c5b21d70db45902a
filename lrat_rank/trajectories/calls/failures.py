"""Outputs that say a tool failed, told from pages that only speak of failing.

What a tool says of its own failure is short, and begins as such sentences do. A long text with the
same beginning is a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONGEST = 500
"""Characters of a failure; the address that was asked for may stand in it."""
_NOTHING = re.compile(r"\s*(?:null|none)?\s*\Z", re.IGNORECASE)
_ERROR = re.compile(
    r"""\s*(?:
        \[?(?:search\s|tool\s)?error(?:\s*[:\]]
            |\s(?:executing|retrieving|calling|fetching|reading|while|for|in)\b)
      | (?:\[\w+\]\s*)?invalid\ request\b
      | \[document\ not\ found\]
      | document\b[^\n]{0,300}\bnot\ found\W*\Z
      | traceback\ \(most\ recent
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_REASONS = r"""(?:
    bad\ request | unauthori[sz]ed | payment\ required | forbidden | not\ found | not\ acceptable
  | method\ not\ allowed | request\ time-?out | gone | unavailable\ for\ legal\ reasons
  | too\ many\ requests | internal\ (?:server\ )?error | not\ implemented | bad\ gateway
  | service\ (?:temporarily\ )?unavailable | gateway\ time-?out | (?:client|server)\ error
)"""
_END = r"(?=\W*\Z|\s*[.:;,!(\n<\[–—-]|\s+(?:for|from|while|when|on|at|after)\b)"
"""What may follow the name of an error; in a sentence about it a verb follows."""
_FAILURE = re.compile(
    rf"""(?:<[^<>\n]{{0,80}}>\s*){{0,8}}[\#*\s]*(?:
        (?:https?(?:/\d(?:\.\d)?)?\ )?(?:(?:error|status)(?:\ code)?[ :]{{1,2}})?
            [45]\d\d[ :.–—-]{{0,3}}{_REASONS}{_END}
      | https?(?:/\d(?:\.\d)?)?\ ?(?:error|status)?(?:\ code)?[ :]{{0,2}}[45]\d\d{_END}
      | (?:error|status)(?:\ code)?[ :]{{1,2}}[45]\d\d{_END}
      | (?:(?:the|this|page|url|web\ ?page|document|resource|file|site)\ ){{0,2}}
            (?:not\ found|(?:is\ |was\ )?forbidden|access\ denied|unauthori[sz]ed)\W*\Z
      | (?:i\ |we\ |tool\ )?(?:failed|unable)\ to
            [ ](?:fetch|load|open|retrieve|access|download|get|read|scrape|crawl|connect)\b
      | (?:i\ |we\ )?(?:could\ not|couldn['’]t|cannot|can['’]t|can\ not)
            [ ](?:fetch|load|open|retrieve|access|download|scrape|crawl|connect)\b
      | (?:connection|request|operation|read|navigation)?[ ]?time-?out(?:\W*\Z|\s*[:(]
            |\ (?:after|while|error|exceeded)\b)
      | [^\n]{{0,300}}\btimed\ out(?:\ after\ [\d.]+\ ?\w*)?\W*\Z
      | (?-i:\w[\w.]*(?:Error|Exception|Timeout)|Exception)(?:\([^\n]*\))?(?::|\W*\Z)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_FAILED = frozenset({"error", "errored", "fail", "failed", "failure", "timeout"})
_STATUS_KEYS = ("status", "status_code", "statusCode")
_FLAGS = ("success", "ok")
_WORDS = ("detail", "message")


def says_nothing(text: str) -> bool:
    """Whether a text holds nothing, or says so."""
    return bool(_NOTHING.match(text))


def says_failed(text: str) -> bool:
    """Whether a text is what a tool says instead of a page or a list.

    >>> says_failed("404 Not Found"), says_failed("404 not found is what servers say.")
    (True, False)
    """
    return bool(_ERROR.match(text)) or is_failure(text)


def is_failure(text: str) -> bool:
    """Whether a text is short and says no more than that something failed."""
    body = text.strip()
    return len(body) <= _LONGEST and bool(_FAILURE.match(body))


def record_says_failed(value: object) -> bool:
    """Whether an object is an error: by its `error`, its status or flag, or in words.

    >>> record_says_failed({"detail": "Not found"}), record_says_failed({"success": False})
    (True, True)
    >>> record_says_failed({"status": "ok", "message": "Found 3."})
    False
    """
    if not isinstance(value, Mapping):
        return False
    if value.get("error") or any(value.get(key) is False for key in _FLAGS):
        return True
    if any(_is_failed_status(value.get(key)) for key in _STATUS_KEYS):
        return True
    words = (value.get(key) for key in _WORDS)
    return any(isinstance(text, str) and says_failed(text) for text in words)


def _is_failed_status(status: object) -> bool:
    if isinstance(status, str):
        return status.casefold() in _FAILED
    return isinstance(status, int) and 400 <= status < 600


def is_short(text: str) -> bool:
    """Whether a text is no longer than what tools say of a failure."""
    return len(text.strip()) <= _LONGEST

"""What the files of a search log are called: each process has its own, numbered as they fill."""

from __future__ import annotations

import re

_NAME = re.compile(r"journal-\d{8}T\d{6}Z-[0-9a-f]+-\d+\.jsonl(\.gz)?")


def journal_name(moment: str, process: str, number: int) -> str:
    """The name of one file.

    Args:
        moment: When the process began to write, in UTC, as `20260131T235959Z`.
        process: Hexadecimal digits that no other process has.
        number: Of the file among those of the process, from 1.

    >>> journal_name("20260131T235959Z", "0a1b", 2)
    'journal-20260131T235959Z-0a1b-00002.jsonl'
    """
    return f"journal-{moment}-{process}-{number:05}.jsonl"


def is_journal(name: str) -> bool:
    """Whether a file name is that of a search log, packed or not.

    >>> is_journal("journal-20260131T235959Z-0a1b-00002.jsonl.gz"), is_journal("journal.jsonl")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None

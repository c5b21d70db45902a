"""The forms a run file can have, by name, and how they are told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lrat_rank.collections.runs.model import Run
from lrat_rank.collections.runs.ms_marco import counts_from_one, ms_marco_lines, read_ms_marco
from lrat_rank.collections.runs.nested_json import (
    mteb_lines,
    nested_json_lines,
    read_nested_json,
)
from lrat_rank.collections.runs.trec import read_trec, trec_lines
from lrat_rank.registry import Registry

AUTO = "auto"
_HEAD_BYTES = 1 << 16
_LIKE_JSON = re.compile(r"\s*(\{|\[\s*[\[\]{\"])")


@dataclass(frozen=True, slots=True)
class RunFormat:
    """One form of run files.

    Attributes:
        summary: What it looks like, in a line.
        read: From the unpacked bytes and the file's name.
        lines: The lines to write.
        parted: Whether a file may hold several runs, of which `part` names one.
    """

    summary: str
    read: Callable[..., Run]
    lines: Callable[[Run], Iterator[str]]
    parted: bool = False


RUN_FORMATS: Registry[RunFormat] = Registry("run format")
RUN_FORMATS.add(
    "trec", RunFormat("six columns: query_id Q0 doc_id rank score tag", read_trec, trec_lines)
)
RUN_FORMATS.add(
    "beir",
    RunFormat("JSON {query_id: {doc_id: score}}", read_nested_json, nested_json_lines, parted=True),
)
RUN_FORMATS.add(
    "ranx",
    RunFormat("the same JSON, as ranx saves it", read_nested_json, nested_json_lines, parted=True),
)
RUN_FORMATS.add(
    "mteb",
    RunFormat(
        "MTEB's predictions {subset: {split: {query_id: {doc_id: score}}}}",
        read_nested_json,
        mteb_lines,
        parted=True,
    ),
)
RUN_FORMATS.add(
    "msmarco",
    RunFormat("three columns: query_id doc_id rank", read_ms_marco, ms_marco_lines),
)


def sniffed(data: bytes) -> str:
    r"""The name of the format that a file's beginning looks like; "trec" where none is clear.

    >>> sniffed(b'{"q": {"d": 1.0}}'), sniffed(b"q\td\t1\nq\te\t2\n"), sniffed(b"q Q0 d 1 2 t")
    ('beir', 'msmarco', 'trec')
    """
    head = data[:_HEAD_BYTES].decode("utf-8-sig", errors="replace")
    if _LIKE_JSON.match(head):
        return "beir"
    whole_lines = head.split("\n")[: -1 if len(data) > _HEAD_BYTES else None]
    fields = [line.split() for line in whole_lines if line.strip()]
    return "msmarco" if counts_from_one(fields) else "trec"

"""Right answers by question, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lrat_rank.collections.corpus import string_id
from lrat_rank.collections.topics import ID_FIELDS
from lrat_rank.errors import InputError
from lrat_rank.files import iter_jsonl

_ALIAS_FIELDS = ("answer_aliases", "aliases")


def read_answers(path: Path | str) -> dict[str, tuple[str, ...]]:
    """Read JSON Lines `{"_id" | "query_id" | "id", "answer"}`; `hops.jsonl` is such a file.

    `answer` is a text or a list of texts that are all right; further ones may stand in a list under
    `answer_aliases` or `aliases`. Other fields are not read.

    Raises:
        InputError: A line has no id or no answer, or an id comes twice; file and line are named.
    """
    answers: dict[str, tuple[str, ...]] = {}
    for number, record in iter_jsonl(path, "answers"):
        where = f"{path}:{number}"
        question_id = string_id(record, ID_FIELDS, "answers line", where)
        if question_id in answers:
            raise InputError(
                "question id", must="unique", got=f"{question_id!r} again", where=where
            )
        answers[question_id] = _texts(record, where)
    return answers


def _texts(record: dict[str, Any], where: str) -> tuple[str, ...]:
    given = [record.get("answer"), *(record.get(field) for field in _ALIAS_FIELDS)]
    texts = [text for one in given for text in (one if isinstance(one, list) else [one])]
    known = [str(text).strip() for text in texts if isinstance(text, str | int | float)]
    found = tuple(dict.fromkeys(text for text in known if text))
    if not found:
        raise InputError(
            "answers line",
            must="an object with a text, or a list of texts, under 'answer'",
            got=f"the fields {', '.join(record)}",
            where=where,
        )
    return found

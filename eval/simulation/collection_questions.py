"""Questions over any collection: from files of sub-questions, or from topics and qrels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lrat_rank.collections import Qrels
from lrat_rank.collections.corpus import string_id
from lrat_rank.errors import InputError
from lrat_rank.eval.simulation.query_forms import content_words, is_function_word
from lrat_rank.eval.simulation.questions import Hop, Question
from lrat_rank.files import iter_jsonl

_JOINED = r"(?: (?:(?:of|the|and|de) )*[A-Z0-9][\w.'’&-]*)*"
_NAME = re.compile(rf"\b[A-Z][\w.'’&-]*{_JOINED}")


def questions_from_hops(path: Path | str) -> list[Question]:
    """Read questions whose sub-questions are known, one a line of JSON Lines.

    A line is `{"_id", "question", "answer", "hops": [{"query", "docid", "answer"}]}`; `docid` is
    one id or a list of them, and `answer` of the last hop is the answer of the question. The
    subject of a sub-question is the answer of an earlier hop where one stands in it (the longest
    one), else its longest name, else its longest run of words that carry meaning.

    Raises:
        InputError: A line has another shape, or an id comes twice; file and line are named.
    """
    questions: dict[str, Question] = {}
    for number, record in iter_jsonl(path, "hops"):
        where = f"{path}:{number}"
        question_id = string_id(record, ("_id",), "hops line", where)
        if question_id in questions:
            raise InputError("_id", must="unique", got=f"{question_id!r} again", where=where)
        text = _wording(_text(record, "question", where), where)
        questions[question_id] = Question(question_id, text, _hops(record, where))
    return list(questions.values())


def _text(record: Mapping[str, Any], name: str, where: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(name, must="text", got=repr(value), where=where)
    return value.strip()


def _wording(text: str, where: str) -> str:
    if not any(sign.isalnum() for sign in text):
        raise InputError("question", must="worded, with a letter or digit", got=text, where=where)
    return text


def _hops(record: Mapping[str, Any], where: str) -> tuple[Hop, ...]:
    steps = record.get("hops")
    if not isinstance(steps, list) or not steps or not all(isinstance(s, dict) for s in steps):
        raise InputError("hops", must="a list of objects, at least one", got=steps, where=where)
    hops: list[Hop] = []
    for number, step in enumerate(steps, start=1):
        place = f"{where}, hop {number}"
        query = _wording(_text(step, "query", place), place)
        subject, follows = _subject(query, [hop.answer for hop in hops])
        hops.append(
            Hop(
                query=query,
                doc_ids=_doc_ids(step, place),
                answer=_text(step, "answer", place),
                subject=subject,
                follows=follows,
                labelled=True,
            )
        )
    return tuple(hops)


def _doc_ids(step: Mapping[str, Any], where: str) -> tuple[str, ...]:
    given = step.get("docid")
    ids = given if isinstance(given, list) else [given]
    if not ids:
        raise InputError("docid", must="one id or more", got="an empty list", where=where)
    return tuple(dict.fromkeys(string_id({"docid": one}, ("docid",), "hop", where) for one in ids))


def _subject(query: str, answers: Sequence[str]) -> tuple[str, int]:
    """What a sub-question asks about, and how many hops back that was found (0: nowhere).

    >>> _subject("Who founded Kelm Mills ?", ["Kelm", "Kelm Mills"])
    ('Kelm Mills', 1)
    >>> _subject("When did the USSR fall?", ["US"])
    ('USSR', 0)
    >>> _subject("What is the name of the mill in Kelm?", [])
    ('Kelm', 0)
    """
    known = [
        (len(answer), back)
        for back, answer in enumerate(answers[::-1], 1)
        if re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", query)
    ]
    if known:
        _, back = max(known, key=lambda pair: (pair[0], -pair[1]))
        return answers[-back], back
    return _longest_name(query) or _longest_run(query), 0


def _longest_name(text: str) -> str:
    """The longest capitalised phrase that is more than the first word of a question; or empty."""
    names = [name.rstrip(".'’&-") for name in _NAME.findall(text)]
    trimmed = [_without_question_word(name) for name in names]
    return max(trimmed, key=len, default="")


def _without_question_word(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if is_function_word(first) else name


def _longest_run(text: str) -> str:
    """The longest run of words that carry meaning, as it stands in the text."""
    runs: list[list[str]] = [[]]
    for word in text.split():
        if is_function_word(word.strip("?.,:;!\"'()")):
            runs.append([])
        else:
            runs[-1].append(word)
    return max((" ".join(run) for run in runs), key=len).strip("?.,:;!\"'()") or text


def questions_from_qrels(
    topics: Mapping[str, str], qrels: Qrels, *, aspects: int = 3
) -> list[Question]:
    """Make a question of each topic that has relevant documents.

    Such a collection knows neither sub-questions nor answers. The question is right when as many
    different relevant documents were read as it has hops: the topic as it stands is the first
    sub-question, the others are runs of its words that carry meaning. Any relevant document answers
    any of them, once.

    Args:
        topics: query_id → text.
        qrels: Grades; a document with a grade above 0 is evidence.
        aspects: Hops of a question, at least 1; fewer where there are fewer relevant documents or
            words.

    Raises:
        InputError: `aspects` is below 1, no topic has a relevant document, or one that has is
            worded without a letter or digit.
    """
    if aspects < 1:
        raise InputError("aspects", must="at least 1", got=aspects)
    questions = []
    for query_id, text in topics.items():
        relevant = tuple(doc for doc, grade in qrels.get(query_id, {}).items() if grade > 0)
        if relevant:
            wording = _wording(text, f"query {query_id}")
            hops = tuple(_aspects(wording, relevant, min(aspects, len(relevant))))
            questions.append(Question(query_id, text, hops))
    if not questions:
        got = f"none among {len(topics)} topics and {len(qrels)} judged queries"
        raise InputError("topics", must="some that have relevant documents", got=got)
    return questions


def _aspects(text: str, relevant: tuple[str, ...], count: int) -> Iterator[Hop]:
    subject, _ = _subject(text, [])
    yield Hop(text, relevant, answer="", subject=subject, follows=0, labelled=True)
    words = content_words(text)
    parts = min(count - 1, len(words))
    for number in range(parts):
        run = words[number * len(words) // parts : (number + 1) * len(words) // parts]
        part = " ".join(run)
        yield Hop(part, relevant, answer="", subject=part, follows=0, labelled=True)

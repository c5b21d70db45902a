"""What a record of messages says about its run beside the steps: question, outcome, names.

Loggers put these at the top level or in a `metadata` object, under a few usual names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lrat_rank.trajectories.payloads import plain_id

_NAMES = ("query_id", "qid", "question_id", "task_id", "id")
_QUESTIONS = ("question", "query", "problem")
_TASKS = ("task", "input", "prompt")
_STATUSES = ("status", "termination")
_AGENTS = ("model", "agent", "model_name", "agent_name")
_RETRIEVERS = ("searcher_type", "retriever", "search_engine")
_OUTCOMES = ("correct", "is_correct")
_JUDGES = ("judge_result", "judge", "judgement", "judgment", "evaluation")
_WORDS = {"correct": True, "yes": True, "true": True, "incorrect": False, "wrong": False,
          "no": False, "false": False}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunFacts:
    """See `Trajectory`, whose fields these become."""

    question: str = ""
    status: str | None = None
    correct: bool | None = None
    answer: str | None = None
    agent: str = ""
    retriever: str = ""


def run_name(record: object) -> str | None:
    """The query id or the like, or None."""
    if not isinstance(record, Mapping):
        return None
    names = (plain_id(place.get(key)) for key in _NAMES for place in _places(record))
    return next((name for name in names if name), None)


def run_facts(record: object) -> RunFacts:
    """The facts of a run; a record that is not an object has none.

    >>> run_facts({"query": "Who?", "metadata": {"model": "m"}, "judge": {"correct": True}})
    RunFacts(question='Who?', status=None, correct=True, answer=None, agent='m', retriever='')
    """
    if not isinstance(record, Mapping):
        return RunFacts()
    return RunFacts(
        question=question_of(record),
        status=_text(record, _STATUSES),
        correct=_correct(record),
        answer=_text(record, ("answer",)),
        agent=_text(record, _AGENTS) or "",
        retriever=_text(record, _RETRIEVERS) or "",
    )


def question_of(record: object, asked: str = "") -> str:
    """What the run was to find: the record's question, or `asked`, the first message of a user.

    A task, input or prompt often names the data set or instructs the agent, so it stands in only
    where nobody asked anything.

    >>> question_of({"question": "Who?"}, "Go."), question_of({"task": "hotpotqa"}, "Who?")
    ('Who?', 'Who?')
    """
    if not isinstance(record, Mapping):
        return asked
    named = (_text(record, _QUESTIONS) or "").strip()
    return named or asked or (_text(record, _TASKS) or "").strip()


def _places(record: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield record
    metadata = record.get("metadata")
    if isinstance(metadata, Mapping):
        yield metadata


def _text(record: Mapping[str, object], keys: tuple[str, ...]) -> str | None:
    for place in _places(record):
        for key in keys:
            value = place.get(key)
            if isinstance(value, Mapping):
                value = value.get("name")
            if isinstance(value, str):
                return value
    return None


def _correct(record: Mapping[str, object]) -> bool | None:
    said = (_outcome(place.get(key)) for place in _places(record) for key in _OUTCOMES)
    judged = (_judged(place.get(key)) for place in _places(record) for key in _JUDGES)
    return next((value for values in (said, judged) for value in values if value is not None), None)


def _judged(value: object) -> bool | None:
    if isinstance(value, Mapping):
        said = (_outcome(value.get(key)) for key in _OUTCOMES)
        return next((outcome for outcome in said if outcome is not None), None)
    return _outcome(value)


def _outcome(value: object) -> bool | None:
    if isinstance(value, str):
        return _WORDS.get(value.strip().lower())
    return value if isinstance(value, bool) else None

"""Writes trajectories as BrowseComp-Plus run JSON, such that reading gives them back.

Search outputs are JSON lists of `{docid, score, snippet}`, as the BrowseComp-Plus server returns
them; `rank` is added only where places were left out. A document is `{docid, text}`; a failed call
is an object with `error`. `metadata.trajectory_id` keeps the id whatever the file is called.

Times, batches, the marks of reasoning and the propensities of a randomised order are fields that
BrowseComp-Plus does not have; they are written only where they are known.

What does not come back, because no reader could tell it: the `source`, impressions of a search
that failed, ids with white space at their ends, ids that a list or a visit names twice, scores
that are not finite, and blank reasoning or answers.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lrat_rank.errors import InputError
from lrat_rank.files import write_json
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    Impression,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

_LONGEST_NAME = 150

Step = dict[str, Any]


def browsecomp_run(trajectory: Trajectory, *, k: int | None = None) -> dict[str, Any]:
    """One run as BrowseComp-Plus logs it, ready for JSON.

    Args:
        trajectory: The run.
        k: Length of the lists the tool showed, noted in the metadata.
    """
    steps = [_STEPS[type(turn)](turn) for turn in trajectory.turns]
    calls = [turn for turn in trajectory.turns if not isinstance(turn, Reasoning | Answer)]
    metadata: dict[str, Any] = {
        "model": trajectory.agent,
        "searcher_type": trajectory.retriever,
        "trajectory_id": trajectory.trajectory_id,
    }
    metadata |= _known({"arm": trajectory.arm or None, "k": k})
    return {
        "metadata": metadata,
        "query_id": trajectory.question_id or trajectory.trajectory_id,
        "query": trajectory.question,
        "tool_call_counts": dict(Counter(_tool(turn) for turn in calls if not _failed(turn))),
        "tool_call_counts_all": dict(Counter(_tool(turn) for turn in calls)),
        "status": trajectory.status,
        "retrieved_docids": sorted(set(_retrieved(trajectory))),
        "result": steps,
        "answer": trajectory.answer,
        "correct": trajectory.correct,
    }


def write_trajectory(
    folder: Path | str,
    trajectory: Trajectory,
    *,
    k: int | None = None,
) -> Path:
    """Write one run into a folder, whole or not at all; a run of the same id is replaced.

    Returns:
        The file, named by `file_name`.

    Raises:
        InputError: The trajectory has no id.
    """
    path = Path(folder) / file_name(trajectory.trajectory_id)
    write_json(path, browsecomp_run(trajectory, k=k))
    return path


def file_name(trajectory_id: str) -> str:
    """A file name for an id: different ids never share one, and no id leaves the folder.

    >>> file_name("demo-10"), file_name("sub/10"), file_name("..")
    ('demo-10.json', 'sub%2F10.json', '%2E..json')

    Raises:
        InputError: The id is empty.
    """
    if not trajectory_id.strip():
        raise InputError("trajectory_id", must="a name", got=repr(trajectory_id))
    name = quote(trajectory_id, safe="#@+=,~")
    if name.startswith("."):  # a leading dot hides the file, from the reader too
        name = "%2E" + name[1:]
    if len(name) > _LONGEST_NAME:
        digest = hashlib.sha1(trajectory_id.encode(), usedforsecurity=False).hexdigest()
        name = f"{name[:_LONGEST_NAME]}-{digest}"
    return f"{name}.json"


def _step(kind: str, output: object, *, tool: str | None = None, arguments: object = None) -> Step:
    return {
        "type": kind,
        "tool_name": tool,
        "arguments": None if arguments is None else _json(arguments),
        "output": output,
    }


def _reasoning(turn: Reasoning) -> Step:
    marks = {"truncated": turn.truncated or None, "withheld": turn.withheld or None}
    return _step("reasoning", turn.text) | _known(marks)


def _answer(turn: Answer) -> Step:
    return _step("output_text", turn.text) | _known({"at": turn.at})


def _known(fields: dict[str, Any]) -> Step:
    """The fields that hold something."""
    return {key: value for key, value in fields.items() if value is not None}


def _place(turn: Search | Browse | OtherCall) -> Step:
    return _known({"batch": turn.batch, "at": turn.at})


def _search(turn: Search) -> Step:
    query = [turn.query, *turn.other_queries] if turn.other_queries else turn.query
    output = {"error": "the search failed"} if turn.failed else _shown(turn.impressions)
    step = _step("tool_call", _json(output), tool=_tool(turn), arguments={"query": query})
    return step | _place(turn)


def _shown(impressions: tuple[Impression, ...]) -> list[dict[str, Any]]:
    in_place = all(shown.rank == place for place, shown in enumerate(impressions, start=1))
    hits = []
    for shown in impressions:
        hit = {
            "docid": shown.doc_id,
            "rank": None if in_place else shown.rank,
            "score": shown.score,
            "snippet": shown.snippet,
            "propensity": shown.propensity,
        }
        hits.append(_known(hit))
    return hits


def _browse(turn: Browse) -> Step:
    ids = [turn.doc_id, *turn.also]
    output: object
    if turn.failed:
        output = {"docid": ids, "error": "the document was not found"}
    else:
        first = {"docid": turn.doc_id}
        if turn.text is not None:
            first["text"] = turn.text
        output = [first, *({"docid": doc_id} for doc_id in turn.also)] if turn.also else first
    arguments = {"docid": ids if turn.also else turn.doc_id}
    step = _step("tool_call", _json(output), tool=_tool(turn), arguments=arguments)
    return step | _place(turn) | _known({"returned": turn.returned})


def _other(turn: OtherCall) -> Step:
    return _step("tool_call", None, tool=turn.tool) | _place(turn)


def _tool(turn: Turn) -> str:
    if isinstance(turn, OtherCall):
        return turn.tool
    return "search" if isinstance(turn, Search) else "get_document"


def _failed(turn: Turn) -> bool:
    return isinstance(turn, Search | Browse) and turn.failed


def _retrieved(trajectory: Trajectory) -> Iterator[str]:
    for turn in trajectory.turns:
        if isinstance(turn, Search) and not turn.failed:
            yield from (shown.doc_id for shown in turn.impressions)
        elif isinstance(turn, Browse) and not turn.failed:
            yield turn.doc_id


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_STEPS: dict[type[Turn], Callable[[Any], Step]] = {
    Reasoning: _reasoning,
    Answer: _answer,
    Search: _search,
    Browse: _browse,
    OtherCall: _other,
}

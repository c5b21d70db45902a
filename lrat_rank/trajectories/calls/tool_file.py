"""The mapping file: what a house's own tools do, told in TOML.

    ignore = ["think"]

    [search.kb_lookup]
    query = "q"                 # into the arguments
    results = "payload.items"   # into the output, to the list
    doc_id = "ref"              # into each result
    snippet = "passage"
    score = "sim"

    [browse.kb_read]
    doc_id = "ref"              # into the arguments
    text = "payload.body"       # into the output

Every field may be left out, an empty table `[search.ask]` too: what is not said is looked for under
the usual names. A tool stands in one place only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from lrat_rank.errors import InputError
from lrat_rank.files import existing_file
from lrat_rank.registry import nearest
from lrat_rank.trajectories.calls.tool_map import BrowseRule, SearchRule, ToolMap

_WHAT = "tool mapping"
_SECTIONS = ["search", "browse", "ignore"]

Rule = TypeVar("Rule", SearchRule, BrowseRule)


def read_tool_map(path: Path | str) -> ToolMap:
    """Read a mapping file.

    Raises:
        InputError: The file is missing or no TOML, holds a key that is not known (the nearest is
            suggested) or a value of a wrong type, says nothing, or names a tool twice.
    """
    table = _toml(existing_file(path, _WHAT))
    _known(table, _SECTIONS, where=str(path))
    searches = _rules(SearchRule, table.get("search", {}), f"{path}: [search]")
    browses = _rules(BrowseRule, table.get("browse", {}), f"{path}: [browse]")
    ignored = _ignored(table.get("ignore", []), f"{path}: ignore")
    named = [*searches, *browses, *ignored]
    if not named:
        raise InputError(_WHAT, must="rules for at least one tool", got="none", where=path)
    twice = next((tool for tool in named if named.count(tool) > 1), None)
    if twice is not None:
        raise InputError(
            _WHAT, must="one place for each tool", got=f"{twice!r} more than once", where=path
        )
    return ToolMap(searches, browses, frozenset(ignored))


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(_WHAT, must="TOML", got=str(error), where=path) from error
    except UnicodeDecodeError as error:
        raise InputError(_WHAT, must="UTF-8 text", got="something else", where=path) from error
    except OSError as error:
        raise InputError(
            _WHAT, must="a file that can be read", got=error.strerror or error, where=path
        ) from error


def _rules(kind: type[Rule], section: object, where: str) -> dict[str, Rule]:
    """The rules of a section, by tool."""
    known = [field.name for field in fields(kind)]
    rules: dict[str, Rule] = {}
    for tool, entries in _table(section, where).items():
        place = f"{where[:-1]}.{tool}]"
        entries = _table(entries, place)
        _known(entries, known, where=place)
        rules[tool] = kind(**{name: _path(name, entry, place) for name, entry in entries.items()})
    return rules


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InputError(
            _WHAT,
            must="a table",
            got=repr(value),
            where=where,
            do='Write it like this: [search.my_tool] and, below, query = "q".',
        )
    return value


def _known(entries: Mapping[str, object], known: list[str], *, where: str) -> None:
    for name in entries:
        if name not in known:
            near = nearest(name, known)
            raise InputError(
                f"{_WHAT} key",
                must=f"one of {', '.join(known)}",
                got=repr(name),
                where=where,
                do=f"Did you mean {near}?" if near else None,
            )


def _path(name: str, value: object, where: str) -> str:
    if not isinstance(value, str) or not all(value.split(".")):
        raise InputError(
            f"{_WHAT} path {name}",
            must='keys and places with dots between them, as in "payload.items.0"',
            got=repr(value),
            where=where,
        )
    return value


def _ignored(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(tool, str) for tool in value):
        raise InputError(_WHAT, must="a list of tool names", got=repr(value), where=where)
    return list(dict.fromkeys(value))

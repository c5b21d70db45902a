"""Objects as language models write them: JSON with comments, loose quotes and stray commas."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from lrat_rank.trajectories.payloads import decode_json, structured

_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<double>"(?:[^"\\]|\\.)*")|'(?P<single>(?:[^'\\]|\\.)*)'
      |(?P<name>[A-Za-z_$][\w$]*)|(?P<stray>,\s*(?=[}\]]))""",
    re.DOTALL | re.VERBOSE,
)
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
_JSON_NAMES = frozenset({"true", "false", "null"})


def lenient_objects(text: str) -> list[Mapping[str, object]]:
    r"""The objects a text holds, one or several; empty where it cannot be read.

    Besides JSON and Python literals it reads single quotes, keys without quotes, comments, stray
    commas and line ends inside strings.

    >>> lenient_objects("{name: 'search', // now\n 'arguments': {\"query\": 'a \"b\"',},}")
    [{'name': 'search', 'arguments': {'query': 'a "b"'}}]
    >>> lenient_objects('{"name": "search", "arguments": {"query": ')
    []
    """
    value = structured(text)
    if value is None and text.lstrip().startswith(("{", "[")):
        value = _mended(text)
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, Mapping)]


def _mended(text: str) -> object | None:
    without = _COMMENT.sub(lambda match: match[1] or " ", text)
    try:
        return decode_json(_TOKEN.sub(_as_json, without))
    except ValueError:
        return None


def _as_json(token: re.Match[str]) -> str:
    if token["double"]:
        return token["double"].replace("\n", "\\n").replace("\t", "\\t")
    if token["single"] is not None:
        return json.dumps(token["single"].replace("\\'", "'"), ensure_ascii=False)
    if token["stray"]:
        return ""
    name = token["name"]
    return _CONSTANTS.get(name) or (name if name in _JSON_NAMES else json.dumps(name))

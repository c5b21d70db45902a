"""What tools and agents put into log fields, decoded however it was encoded.

A field may hold a value as it is, as a JSON string, as a JSON string inside a JSON string, as
several JSON values one after another, or as a Python literal. Nothing here evaluates code.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Mapping

import msgspec

from lrat_rank.trajectories.calls.failures import record_says_failed

_TEXT_PART_TYPES = frozenset({"text", "output_text", "input_text", "summary_text"})
DOC_ID_KEYS = ("docid", "doc_id", "_id", "id", "url", "link", "uri")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ENDLESS = re.compile(r"0[xXoObB][\da-fA-F_]{300}")
"""Numbers that can be read and, being too long for Python, never be written as text again."""
_SPACE = " \t\r\n"
_PYTHON = ("{'", "[{'", "['")
"""How no JSON begins, and the Python literals of objects and lists do."""


def decode_json(data: str | bytes) -> object:
    """One JSON value; NaN is let through and half emoji become the replacement character.

    Raises:
        ValueError: The data is not JSON, not text, or nested too deep.

    >>> decode_json('{"docid": 5}')
    {'docid': 5}
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _decode_lenient(data)


def _decode_lenient(data: str | bytes) -> object:
    """What a strict reader refuses: NaN, half emoji, numbers out of range, a byte order mark."""
    try:
        value = json.loads(data)
        return _repair(value) if _may_hold_surrogates(data) else value
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _may_hold_surrogates(data: str | bytes) -> bool:
    if isinstance(data, bytes):
        return b"\\ud" in data or b"\\uD" in data
    return "\\ud" in data or "\\uD" in data


def _repair(value: object) -> object:
    """Replace surrogates that stand alone: they can never be written as UTF-8 again."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_repair(item) for item in value]
    if isinstance(value, dict):
        return {_repair(key): _repair(item) for key, item in value.items()}
    return value


def structured(text: str) -> object | None:
    """The list or object that a text encodes; None when it is only text.

    >>> structured("{'docid': '5', 'text': 'it'}")
    {'docid': '5', 'text': 'it'}
    >>> structured('{"docid": 1}{"docid": 2}')
    [{'docid': 1}, {'docid': 2}]
    >>> structured("[title] and words") is None
    True
    """
    body = text.strip()
    if not body.startswith(("[", "{", '"')):
        return None
    value = _python_literal(body) if body.startswith(_PYTHON) else None
    if value is None:
        value = _json_or_literal(body)
    if isinstance(value, str):
        return structured(value)
    return value if isinstance(value, list | dict) else None


def _json_or_literal(body: str) -> object:
    try:
        return decode_json(body)
    except ValueError:
        found = _json_sequence(body)
        return _python_literal(body) if found is None else found


def _json_sequence(body: str) -> list[object] | None:
    """Several objects one after another, as when one text block a result was joined."""
    decoder, values, at = json.JSONDecoder(), [], 0
    while at < len(body):
        try:
            value, at = decoder.raw_decode(body, at)
            values.append(_repair(value))
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, list | dict):
            return None
        while at < len(body) and body[at] in _SPACE:
            at += 1
    return values


def _python_literal(body: str) -> object | None:
    if _ENDLESS.search(body):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            value = ast.literal_eval(body)
        return _repair(value) if "\\u" in body else value
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def unwrap(value: object) -> object:
    """Take off text parts, MCP result envelopes and string encodings.

    Returns:
        None, a list, an object, or text that encodes nothing further. An envelope that says it
        is an error becomes `{"error": …}`; one nested too deep to be meant becomes None.
    """
    try:
        return _unwrapped(value)
    except RecursionError:
        return None


def _unwrapped(value: object) -> object:
    if isinstance(value, str):
        inner = structured(value)
        return value if inner is None else _unwrapped(inner)
    if isinstance(value, dict):
        if value.get("isError") is True or value.get("is_error") is True:
            return {"error": joined_text(value.get("content")) or "error"}
        if isinstance(value.get("content"), list) and logged_doc_id(value) is None:
            return _unwrapped(value["content"])
        is_text = _is_text_part(value) and not record_says_failed(value)
        return _unwrapped(value["text"]) if is_text else value
    if isinstance(value, list) and value and all(_is_text_part(part) for part in value):
        return _unwrapped(joined_text(value, "\n\n"))
    return value


def _is_text_part(part: object) -> bool:
    if isinstance(part, str):
        return True
    return (
        isinstance(part, dict)
        and isinstance(part.get("text"), str)
        and logged_doc_id(part) is None
        and ("type" not in part or part["type"] in _TEXT_PART_TYPES)
    )


def joined_text(value: object, between: str = " ") -> str:
    """Text of a string, a list of strings, or a list of objects with a `text`; else empty.

    >>> joined_text(["one", {"type": "summary_text", "text": "two"}, 3])
    'one two'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        text = value.get("text")
        return text if isinstance(text, str) else ""
    if isinstance(value, list):
        try:
            return between.join(text for text in (joined_text(part) for part in value) if text)
        except RecursionError:
            return ""
    return ""


def plain_id(value: object) -> str | None:
    """A doc id as text, white space off; None for what cannot be one.

    >>> plain_id(5), plain_id(" a "), plain_id(True), plain_id("")
    ('5', 'a', None, None)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return (value.strip() or None) if isinstance(value, str) else None


def logged_doc_id(record: Mapping[str, object]) -> str | None:
    """The doc id an object names under any of its usual keys, or None.

    Results of a web search have no id: their address is one.

    >>> logged_doc_id({"link": "https://ex.org/a", "title": "A"})
    'https://ex.org/a'
    >>> logged_doc_id({"url": "https://ex.org/a", "id": "5"})
    '5'
    """
    return next((i for i in (plain_id(record.get(key)) for key in DOC_ID_KEYS) if i), None)

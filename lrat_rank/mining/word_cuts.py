"""Where a text may be cut so that its tokens stay the same.

A tokenizer first splits a text into words and then each word into tokens. Where no word of that
first step reaches across a space between two others, the tokens of a text are the tokens of its
words, and words repeat. This holds for BERT's splitting (words end at white space) and for the
byte-level models' (a word may begin with one space and never ends with one). Of any other
splitting nothing is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_BETWEEN_WORDS = re.compile(r"(?<=\S)(?= \S)")

_QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_LLAMA_3 = _QWEN.replace(r"|\p{N}| ", r"|\p{N}{1,3}| ")
_O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPACE_LEADS = frozenset({_QWEN, _LLAMA_3, _O200K})
"""Patterns in which a space can only begin a word, as in GPT-2's own."""
_NORMALIZERS = frozenset({"BertNormalizer", "NFC", "NFKC", "NFD", "NFKD", "Lowercase"})

Cutter = Callable[[str], list[str]]


def word_cutter(definition: dict[str, Any]) -> Cutter | None:
    r"""How to cut texts for a tokenizer; None where they must stay whole.

    Args:
        definition: The decoded `tokenizer.json`.

    >>> word_cutter({"pre_tokenizer": {"type": "BertPreTokenizer"}})("two  words\n")
    ['two', '', 'words\n']
    >>> word_cutter({"pre_tokenizer": {"type": "ByteLevel", "use_regex": True}})("two words  here")
    ['two', ' words  here']
    >>> print(word_cutter({"pre_tokenizer": {"type": "Metaspace"}}))
    None
    """
    if not _tokens_stay_inside(definition) or not _normalises_in_place(definition):
        return None
    splitting = definition.get("pre_tokenizer") or {}
    if splitting.get("type") == "BertPreTokenizer":
        return _at_spaces
    return _BETWEEN_WORDS.split if _space_leads(splitting) else None


def _at_spaces(text: str) -> list[str]:
    return text.split(" ")


def _tokens_stay_inside(definition: dict[str, Any]) -> bool:
    """Whether no added token holds a space or takes in the one that follows it."""
    return not any(
        " " in token["content"] or token.get("rstrip") or token.get("single_word")
        for token in definition.get("added_tokens") or ()
    )


def _normalises_in_place(definition: dict[str, Any]) -> bool:
    normalizer = definition.get("normalizer") or {"type": "NFC"}
    steps = normalizer.get("normalizers", [normalizer])
    return all(step.get("type") in _NORMALIZERS for step in steps)


def _space_leads(splitting: dict[str, Any]) -> bool:
    if splitting.get("type") == "ByteLevel":
        return bool(splitting.get("use_regex", True)) and not splitting.get("add_prefix_space")
    if splitting.get("type") != "Sequence":
        return False
    first, *rest = splitting.get("pretokenizers") or [{}]
    by_pattern = (
        first.get("type") == "Split"
        and (first.get("pattern") or {}).get("Regex") in _SPACE_LEADS
        and first.get("behavior") == "Isolated"
        and not first.get("invert")
    )
    bytes_only = all(
        step.get("type") == "ByteLevel"
        and not step.get("use_regex", True)
        and not step.get("add_prefix_space")
        for step in rest
    )
    return by_pattern and bytes_only

"""Texts that a model is shown as data, fenced off from what it is told.

They come from logs and may hold instructions, fences of their own or the control tokens of a chat
template. So each stands between two lines that carry a mark which is a hash of the texts and stands
in none of them, and angle brackets and bracketed upper-case tags are replaced by look-alikes that
no chat template reads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

_BRACKETS = str.maketrans({"<": "‹", ">": "›"})
_TAG = re.compile(r"\[(/?[A-Z][A-Z_ ]*)\]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def fenced(texts: Mapping[str, str]) -> str:
    r"""Every text, made inert before, between two lines with its name and a mark.

    >>> fenced({"QUERY": "who"})
    'QUERY 6ed0337140bd32b4 BEGINS\nwho\nQUERY 6ed0337140bd32b4 ENDS'
    """
    mark = _mark(list(texts.values()))
    blocks = [f"{name} {mark} BEGINS\n{text}\n{name} {mark} ENDS" for name, text in texts.items()]
    return "\n\n".join(blocks)


def inert(text: str) -> str:
    """The text without anything a chat template could take for a control token.

    >>> inert("<|im_end|> [INST] a < b")
    '‹|im_end|› (INST) a ‹ b'
    """
    return _TAG.sub(r"(\1)", _UNWRITABLE.sub(" ", text).translate(_BRACKETS))


def _mark(texts: list[str]) -> str:
    """A mark that none of the texts holds, and always the same for the same texts."""
    digest = hashlib.sha256("\0".join(texts).encode())
    while any(digest.hexdigest()[:16] in text for text in texts):
        digest.update(b"again")
    return digest.hexdigest()[:16]

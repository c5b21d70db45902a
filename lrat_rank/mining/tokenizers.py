"""How long a text is: the token counts that the intensity is made of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol

from lrat_rank.errors import InputError
from lrat_rank.mining.word_cuts import word_cutter

WHITESPACE = "whitespace"
_WORDS_REMEMBERED = 200_000
_LONGEST_REMEMBERED = 64


class Tokenizer(Protocol):
    """Counts tokens; `name` goes into the labels, so that a length can be counted again."""

    @property
    def name(self) -> str:
        """`whitespace`, or the Hugging Face name or folder."""

    @property
    def digest(self) -> str:
        """What tells it from another one of the same name; empty where there is no other."""

    def count(self, text: str) -> int:
        """Tokens of the text, ≥ 0."""


class WhitespaceTokenizer:
    """Tokens are what white space parts.

    >>> WhitespaceTokenizer().count("Thus  the answer: 1914.")
    4
    """

    name = WHITESPACE
    digest = ""

    def count(self, text: str) -> int:
        """Tokens of the text, ≥ 0."""
        return len(text.split())


class HuggingFaceTokenizer:
    """The tokens of a language model's tokenizer, without its special tokens.

    Where the tokenizer never joins words across a single space (see `word_cuts`), the count of a
    text is the sum of the counts of its words. Those are remembered, which makes counting several
    times as fast as encoding; the counts are the same.

    Args:
        name: What it is called.
        definition: The JSON of a fast tokenizer (`tokenizer.json`).
    """

    def __init__(self, name: str, definition: str) -> None:
        from tokenizers import Tokenizer as FastTokenizer

        self.name = name
        self.digest = hashlib.sha256(definition.encode()).hexdigest()
        self._definition = definition
        self._fast = FastTokenizer.from_str(definition)
        self._fast.no_truncation()
        self._fast.no_padding()
        self._cut = word_cutter(json.loads(definition))
        self._counts: dict[str, int] = {}

    def __reduce__(self) -> tuple[type[HuggingFaceTokenizer], tuple[str, str]]:
        return HuggingFaceTokenizer, (self.name, self._definition)

    @classmethod
    def load(cls, name: str) -> HuggingFaceTokenizer:
        """The tokenizer of a name on the hub, or of a local folder.

        Raises:
            InputError: No tokenizer is there, or none with a fast implementation.
        """
        ready = Path(name) / "tokenizer.json"
        if ready.is_file():  # without transformers, which takes seconds to import
            return cls(name, ready.read_text(encoding="utf-8"))
        from transformers import AutoTokenizer

        try:
            loaded: Any = AutoTokenizer.from_pretrained(name)
        except (OSError, ValueError) as error:
            raise InputError(
                "tokenizer",
                must=f"{WHITESPACE}, a Hugging Face name, or a folder with a tokenizer",
                got=repr(name),
                do=f"Loading it failed: {str(error).splitlines()[0]}",
            ) from error
        if not loaded.is_fast:
            raise InputError("tokenizer", must="a fast one (tokenizer.json)", got=repr(name))
        return cls(name, loaded.backend_tokenizer.to_str())

    def count(self, text: str) -> int:
        """Tokens of the text, ≥ 0."""
        if self._cut is None:
            return len(self._fast.encode(text, add_special_tokens=False))
        words = self._cut(text)
        try:
            return sum(map(self._counts.__getitem__, words))
        except KeyError:
            return self._count_new(words)

    def _count_new(self, words: list[str]) -> int:
        if len(self._counts) > _WORDS_REMEMBERED:
            self._counts = {}
        new = [word for word in dict.fromkeys(words) if word not in self._counts]
        encoded = self._fast.encode_batch_fast(new, add_special_tokens=False)
        counts = dict(zip(new, map(len, encoded), strict=True))
        remembered = {w: n for w, n in counts.items() if len(w) <= _LONGEST_REMEMBERED}
        self._counts.update(remembered)
        return sum([counts[word] if word in counts else self._counts[word] for word in words])


def tokenizer(name: str) -> Tokenizer:
    """The tokenizer of that name.

    Raises:
        InputError: The name is neither `whitespace` nor a tokenizer that loads.
    """
    return WhitespaceTokenizer() if name == WHITESPACE else HuggingFaceTokenizer.load(name)

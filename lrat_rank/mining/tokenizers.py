"""How long a text is: the token counts that the intensity is made of."""

from __future__ import annotations

from typing import Protocol

from lrat_rank.errors import InputError

WHITESPACE = "whitespace"


class Tokenizer(Protocol):
    """Counts tokens; `name` goes into the labels, so that a length can be counted again."""

    @property
    def name(self) -> str:
        """`whitespace`, or the Hugging Face name or folder."""

    def count(self, text: str) -> int:
        """Tokens of the text, ≥ 0."""


class WhitespaceTokenizer:
    """Tokens are what white space parts.

    >>> WhitespaceTokenizer().count("Thus  the answer: 1914.")
    4
    """

    name = WHITESPACE

    def count(self, text: str) -> int:
        """Tokens of the text, ≥ 0."""
        return len(text.split())


class HuggingFaceTokenizer:
    """The tokens of a language model's tokenizer, without its special tokens.

    Args:
        name: A name on the hub or a local folder.

    Raises:
        InputError: No tokenizer is there.
    """

    def __init__(self, name: str) -> None:
        from transformers import AutoTokenizer

        self.name = name
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name)
        except (OSError, ValueError) as error:
            raise InputError(
                "tokenizer",
                must=f"{WHITESPACE}, a Hugging Face name, or a folder with a tokenizer",
                got=repr(name),
                do=f"Loading it failed: {str(error).splitlines()[0]}",
            ) from error

    def count(self, text: str) -> int:
        """Tokens of the text, ≥ 0."""
        encoded = self._tokenizer(text, add_special_tokens=False, verbose=False)
        return len(encoded["input_ids"])


def tokenizer(name: str) -> Tokenizer:
    """The tokenizer of that name.

    Raises:
        InputError: The name is neither `whitespace` nor a tokenizer that loads.
    """
    return WhitespaceTokenizer() if name == WHITESPACE else HuggingFaceTokenizer(name)

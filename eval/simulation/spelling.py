"""Slips of spelling: how a name that somebody only heard is written down."""

from __future__ import annotations

from random import Random

_SWAPS = (
    ("ae", "e"),
    ("oa", "o"),
    ("ei", "i"),
    ("y", "i"),
    ("k", "c"),
    ("sk", "sc"),
    ("th", "t"),
    ("v", "w"),
    ("x", "ks"),
    ("z", "s"),
    ("ll", "l"),
    ("nn", "n"),
    ("e", "a"),
    ("o", "u"),
    ("i", "y"),
    ("a", "e"),
)


def misspell(rng: Random, name: str) -> str:
    """The name with one sound of each long word written another way.

    >>> misspell(Random("a"), "Naeltholm")
    'Naaltholm'
    """
    return " ".join(_slip(rng, word) for word in name.split())


def _slip(rng: Random, word: str) -> str:
    if len(word) < 5 or not word.isalpha() or not word[0].isupper():
        return word
    fitting = [(sound, other) for sound, other in _SWAPS if sound in word[1:]]
    if not fitting:
        return word
    sound, other = rng.choice(fitting)
    return word[0] + word[1:].replace(sound, other, 1)

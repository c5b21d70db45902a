"""Answers in a plain form, so that two ways to write the same answer are equal."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = frozenset({"a", "an", "the"})
_APOSTROPHES = frozenset("'’‘ʼ`´′")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
_ACCENTS_OF_LATIN = re.compile("([a-z])[\u0300-\u036f]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BARE_FRACTION = re.compile(r"(?<![\w.])\.(?=\d)")
_DECIMAL = re.compile(r"-?\d+\.\d+")


def normalised(text: str) -> str:
    """A text with the differences gone that make no difference between answers.

    - Unicode compatibility forms are folded (ﬁ, full width, ², digits of other scripts), letters
      are lower case, and accents of Latin letters are dropped.
    - Apostrophes and dots go; other punctuation and symbols become a blank. `+` and `#` stay behind
      a letter (C++, C#), the sign of a number and its decimal point stay.
    - `1,000` is `1000`, `.5` is `0.5` and `35.0` is `35`.
    - `a`, `an` and `the` go, except as the last word (Vitamin A), and white space is single.

    Number words, dates and units are not translated: `two` is not `2`.

    Source: the normalisation of SQuAD (Rajpurkar et al., EMNLP 2016), which lowers the case and
    drops ASCII punctuation, articles and white space. It differs where that joins or loses what
    tells answers apart: `3.14` is not `314`, `C++` is not `C`, `Jean-Paul` is `Jean Paul`.

    >>> normalised("The Café “Zoë”, 1,000.50 m²"), normalised("U.S.A.")
    ('cafe zoe 1000.5 m2', 'usa')
    """
    folded = _folded(text)
    around = zip(" " + folded, folded, folded[1:] + " ", strict=False)
    words = "".join(_kept(before, char, after) for before, char, after in around).split()
    last = len(words) - 1
    kept = (word for place, word in enumerate(words) if word not in _ARTICLES or place == last)
    return " ".join(_plain_number(word) for word in kept)


def _folded(text: str) -> str:
    """Compatibility forms, case, accents, digits and dashes folded; numbers without commas."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    bare = _ACCENTS_OF_LATIN.sub(r"\1", unicodedata.normalize("NFD", lowered))
    ascii_digits = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFC", bare).translate(_DASHES)
    )
    return _BARE_FRACTION.sub("0.", _THOUSANDS.sub("", ascii_digits))


def _kept(before: str, char: str, after: str) -> str:
    """What stays of a character between two others."""
    if unicodedata.category(char)[0] in "LNM":
        return char
    if char == ".":
        return "." if before.isdigit() and after.isdigit() else ""
    if char in _APOSTROPHES:
        return ""
    is_sign = char == "-" and after.isdigit() and not before.isalnum()
    is_mark = char in "+#" and (before.isalpha() or before == char)
    return char if is_sign or is_mark else " "


def _plain_number(word: str) -> str:
    return word.rstrip("0").rstrip(".") if _DECIMAL.fullmatch(word) else word

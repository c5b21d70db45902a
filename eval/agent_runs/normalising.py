"""Answers in a plain form, so that two ways to write the same answer are equal."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = frozenset({"a", "an", "the"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–−﹣－", "-") | dict.fromkeys("—―", " "))
_ACCENTS_OF_LATIN = re.compile("([a-z])[\u0300-\u036f]+")
_POWER = re.compile("(?<=\\d)(?=[⁺⁻]?[⁰¹²³⁴-⁹])")
_VULGAR_FRACTION = re.compile("(?<=\\d)(?=[¼-¾⅐-⅞])")
_DROPPED = re.compile(r"['’‘ʼ`´′]|(?<=[^\W\d_])\^(?=\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BARE_FRACTION = re.compile(r"(?<![\w.])\.(?=\d)")
_DOTS = re.compile(r"(?<!\d)\.|\.(?!\d)")
_SIGNS = re.compile(
    r"(?<![^\W_])-(?=\d)"  # of a number
    r"|(?<=\d)(?:\^(?=-?\d)|%)"  # behind a number
    r"|(?<=[^\W\d_])(?:[+#]+|-++(?![^\W_]))"  # behind a letter
)
_BEFORE_PERCENT = re.compile(r"(?<=\d)\s+(?=%)")
_ZEROS_OF_A_WHOLE = re.compile(r"\A(-?\d+)\.0+(?=%?\Z)")


def normalised(text: str) -> str:
    """A text with the differences gone that make no difference between answers.

    - Unicode compatibility forms are folded (ﬁ, full width, digits of other scripts), letters are
      lower case, and accents of Latin letters are dropped. A raised number behind a number is a
      power, `10²` is `10^2`; behind a letter it is a digit, `m²` is `m2`.
    - Apostrophes and dots go; other punctuation and symbols become a blank. `+`, `#` and, at the
      end, `-` stay behind a letter (C++, C#, O-), `%` behind a number; the sign of a number and its
      decimal point stay.
    - `1,000` is `1000`, `.5` is `0.5` and `35.0` is `35`. Other zeros at the end stay: `3.10` may
      be a version, and is not `3.1`.
    - `a`, `an` and `the` go, except as the last word (Vitamin A), and white space is single.

    Number words, dates and units are not translated: `two` is not `2`.

    Source: the normalisation of SQuAD (Rajpurkar et al., EMNLP 2016), which lowers the case and
    drops ASCII punctuation, articles and white space. It differs where that joins or loses what
    tells answers apart: `3.14` is not `314`, `C++` is not `C`, `Jean-Paul` is `Jean Paul`.

    >>> normalised("The Café “Zoë”, 1,000.5 m²"), normalised("U.S.A.")
    ('cafe zoe 1000.5 m2', 'usa')
    >>> normalised("10⁻³"), normalised("type AB−"), normalised("5.0 %")
    ('10^-3', 'type ab-', '5%')
    """
    folded = _folded(text)
    kept = {place for sign in _SIGNS.finditer(folded) for place in range(*sign.span())}
    chars = (c if place in kept or _stays(c) else " " for place, c in enumerate(folded))
    words = "".join(chars).split()
    last = len(words) - 1
    spoken = (word for place, word in enumerate(words) if word not in _ARTICLES or place == last)
    return " ".join(_ZEROS_OF_A_WHOLE.sub(r"\1", word) for word in spoken)


def _folded(text: str) -> str:
    """Compatibility forms, case, accents, digits and dashes folded; dots in numbers alone."""
    marked = _VULGAR_FRACTION.sub(" ", _POWER.sub("^", text))
    lowered = unicodedata.normalize("NFKC", marked).casefold()
    bare = _ACCENTS_OF_LATIN.sub(r"\1", unicodedata.normalize("NFD", lowered))
    ascii_digits = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFC", bare).translate(_DASHES)
    )
    numbers = _THOUSANDS.sub("", _DROPPED.sub("", ascii_digits))
    return _BEFORE_PERCENT.sub("", _DOTS.sub("", _BARE_FRACTION.sub("0.", numbers)))


def _stays(char: str) -> bool:
    """Letters, digits and marks; the dots that are left stand in numbers."""
    return char == "." or unicodedata.category(char)[0] in "LNM"

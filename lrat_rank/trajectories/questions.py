"""When two wordings ask the same question."""

from __future__ import annotations


def folded(text: str) -> str:
    r"""A question or query with its case and white space folded: equal for the same wording.

    >>> folded("  Who founded\nKelm MILLS? ")
    'who founded kelm mills?'
    """
    return " ".join(text.casefold().split())

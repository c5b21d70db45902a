"""How names and numbers are written for readers of a report."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_NAME = 60


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """A text in one line, cut where it is too long.

    >>> shortened("a  long  name", 6)
    'a lon…'
    """
    line = " ".join(text[: 2 * longest + 40].split()) if len(text) > longest else text
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "query", "queries"), counted(2000, "run")
    ('1 query', '2,000 runs')
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a sentence, the last after “and”; no fewer than two are left out.

    >>> listed(["a", "b", "c"], most=2), listed(["a", "b", "c", "d"], most=2)
    ('a, b and c', 'a, b and 2 more')
    """
    hides = len(names) > most + 1
    shown = [shortened(name) for name in (names[:most] if hides else names)]
    if hides:
        return f"{', '.join(shown)} and {len(names) - most:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def p_text(p: float | None) -> str:
    """A p-value for a table.

    >>> p_text(0.04321), p_text(0.00001), p_text(None)
    ('.043', '<.001', '–')
    """
    if p is None:
        return "–"
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def unbroken(text: str) -> str:
    r"""A text whose p-values do not break over two lines.

    >>> unbroken("a (p <.001), p = .03").split(" ")
    ['a', '(p\xa0<.001),', 'p\xa0=\xa0.03']
    """
    return re.sub(
        r"\bp [<=] ?(?=[.\d])", lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text
    )


def signed(value: float, digits: int = 4) -> str:
    """A difference, with a true minus sign.

    >>> signed(-0.25, 2), signed(0.1, 1)
    ('−0.25', '+0.1')
    """
    return f"{value:+.{digits}f}".replace("-", "−")


def some_ids(ids: Sequence[str]) -> str:
    """The first of many ids.

    >>> some_ids(["q1", "q2"]), some_ids([f"q{number}" for number in range(52)])
    ('q1 and q2', 'q0, q1, q2, q3, q4 and 47 more')
    """
    return listed(ids, most=5)

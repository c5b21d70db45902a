"""The moments that logs keep, as seconds."""

from __future__ import annotations

import math
from datetime import UTC, datetime

_MILLISECONDS_FROM = 1e11
_NANOSECONDS_FROM = 1e17


def moment(value: object) -> float | None:
    """Seconds since 1970 of a logged time; None for what is no time.

    Numbers are seconds, or milliseconds or nanoseconds when they are too large for that; a string
    is such a number or an ISO 8601 time, in UTC where it names no zone.

    >>> moment(12.5), moment(1_700_000_000_000), moment("1700000000000000000")
    (12.5, 1700000000.0, 1700000000.0)
    >>> moment("1970-01-01T00:01:00Z"), moment("soon")
    (60.0, None)
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    if not math.isfinite(number):
        return None
    if abs(number) >= _NANOSECONDS_FROM:
        return number / 1e9
    return number / 1e3 if abs(number) >= _MILLISECONDS_FROM else number


def _from_text(text: str) -> float | None:
    try:
        return moment(float(text))
    except ValueError:
        pass
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None

"""Numbers as the tables write them."""

from __future__ import annotations

from .comparison import Difference, Mean


def figure(value: float) -> str:
    """A share without its leading zero, with a true minus sign.

    >>> figure(0.8756), figure(-0.0124), figure(1.0)
    ('.876', '−.012', '1.000')
    """
    return f"{value:.3f}".replace("0.", ".", 1).replace("-", "−")


def signed(value: float) -> str:
    """A difference, with its sign unless it rounds to nothing.

    >>> signed(0.0456), signed(-0.01), signed(-0.0002)
    ('+.046', '−.010', '.000')
    """
    if abs(value) < 0.0005:
        return ".000"
    return figure(value) if value < 0 else f"+{figure(value)}"


def probability(p: float | None) -> str:
    """A p-value; three digits at the most.

    >>> probability(0.0312), probability(0.0001), probability(None)
    ('.031', '< .001', '')
    """
    if p is None:
        return ""
    return "< .001" if p < 0.001 else figure(p)


def mean_cell(mean: Mean | None) -> str:
    """A mean with its interval."""
    if mean is None:
        return ""
    return f"{figure(mean.value)} [{figure(mean.interval.low)}, {figure(mean.interval.high)}]"


def difference_cell(one: Difference | None, *, bold: bool = True) -> str:
    """A difference with its p-value, in bold where that is below .05 after the correction."""
    if one is None:
        return ""
    p = one.p if one.p_holm is None else one.p_holm
    cell = f"{signed(one.value)} ({probability(p)})"
    return f"**{cell}**" if bold and p < 0.05 else cell

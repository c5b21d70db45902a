"""The judge `none`: opening a document is all the evidence there is."""

from __future__ import annotations

from lrat_rank.mining.judges.base import Verdict


class NoJudge:
    """Every browse is relevant, with or without reasoning after it.

    >>> NoJudge().verdict("That document is unrelated.")
    <Verdict.USES: 'uses'>
    """

    name = "none"

    def verdict(self, reasoning: str) -> Verdict:
        """`USES`, whatever the reasoning says."""
        return Verdict.USES

"""The judge `none`: opening a document is all the evidence there is."""

from __future__ import annotations

from lrat_rank.mining.judges.base import Case, Decision, Verdict


class NoJudge:
    """Every browse is relevant, with or without reasoning after it.

    >>> NoJudge().decide(Case("That document is unrelated.")).verdict
    <Verdict.USES: 'uses'>
    """

    name = "none"
    concurrency = 0

    def decide(self, case: Case) -> Decision:
        """`USES`, whatever the reasoning says."""
        return _OPENED


_OPENED = Decision(Verdict.USES, "opened")

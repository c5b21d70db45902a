"""Gates: what a new ranker must show in a replay before it is put behind the search tool.

    nDCG@10 >= champion                     the mean is at least the champion's
    nDCG@10 > logged p<0.05                 a test says that the mean is above the log's
    nDCG@10 >= champion margin 0.01 p<0.05  a test says that it is at most 0.01 lower
    RR > 0.4                                the mean is above a number

Where several gates must all be passed, their levels need no correction: that every one of them
holds is claimed only when each of their tests says so (an intersection-union test).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.eval.replay.estimates import FloatArray
from lrat_rank.eval.replay.logged import LOGGED
from lrat_rank.eval.replay.measures import parse_replay_measures
from lrat_rank.eval.replay.result import Replay
from lrat_rank.eval.statistics.differences import ROUNDING
from lrat_rank.eval.statistics.significance import PERMUTATIONS, randomization_test

CHAMPION = "champion"

_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_GRAMMAR = re.compile(
    rf"""\s*(?P<measure>[^\s<>=]+)\s*(?P<sign>>=?)\s*
    (?P<against>{CHAMPION}|{LOGGED}|{_NUMBER})
    (?:\s+margin\s+(?P<margin>{_NUMBER}))?
    (?:\s+p\s*<\s*(?P<alpha>{_NUMBER}))?\s*""",
    re.VERBOSE,
)
_FORM = "MEASURE > or >= champion, logged or a number, then [margin M] [p<ALPHA]"
_EXAMPLE = 'Say for example: --gate "nDCG@10 >= champion p<0.05".'
_LEAST_ALPHA = 1 / PERMUTATIONS
"""The randomisation test draws so many swaps, and gives no p-value far below."""


@dataclass(frozen=True, slots=True)
class GateDecision:
    """Whether a gate is passed.

    Attributes:
        passed: Whether it is.
        reason: Why, with the numbers, in one line.
        difference: The challenger's mean minus what it is held against.
        p: One-sided p-value; None where no test was asked for, or none was possible.
    """

    passed: bool
    reason: str
    difference: float
    p: float | None


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition on a challenger.

    Attributes:
        measure: A replay measure of which more is better.
        strict: `>`; otherwise `>=`. They are the same where a test is asked for.
        against: `champion`, `logged`, or a number.
        margin: How much worse is still good enough, ≥ 0.
        alpha: Level of the one-sided test, from 0.0001 to below 1; None asks for no test.
    """

    measure: str
    strict: bool
    against: str | float
    margin: float = 0.0
    alpha: float | None = None

    @classmethod
    def parse(cls, text: str) -> Gate:
        """The gate of a text.

        Raises:
            InputError: It has another form, the measure is one of which less is better, or no
                ranker could pass it or none fail it: a number or margin is out of the measure's
                range.

        >>> str(Gate.parse("nDCG@10 >= champion p<0.05"))
        'nDCG@10 >= champion p<0.05'
        """
        found = _GRAMMAR.fullmatch(text)
        if found is None:
            raise InputError("gate", must=_FORM, got=repr(text), do=_EXAMPLE)
        [measure] = parse_replay_measures([found["measure"]])
        if not measure.kind.higher_is_better:
            raise InputError(
                "measure of a gate",
                must="one of which more is better",
                got=measure.name,
                do="Take RR for FirstRank, and nDCG@10 for MeanRank or LastRank.",
            )
        alpha = None if found["alpha"] is None else float(found["alpha"])
        if alpha is not None and not _LEAST_ALPHA <= alpha < 1:
            must = f"from {_LEAST_ALPHA:g} to below 1"
            raise InputError("p of a gate", must=must, got=repr(text), do=_EXAMPLE)
        against = found["against"]
        gate = cls(
            measure=measure.name,
            strict=found["sign"] == ">",
            against=against if against in (CHAMPION, LOGGED) else float(against),
            margin=float(found["margin"] or 0),
            alpha=alpha,
        )
        gate._check_range(measure.kind.highest)
        return gate

    def _check_range(self, highest: float) -> None:
        """Refuse what a measure from 0 to `highest` can never reach, or never fall short of."""
        if isinstance(self.against, str):
            lowest, least = -highest, -self.margin
        else:
            lowest, least = 0.0, self.against - self.margin
        must_exceed = self.strict or self.alpha is not None
        if not lowest <= least <= highest or (must_exceed and least == highest):
            raise InputError(
                "gate",
                must=f"one that can be passed and failed: {self.measure} is from 0 to {highest:g}",
                got=repr(str(self)),
                do=_EXAMPLE,
            )

    def __str__(self) -> str:
        against = self.against if isinstance(self.against, str) else f"{self.against:g}"
        margin = f" margin {self.margin:g}" if self.margin else ""
        test = "" if self.alpha is None else f" p<{self.alpha:g}"
        return f"{self.measure} {'>' if self.strict else '>='} {against}{margin}{test}"

    def least_questions(self) -> int:
        """The fewest questions with which the gate can be passed.

        Of n questions the randomisation test counts 2ⁿ patterns of signs, and its smallest
        one-sided p-value is 2⁻ⁿ, for as long as every pattern is counted.

        >>> Gate.parse("RR > champion p<0.05").least_questions()
        5
        >>> Gate.parse("RR > champion").least_questions()
        1
        """
        if self.alpha is None:
            return 1
        return max(2, math.floor(math.log2(1 / self.alpha)) + 1)

    def decide(
        self, replay: Replay, *, challenger: str, champion: str | None = None
    ) -> GateDecision:
        """Whether a system passes.

        Without a test, means over questions are compared. With one, the gate is passed when the
        randomisation test over questions refuses, one-sided, that the difference is −margin or
        less: superiority where the margin is 0, non-inferiority otherwise. Systems alike on every
        question are not shown to differ, and fail a test without a margin; so do too few questions
        for such a p-value. Neither has a p.

        Args:
            replay: Of lists whose questions the challenger was not trained on.
            challenger: Name of the system that wants in.
            champion: Name of the system it is held against, where the gate says `champion`.

        Raises:
            InputError: A system or the measure is not in the replay, or there is no champion.
        """
        ours = replay.question_means(challenger, self.measure)
        if self.against == CHAMPION and champion is None:
            raise InputError("champion", must="given for this gate", got="none", where=str(self))
        if isinstance(self.against, str):
            name = champion if self.against == CHAMPION and champion else LOGGED
            theirs = replay.question_means(name, self.measure)
        else:
            name, theirs = f"{self.against:g}", np.full(len(ours), self.against)
        differences = ours - theirs
        differences[np.abs(differences) <= ROUNDING] = 0.0
        told = (
            f"{challenger} {ours.mean():.4f}, {name} {theirs.mean():.4f}, difference "
            f"{differences.mean():+.4f} over {_count(len(differences))}"
        )
        if self.alpha is None:
            return self._by_means(told, differences)
        return self._by_test(told, differences, self.alpha, seed=replay.seed)

    def _by_means(self, told: str, differences: FloatArray) -> GateDecision:
        difference = float(differences.mean())
        least = -self.margin
        enough = difference > least + ROUNDING if self.strict else difference >= least - ROUNDING
        return GateDecision(enough, self._reason(enough, told), difference, None)

    def _by_test(
        self, told: str, differences: FloatArray, alpha: float, *, seed: int
    ) -> GateDecision:
        difference = float(differences.mean())
        least = self.least_questions()
        if not self.margin and not differences.any():
            refusal = "the same value on every question, so nothing is shown"
            return GateDecision(False, self._reason(False, f"{told}; {refusal}"), difference, None)
        if len(differences) < least:
            refusal = f"p<{alpha:g} takes {least} questions or more"
            return GateDecision(False, self._reason(False, f"{told}; {refusal}"), difference, None)
        p = randomization_test(differences + self.margin, seed=seed, alternative="greater")
        return GateDecision(
            p < alpha, self._reason(p < alpha, f"{told}, one-sided p = {p:.4g}"), difference, p
        )

    def _reason(self, passed: bool, told: str) -> str:
        return f"{'passed' if passed else 'failed'}: {self} ({told})"


def _count(questions: int) -> str:
    return f"{questions} question{'' if questions == 1 else 's'}"

"""How the simulated agent behaves: rates, limits and lengths."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from lrat_rank.errors import InputError

_RATES = (
    "word_drop",
    "unfocused",
    "semantic_share",
    "hesitation",
    "browse_again",
    "reopen",
    "false_positive",
    "false_negative",
    "vague",
    "credit",
)


@dataclass(frozen=True, slots=True)
class AgentBehaviour:
    """Parameters of the simulated agent.

    The defaults are those of the preset `demo`: they give short runs that hold enough evidence to
    learn from, by an agent that opens documents more readily than the published ones do.

    A run has a *grasp* g, drawn from N(0, 1): how well the agent copes with this question. The
    parameters `grasp_on_…` say how much the rates of a run follow it; at 0, their default, all runs
    have the same rates.

    Attributes:
        shown: Results asked for in a search, a count.
        max_steps: Searches and browses in a run at most, a count.
        patience: Searches on one hop without success before the agent gives up, a count.
        word_drop: Chance that a word of a keyword query is left out.
        unfocused: Chance that a search is worded from the whole question instead of the
            sub-question.
        semantic_share: Share of semantic evidence in the snippet score, the rest being lexical;
            without a similarity function all of it is lexical.
        snippet_noise: Standard deviation of the noise on the snippet score, which lies near 0 to 1.
            It does not depend on the rank.
        snippet_insight: Added to the snippet score where the snippet holds the answer, as a reader
            would notice it.
        snippet_threshold: Snippet score from which a list is worth opening a document of.
        impatience: How far that score falls with each search on a hop that found nothing.
        next_threshold: Snippet score from which another document of that list is.
        hesitation: Chance to reformulate without opening anything, whatever is shown.
        max_opened: Documents opened after one search at most, a count.
        browse_again: Chance to open the next candidate after one that did not help.
        reopen: Chance to consider a document again that was read before.
        false_positive: Chance to take a document for evidence that is none.
        false_negative: Chance to overlook evidence that was read.
        useful_words: Mean length of the reasoning after a document taken for evidence, in words.
        other_words: The same after other documents.
        length_spread: Standard deviation of the logarithm of these lengths.
        vague: Chance that the reasoning does not say whether the document helped.
        credit: Chance that the reasoning credits a document that did not answer with something
            else: background, a lead, a detail.
        grasp_on_queries: How far grasp lowers the log odds of `word_drop` and `unfocused`.
        grasp_on_browsing: How far it lowers those of `hesitation`.
        grasp_on_reading: How far it lowers those of `false_positive` and `false_negative`.
        grasp_on_length: How far it raises the logarithm of the lengths.
    """

    shown: int = 10
    max_steps: int = 30
    patience: int = 7
    word_drop: float = 0.15
    unfocused: float = 0.0
    semantic_share: float = 0.5
    snippet_noise: float = 0.15
    snippet_insight: float = 0.35
    snippet_threshold: float = 0.7
    impatience: float = 0.0
    next_threshold: float = 0.7
    hesitation: float = 0.25
    max_opened: int = 2
    browse_again: float = 0.5
    reopen: float = 0.2
    false_positive: float = 0.10
    false_negative: float = 0.10
    useful_words: float = 111.0
    other_words: float = 77.0
    length_spread: float = 0.6
    vague: float = 0.1
    credit: float = 0.0
    grasp_on_queries: float = 0.0
    grasp_on_browsing: float = 0.0
    grasp_on_reading: float = 0.0
    grasp_on_length: float = 0.0

    def __post_init__(self) -> None:
        for parameter in fields(self):
            value = getattr(self, parameter.name)
            if parameter.name in _RATES:
                valid, allowed = 0.0 <= value <= 1.0, "from 0 to 1"
            elif parameter.type == "int":
                valid, allowed = value >= 1, "at least 1"
            else:
                valid, allowed = value >= 0.0, "at least 0"
            if not valid:
                raise InputError(parameter.name, must=allowed, got=value)

    def threshold_after(self, failures: int) -> float:
        """The snippet score from which a list is opened after that many searches in vain.

        >>> AgentBehaviour(snippet_threshold=0.75, impatience=0.25).threshold_after(2)
        0.25
        """
        return max(0.0, self.snippet_threshold - self.impatience * failures)

    def of_run(self, grasp: float) -> AgentBehaviour:
        """The behaviour in a run of that grasp.

        A rate r becomes σ(logit r − c·g) with the slope c that is meant for it; rates of 0 and 1
        stay. Lengths are multiplied by exp(c·g − c²/2), which is 1 on average over runs.

        >>> never, often = AgentBehaviour(), AgentBehaviour(grasp_on_reading=1.0)
        >>> never.of_run(2.0) == never, round(often.of_run(2.0).false_negative, 3)
        (True, 0.015)
        """
        longer = math.exp(self.grasp_on_length * grasp - self.grasp_on_length**2 / 2)
        return replace(
            self,
            word_drop=_shifted(self.word_drop, self.grasp_on_queries * grasp),
            unfocused=_shifted(self.unfocused, self.grasp_on_queries * grasp),
            hesitation=_shifted(self.hesitation, self.grasp_on_browsing * grasp),
            false_positive=_shifted(self.false_positive, self.grasp_on_reading * grasp),
            false_negative=_shifted(self.false_negative, self.grasp_on_reading * grasp),
            useful_words=self.useful_words * longer,
            other_words=self.other_words * longer,
        )


def _shifted(rate: float, down: float) -> float:
    """The rate with its log odds lowered; exactly the rate where nothing lowers it."""
    if down == 0.0 or rate in (0.0, 1.0):
        return rate
    return 1.0 / (1.0 + (1.0 - rate) / rate * math.exp(down))

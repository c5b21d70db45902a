"""How the simulated agent behaves: rates, limits and lengths."""

from __future__ import annotations

from dataclasses import dataclass, fields

from lrat_rank.errors import InputError

_RATES = (
    "word_drop",
    "snippet_threshold",
    "hesitation",
    "browse_again",
    "reopen",
    "false_positive",
    "false_negative",
    "vague",
)


@dataclass(frozen=True, slots=True)
class AgentBehaviour:
    """Parameters of the simulated agent.

    Figures named below are those of the LRAT paper (arXiv 2604.04949). The lengths follow Fig. 4;
    the other rates are chosen so that short runs hold enough evidence to learn from: this agent
    opens documents more readily than the published ones do.

    Attributes:
        shown: Results asked for in a search, a count.
        max_steps: Searches and browses in a run at most, a count. Published runs that fail take
            35 (Table 1: 29.15 searches and 5.97 browses); a smaller limit keeps runs cheap.
        patience: Searches on one hop without success before the agent gives up, a count.
        word_drop: Chance that a word of a keyword query is left out.
        snippet_noise: Standard deviation of the noise on the snippet score, which lies near 0 to 1.
            It does not depend on the rank: browses spread evenly over ranks (Fig. 4c).
        snippet_insight: Added to the snippet score where the snippet holds the answer, as a reader
            would notice it.
        snippet_threshold: Snippet score from which a document is worth opening, 0 to 1.
        hesitation: Chance to reformulate without opening anything (Fig. 4: 77% after a search in
            correct runs).
        max_opened: Documents opened after one search at most, a count.
        browse_again: Chance to open the next candidate after one that did not help (Fig. 4: 40.3%
            in correct and 57.0% in incorrect runs).
        reopen: Chance to consider a document again that was read before.
        false_positive: Chance to take a document for evidence that is none.
        false_negative: Chance to overlook evidence that was read.
        useful_words: Mean length of the reasoning after a useful document, in words (Fig. 4: 111
            tokens after evidence).
        other_words: The same after other documents (Fig. 4: 77 tokens).
        length_spread: Standard deviation of the logarithm of these lengths.
        vague: Chance that the reasoning does not say whether the document helped.
    """

    shown: int = 10
    max_steps: int = 30
    patience: int = 7
    word_drop: float = 0.15
    snippet_noise: float = 0.15
    snippet_insight: float = 0.35
    snippet_threshold: float = 0.7
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

"""Short reasonings labelled by hand, and how a judge's verdicts compare with the labels.

Every text is made up. It was labelled with what a careful reader would say before the judge saw
it; its half, `development` (rules may be fitted to it) or `held_out` (only counted), is drawn by
its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.mining.judges.base import Case, Judge

SPLITS = ("development", "held_out")
VERDICTS = ("uses", "rejects", "unknown")

_FILE = Path(__file__).parent / "data" / "cue_reasonings.jsonl"


@dataclass(frozen=True)
class Reasoning:
    """One text, with the reader's verdict, what kind of text it is, and its half."""

    text: str
    verdict: str
    kind: str
    split: str


@dataclass(frozen=True)
class Confusion:
    """How often a reader's verdict met a judge's: (reader's, judge's) → texts."""

    counts: Counter[tuple[str, str]]

    def precision(self, verdict: str) -> float:
        """Share of the judge's verdicts that the reader shares."""
        judged = sum(self.counts[other, verdict] for other in VERDICTS)
        return self.counts[verdict, verdict] / judged if judged else 0.0

    def recall(self, verdict: str) -> float:
        """Share of the reader's verdicts that the judge shares."""
        read = sum(self.counts[verdict, other] for other in VERDICTS)
        return self.counts[verdict, verdict] / read if read else 0.0


def reasonings() -> list[Reasoning]:
    """All of them, in the order of the file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return [Reasoning(**json.loads(line)) for line in lines]


def split_of(text: str) -> str:
    """The half that a text belongs to."""
    return SPLITS[int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 0]


def confusion(judge: Judge, texts: Iterable[Reasoning]) -> Confusion:
    """What the judge says of the texts, against what the reader said."""
    pairs = ((text.verdict, judge.decide(Case(text.text)).verdict.value) for text in texts)
    return Confusion(Counter(pairs))

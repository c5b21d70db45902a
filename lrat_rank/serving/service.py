"""Scores for texts that no index holds: what rerank clients bring with them.

The cross-encoder of the ranker that is served reads them; rankers that know documents by their ids
alone cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeGuard, cast

import numpy as np

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.models.calibration.calibration import Calibration
from lrat_rank.models.ranker import FloatArray, Ranker
from lrat_rank.serving.passages import PassageReader, truncated_share

PairScorer = Callable[[Sequence[tuple[str, str]]], FloatArray]
"""(query, text) pairs → raw scores float (pairs,), NaN where the ranker fails."""


class TextRanker(Ranker, Protocol):
    """A ranker that reads texts; `lrat_rank.models.cross_encoder.ranker.CrossEncoderRanker`."""

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """Raw scores float (pairs,) of (query, text) pairs, in their order; higher is better."""
        ...


class NoTextRankerError(InputError):
    """The ranker that is served reads documents of its index alone."""


@dataclass(frozen=True)
class Question:
    """A query and the texts to score for it."""

    query: str
    texts: Sequence[str]


@dataclass(frozen=True)
class TextScores:
    """What the ranker says of a question's texts.

    Attributes:
        raw: float64 (texts,); the ranker's own scores, NaN for texts that it failed on.
        normalised: float64 (texts,) in [0, 1], rising with `raw`; NaN likewise.
        truncated: Share of the texts' tokens that the ranker did not read, in [0, 1].
        tokens: Tokens of the texts that it read; white-space words of a ranker that counts none.
    """

    raw: FloatArray
    normalised: FloatArray
    truncated: float = 0.0
    tokens: int = 0

    @cached_property
    def failed(self) -> list[int]:
        """Positions of the texts without a score."""
        found: list[int] = np.flatnonzero(np.isnan(self.raw)).tolist()
        return found

    @property
    def warnings(self) -> list[str]:
        """What a reader of the scores should know."""
        found = []
        if self.failed:
            named = ", ".join(map(str, self.failed))
            found.append(f"The ranker failed on the documents at index {named}; they stand last.")
        if self.truncated:
            found.append(f"The ranker did not read {self.truncated:.1%} of the documents' tokens.")
        return found

    def shown(self, *, raw: bool = False) -> list[float]:
        """Finite scores, one a text; those without one get the lowest: 0, or the lowest raw one."""
        scores = self.raw if raw else self.normalised
        lowest = float(np.nanmin(scores)) if raw and len(self.failed) < len(scores) else 0.0
        found: list[float] = np.nan_to_num(scores, nan=lowest).tolist()
        return found


@dataclass(frozen=True)
class ReadingRanker:
    """The part of a ranker that reads texts, and how its scores become shares of 1.

    Attributes:
        score_pairs: Its raw scores.
        ranker: What scores, where it counts the tokens it reads.
        calibration: Fitted to exactly these scores; the logistic function stands in for None.
        version: Of the ranker folder.
    """

    score_pairs: PairScorer
    ranker: object = None
    calibration: Calibration | None = None
    version: str = ""

    def scores(self, question: Question, raw: FloatArray) -> TextScores:
        """What was found for a question."""
        pairs = [(question.query, text) for text in question.texts]
        return TextScores(
            raw,
            self.normalise(raw),
            truncated_share(self.ranker, pairs),
            sum(self._tokens(*pair) for pair in pairs),
        )

    def _tokens(self, query: str, text: str) -> int:
        known = self.ranker.tokens_read(query, text) if _counts(self.ranker) else None
        return known[0] if known is not None else len(text.split())

    def normalise(self, raw: FloatArray) -> FloatArray:
        """float64 (texts,) in [0, 1] of raw scores; NaN stays."""
        known = ~np.isnan(raw)
        found = np.full(len(raw), np.nan)
        found[known] = (
            np.exp(-np.logaddexp(0.0, -raw[known]))
            if self.calibration is None
            else self.calibration.calibrate(raw[known])
        )
        return found


class RerankService:
    """Scores texts with the ranker that is served at the moment of the call.

    Args:
        reading: The ranker that reads texts now; None where the served one reads none.
    """

    def __init__(self, reading: Callable[[], ReadingRanker | None]) -> None:
        self._reading = reading

    @property
    def reads_texts(self) -> bool:
        """Whether there is a ranker that scores texts."""
        return self._reading() is not None

    @property
    def version(self) -> str:
        """Of the ranker that scores texts now; empty where there is none."""
        reading = self._reading()
        return reading.version if reading else ""

    def score_texts(self, query: str, texts: Sequence[str]) -> TextScores:
        """See `score`."""
        return self.score([Question(query, texts)])[0]

    def score(self, questions: Sequence[Question]) -> list[TextScores]:
        """The scores of each question's texts; a text is read with its own query alone.

        Raises:
            NoTextRankerError: The served ranker reads no texts.
            LratRankError: It failed on every one of them.
        """
        reading = self._reading()
        if reading is None:
            raise NoTextRankerError(
                "ranker", must="one that reads texts, a cross-encoder", got="one that does not"
            )
        pairs = [(one.query, text) for one in questions for text in one.texts]
        raw = np.asarray(reading.score_pairs(pairs), dtype=np.float64) if pairs else np.empty(0)
        raw[~np.isfinite(raw)] = np.nan
        if len(raw) and np.isnan(raw).all():
            raise LratRankError(f"The ranker gave none of {len(raw)} texts a score.")
        ends = np.cumsum([len(one.texts) for one in questions])[:-1]
        parts = np.split(raw, ends)
        return [reading.scores(one, part) for one, part in zip(questions, parts, strict=True)]


def _counts(ranker: object) -> TypeGuard[PassageReader]:
    return isinstance(ranker, PassageReader)


def text_ranker(ranker: Ranker | None) -> TextRanker | None:
    """The part of a ranker that reads texts: of a cascade the second ranker, or the first.

    Guards and calibrations around it do not count: they know an index, not these texts.
    """
    from lrat_rank.models.cascade import Cascade

    if ranker is None:
        return None
    if hasattr(ranker, "score_pairs"):
        return cast(TextRanker, ranker)
    if isinstance(ranker, Cascade):
        return text_ranker(ranker.second) or text_ranker(ranker.first)
    return text_ranker(getattr(ranker, "inner", None))


def text_calibration(folder: Path) -> Calibration | None:
    """The calibration of a ranker folder's cross-encoder, where it was fitted to what texts get.

    With a guard or an anchor around the cross-encoder it was not.

    Raises:
        InputError: A calibration is damaged.
    """
    from lrat_rank.files import read_json
    from lrat_rank.models.calibration.folder import CALIBRATION, read_calibration
    from lrat_rank.models.cross_encoder.record import read_record
    from lrat_rank.models.loading import ranker_kind

    path = folder / CALIBRATION
    # A cascade's calibration is of its blended scores, and its parts have none.
    if ranker_kind(folder) != "cross-encoder" or not path.is_file():
        return None
    guarded = read_json(path, "calibration").get("guarded") is True
    found, record = read_calibration(folder, guard=guarded), read_record(folder)
    anchored = record is not None and record.anchor is not None
    return None if guarded or anchored else found

"""Scores for texts that no index holds: what rerank clients bring with them.

The cross-encoder of the ranker that is served reads them; rankers that know documents by their ids
alone cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.features.account import CallAccount, truncated_share
from lrat_rank.models.calibration.calibration import Calibration
from lrat_rank.models.nesting import parts_of
from lrat_rank.models.ranker import FloatArray, Ranker

PairScorer = Callable[[Sequence[tuple[str, str]], CallAccount], FloatArray]
"""(query, text) pairs → raw scores float (pairs,), NaN where the ranker fails.

The account is told what was read of the texts, by a ranker that counts that.
"""


class TextRanker(Ranker, Protocol):
    """A ranker that reads texts; `lrat_rank.models.cross_encoder.ranker.CrossEncoderRanker`."""

    def score_pairs(
        self, pairs: Sequence[tuple[str, str]], account: CallAccount | None = None
    ) -> FloatArray:
        """Raw scores float (pairs,) of (query, text) pairs, in their order; higher is better.

        Where an account is given, a ranker that counts tokens tells it what was read of each pair.
        """
        ...


class NoTextRankerError(InputError):
    """The ranker that is served reads documents of its index alone."""


@dataclass(frozen=True)
class Question:
    """A query and the texts to score for it."""

    query: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A text in its place.

    Attributes:
        index: Its position among the texts given, from 0.
        score: Finite, higher is better.
    """

    index: int
    score: float


@dataclass(frozen=True)
class TextScores:
    """What the ranker says of a question's texts.

    Attributes:
        raw: float64 (texts,); the ranker's own scores, NaN for texts that it failed on.
        normalised: float64 (texts,) in [0, 1], rising with `raw`; NaN likewise.
        truncated: Share of the texts' tokens that the ranker did not read, in [0, 1].
        tokens: Tokens of the texts that it read; white-space words of a ranker that counts none.
        version: Of the ranker that gave these scores, which another may have replaced since.
    """

    raw: FloatArray
    normalised: FloatArray
    truncated: float = 0.0
    tokens: int = 0
    version: str = ""

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

    def places(self, *, raw: bool = False, top_n: int | None = None) -> list[Place]:
        """The texts best first; equal ones, and those without a score, in the order given.

        They stand in the order of the raw scores: two that round to the same share of 1 stay apart.

        Args:
            raw: Whether the scores shown are the ranker's own rather than those in [0, 1].
            top_n: How many to keep; all when None.

        >>> scores = TextScores(np.array([50.0, np.nan, 90.0]), np.array([1.0, np.nan, 1.0]))
        >>> [(one.index, one.score) for one in scores.places()]
        [(2, 1.0), (0, 1.0), (1, 0.0)]
        """
        order: list[int] = np.argsort(-self.raw, kind="stable")[:top_n].tolist()  # NaN sorts last
        values = self.shown(raw=raw)
        return [Place(index, values[index]) for index in order]


@dataclass(frozen=True)
class ReadingRanker:
    """The part of a ranker that reads texts, and how its scores become shares of 1.

    Attributes:
        score_pairs: Its raw scores.
        calibration: Fitted to exactly these scores; the logistic function stands in for None.
        version: Of the ranker folder.
    """

    score_pairs: PairScorer
    calibration: Calibration | None = None
    version: str = ""

    def scores(self, question: Question, raw: FloatArray, account: CallAccount) -> TextScores:
        """What was found for a question, and what the account says was read for it."""
        counts = [account.tokens.get((question.query, text)) for text in question.texts]
        return TextScores(
            raw,
            self.normalise(raw),
            truncated_share(one for one in counts if one is not None),
            sum(
                one[0] if one is not None else len(text.split())
                for one, text in zip(counts, question.texts, strict=True)
            ),
            self.version,
        )

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
        # Once each: the same text in another place of a batch may differ in its last digits.
        places = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        account = CallAccount()
        found = reading.score_pairs(list(places), account) if pairs else ()
        raw = np.array(found, dtype=np.float64)[[places[pair] for pair in pairs]]
        raw[~np.isfinite(raw)] = np.nan
        if len(raw) and np.isnan(raw).all():
            raise LratRankError(f"The ranker gave none of {len(raw)} texts a score.")
        ends = np.cumsum([len(one.texts) for one in questions])[:-1]
        parts = np.split(raw, ends)
        return [
            reading.scores(one, part, account) for one, part in zip(questions, parts, strict=True)
        ]


def text_ranker(ranker: Ranker | None) -> TextRanker | None:
    """The last part of a ranker that reads texts: of a cascade the second ranker, or the first.

    What stands around it does not count: guards, calibrations and trees know an index, not these
    texts.
    """
    if ranker is None:
        return None
    if hasattr(ranker, "score_pairs"):
        return cast(TextRanker, ranker)
    found = map(text_ranker, reversed(parts_of(ranker)))
    return next((one for one in found if one is not None), None)


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

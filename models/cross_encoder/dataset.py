"""Labelled lists as the cross-encoder's training examples: what each epoch shows of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.prior import fused_lists
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.document_tokens import DocumentTokens
from lrat_rank.models.cross_encoder.negatives import choose_shown
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import EncodedPair, PairTokenizer
from lrat_rank.models.cross_encoder.query_tokens import QueryTokens
from lrat_rank.models.cross_encoder.reading import AS_IT_STANDS
from lrat_rank.models.cross_encoder.training_aids import TrainingAids
from lrat_rank.models.cross_encoder.unrelated import UnrelatedDocuments
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.models.usable_lists import UsableList

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.ranker import Documents


@dataclass(frozen=True)
class Drawn:
    """The documents of a list that one epoch shows.

    Attributes:
        doc_ids: The documents, those with gain first.
        gains: float64 (documents,), ≥ 0.
    """

    doc_ids: tuple[str, ...]
    gains: FloatArray


@dataclass(frozen=True)
class ShownList:
    """One list as one epoch shows it.

    Attributes:
        pairs: One a document.
        gains: float64 (documents,), ≥ 0.
        offsets: float64 (documents,); what each score starts from, 0 without an anchor.
        teacher: float (documents,); a teacher's scores, or None.
        weight: Of the list, > 0.
    """

    pairs: list[EncodedPair]
    gains: FloatArray
    offsets: FloatArray
    teacher: FloatArray | None
    weight: float


class TrainingDataset:
    """Lists by number, as the current epoch shows them; a map-style dataset.

    An epoch is drawn whole, when it is first asked for. What it shows depends on nothing but the
    seed, the epoch and the list's number. Every text is tokenised once.

    Args:
        lists: What `usable_lists` left of `labelled`.
        documents: Texts by doc_id.
        tokenizer: Makes the pairs.
        options: What is shown, and how it is read.
        labelled: The labels, which say what a group knows of a document.
        aids: An index, an anchor, a teacher, readings.
    """

    def __init__(
        self,
        lists: Sequence[UsableList],
        documents: Documents,
        tokenizer: PairTokenizer,
        options: CrossEncoderOptions,
        *,
        labelled: Sequence[LabelledList],
        aids: TrainingAids | None = None,
    ) -> None:
        aids = aids or TrainingAids()
        source, anchor = aids.source, aids.anchor
        sampling = options.sampling
        if source is not None and sampling.negatives.unseen:
            lists = deepen(lists, labelled, source, depth=sampling.depth)
        self._lists, self._tokenizer, self._options = lists, tokenizer, options
        self._source, self._anchor, self._teacher = source, anchor, aids.teacher
        self._readings = [aids.readings.get(one.query_id, AS_IT_STANDS) for one in lists]
        listed = dict.fromkeys(doc_id for one in lists for doc_id in one.doc_ids)
        pool = list(listed) if source is None else source.doc_ids
        self._unrelated = UnrelatedDocuments(pool, labelled)
        self._fused = (
            fused_lists(source, [one.query for one in lists], depth=anchor.depth)
            if source is not None and anchor is not None
            else []
        )
        template = options.reads
        self._queries = QueryTokens(
            lists, tokenizer, template, dropout=options.context_dropout, seed=options.seed
        )
        self._tokens = DocumentTokens(documents, tokenizer, template)
        self._epoch = 0
        self._drawn: list[Drawn] = []
        self._taught: list[FloatArray] = []

    def __len__(self) -> int:
        return len(self._lists)

    def __getitem__(self, number: int) -> ShownList:
        drawn, query = self.drawn[number], self._queries.of(number, self._epoch)
        reading = self._readings[number]
        return ShownList(
            pairs=[
                self._tokenizer.pair(query, self._tokens.of(doc_id, reading))
                for doc_id in drawn.doc_ids
            ],
            gains=drawn.gains,
            offsets=self._offsets(number, drawn.doc_ids),
            teacher=self._taught[number] if self._teacher is not None else None,
            weight=self._lists[number].weight,
        )

    def set_epoch(self, epoch: int) -> None:
        """Show what this epoch shows, from now on."""
        if epoch != self._epoch:
            self._epoch, self._drawn = epoch, []

    @property
    def drawn(self) -> list[Drawn]:
        """What the epoch shows of each list."""
        if not self._drawn:
            self._drawn = [self._draw(number) for number in range(len(self))]
            self._tokens.prepare(
                (doc_id, reading)
                for one, reading in zip(self._drawn, self._readings, strict=True)
                for doc_id in one.doc_ids
            )
            if self._teacher is not None:
                self._taught = self._asked(self._teacher)
        return self._drawn

    def _asked(self, teacher: Ranker) -> list[FloatArray]:
        """A teacher's scores of what the epoch shows."""
        asked = [
            CandidateList(one.query_id, one.query, drawn.doc_ids, one.context)
            for one, drawn in zip(self._lists, self._drawn, strict=True)
        ]
        taught = teacher.score(asked)
        for one, scores in zip(asked, taught, strict=True):
            for score in scores[~np.isfinite(scores)].tolist():
                where = f"list {one.query_id}"
                raise InputError("teacher's score", must="a finite number", got=score, where=where)
        return taught

    def _draw(self, number: int) -> Drawn:
        one = self._lists[number]
        rng = np.random.default_rng((self._options.seed, self._epoch, number))
        own, foreign = choose_shown(
            one,
            self._options.sampling,
            rng,
            lambda wanted: self._unrelated.draw(one, wanted, rng),
        )
        return Drawn(
            doc_ids=(*(one.doc_ids[position] for position in own), *foreign),
            gains=np.concatenate((one.gains[own], np.zeros(len(foreign)))),
        )

    def _offsets(self, number: int, doc_ids: Sequence[str]) -> FloatArray:
        if self._source is None or self._anchor is None:
            return np.zeros(len(doc_ids))
        return self._anchor.scale * self._fused[number].prior(self._source.rows(doc_ids))

    @property
    def pairs_an_epoch(self) -> int:
        """How many pairs the epoch shows."""
        return sum(len(one.doc_ids) for one in self.drawn)

    @property
    def shortened_share(self) -> float:
        """Share of the epoch's pairs that lose tokens to `max_length`, in [0, 1]."""
        cut = [
            self._tokenizer.cuts(self._queries.of(number, self._epoch), self._tokens.of(*shown))
            for number, (one, reading) in enumerate(zip(self.drawn, self._readings, strict=True))
            for shown in ((doc_id, reading) for doc_id in one.doc_ids)
        ]
        return sum(cut) / len(cut)

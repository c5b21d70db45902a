"""Labelled lists as the cross-encoder's training examples: which documents an epoch shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.pairs import EncodedPair, PairTokenizer, TokenIds
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import BoolArray, UsableList

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.ranker import Documents

_DRAWS = 4
"""Draws a wanted document: enough that one the list may not hold comes up."""


@dataclass(frozen=True)
class ShownList:
    """One list as one epoch shows it.

    Attributes:
        pairs: One a document.
        gains: float64 (documents,), ≥ 0.
        weight: Of the list, > 0.
    """

    pairs: list[EncodedPair]
    gains: FloatArray
    weight: float


def choose_shown(
    gains: FloatArray, rejected: BoolArray, size: int, rng: np.random.Generator
) -> list[int]:
    """Which documents of a list one epoch shows, as positions in it.

    Documents with gain come first, the highest gains before others, and leave room for at least
    one without. Of those without, rejected ones are surest and all shown while there is room; the
    rest is drawn from the skipped ones, with chances that fall as 1/position among what is
    left of the list, since a document skipped near the top was most likely looked at.

    Args:
        gains: float (documents,), in the order they were shown.
        rejected: bool (documents,).
        size: Documents to show, at most; ≥ 2.
        rng: Draws the skipped ones.

    >>> rng = np.random.default_rng(0)
    >>> choose_shown(np.array([0, 1.2, 0, 0]), np.array([False, False, False, True]), 2, rng)
    [1, 3]
    """
    if len(gains) <= size:
        return list(range(len(gains)))
    relevant = np.flatnonzero(gains > 0)
    negative = np.flatnonzero(gains <= 0)
    relevant = relevant[np.argsort(-gains[relevant], kind="stable")]
    relevant = relevant[: size - 1] if len(negative) else relevant[:size]
    hard = negative[rejected[negative]][: size - len(relevant)]
    skipped = negative[~rejected[negative]]
    room = min(size - len(relevant) - len(hard), len(skipped))
    chances = 1 / (skipped + 1)
    if room:
        skipped = rng.choice(skipped, size=room, replace=False, p=chances / chances.sum())
    return [*relevant.tolist(), *hard.tolist(), *skipped[:room].tolist()]


class TrainingDataset:
    """Lists by number, as the current epoch shows them; a map-style dataset.

    Every text is tokenised once, when the dataset is made. What an epoch shows depends on nothing
    but the seed, the epoch and the list's number.
    """

    def __init__(
        self,
        lists: Sequence[UsableList],
        documents: Documents,
        tokenizer: PairTokenizer,
        options: CrossEncoderOptions,
        *,
        labelled: Sequence[LabelledList],
    ) -> None:
        self._lists, self._tokenizer, self._options = lists, tokenizer, options
        self._epoch = 0
        template = options.template
        queries = [template.of_query(one.query) for one in lists]
        self._queries = tokenizer.tokenize(queries)
        doc_ids = list(dict.fromkeys(doc_id for one in lists for doc_id in one.doc_ids))
        self._doc_ids = np.array(doc_ids)
        self._of_group: defaultdict[str, set[str]] = defaultdict(set)
        for one in labelled:
            self._of_group[one.group].update(c.doc_id for c in one.candidates)
        texts = [template.of_document(found) for found in documents.documents(doc_ids)]
        self._documents: dict[str, TokenIds] = dict(
            zip(doc_ids, tokenizer.tokenize(texts), strict=True)
        )

    def __len__(self) -> int:
        return len(self._lists)

    def __getitem__(self, number: int) -> ShownList:
        doc_ids, gains = self._shown(number)
        query = self._queries[number]
        return ShownList(
            pairs=[self._tokenizer.pair(query, self._documents[doc_id]) for doc_id in doc_ids],
            gains=gains,
            weight=self._lists[number].weight,
        )

    def _shown(self, number: int) -> tuple[list[str], FloatArray]:
        one, options = self._lists[number], self._options
        rng = np.random.default_rng((options.seed, self._epoch, number))
        unrelated = self._unrelated(one.group, rng)
        room = options.list_size - len(unrelated)
        own = choose_shown(one.gains, one.rejected, room, rng)
        doc_ids = [one.doc_ids[position] for position in own] + unrelated
        return doc_ids, np.concatenate((one.gains[own], np.zeros(len(unrelated))))

    def _unrelated(self, group: str, rng: np.random.Generator) -> list[str]:
        """Documents no list of the group shows, masked or not; fewer where such are rare."""
        related = self._of_group[group]
        drawn: dict[str, None] = {}
        for doc_id in rng.choice(self._doc_ids, size=_DRAWS * self._options.unrelated).tolist():
            if doc_id not in related and len(drawn) < self._options.unrelated:
                drawn[doc_id] = None
        return list(drawn)

    def set_epoch(self, epoch: int) -> None:
        """Show what this epoch shows, from now on."""
        self._epoch = epoch

    @property
    def pairs_an_epoch(self) -> int:
        """How many pairs an epoch shows."""
        return sum(len(self._shown(number)[0]) for number in range(len(self)))

    @property
    def shortened_share(self) -> float:
        """Share of all lists' pairs that lose tokens to `max_length`, in [0, 1]."""
        cut = [
            self._tokenizer.cuts(query, self._documents[doc_id])
            for query, one in zip(self._queries, self._lists, strict=True)
            for doc_id in one.doc_ids
        ]
        return sum(cut) / len(cut)

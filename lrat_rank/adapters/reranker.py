"""Reranking the texts that a framework hands over: the one way all adapters take."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from lrat_rank.adapters.text_folder import text_folder
from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.models.ranker import Ranker
from lrat_rank.serving.text_scores import (
    Place,
    ReadingRanker,
    RerankService,
    TextRanker,
    text_calibration,
    text_ranker,
)


class Reranker:
    """Orders texts for a query with a ranker that reads texts.

    Scores are in [0, 1]: by the calibration in the ranker's folder where it holds for texts without
    an index, else by the logistic function. Texts are ordered by the ranker's own scores, so two
    that round to the same share of 1 still stand in their order; those that tie exactly keep the
    order given. A text that the ranker fails on stands last.

    Calls from several threads are answered one after the other.

    Args:
        service: Scores the texts.
        raw: Whether to give the ranker's own scores in place of shares of 1.
    """

    def __init__(self, service: RerankService, *, raw: bool = False) -> None:
        self._service, self._raw = service, raw
        self._one_at_a_time = threading.Lock()

    @classmethod
    def load(
        cls,
        folder: Path | str,
        *,
        raw: bool = False,
        device: str | None = None,
        passages: int = 1,
    ) -> Reranker:
        """Open a trained cross-encoder, that of a cascade, or any checkpoint with one logit.

        Args:
            folder: A folder, or a name on the Hugging Face hub.
            raw: As the class takes it.
            device: "cpu", "cuda", …; the accelerator where there is one when None.
            passages: Passages a text that is too long for the model is read in, at most; the best
                one counts. 1 cuts it.

        Raises:
            InputError: There is no such checkpoint, the folder holds no cross-encoder, or
                `passages` is out of its range.
        """
        from lrat_rank.models.cross_encoder.inference import ScoringOptions
        from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker

        options, calibration = ScoringOptions(passages=passages), None
        if Path(folder).is_dir():
            folder = text_folder(Path(folder))
            calibration = text_calibration(folder)
        ranker = CrossEncoderRanker.load(folder, options=options, device=device)
        reading = ReadingRanker(ranker.score_pairs, calibration=calibration)
        return cls(RerankService(lambda: reading), raw=raw)

    @classmethod
    def of(cls, ranker: AnyRanker) -> Reranker:
        """The reranker that an adapter was given in one form or another.

        Args:
            ranker: The folder of a cross-encoder or of a cascade with one, either of them loaded,
                or a reranker, which is kept as it is.

        Raises:
            InputError: The ranker knows documents by their ids alone and reads no texts, or the
                folder holds no cross-encoder.
        """
        if isinstance(ranker, Reranker):
            return ranker
        if isinstance(ranker, str | Path):
            return cls.load(ranker)
        found = text_ranker(ranker)
        if found is None:
            raise InputError(
                "ranker",
                must="one that reads texts, a cross-encoder",
                got=type(ranker).__name__,
                do="Other rankers score the documents of their index: use the search tool.",
            )
        reading = ReadingRanker(found.score_pairs)
        return cls(RerankService(lambda: reading))

    def place(self, query: str, texts: Sequence[str], *, top_n: int | None = None) -> list[Place]:
        """The texts in their order, best first.

        Args:
            query: What they are to answer.
            texts: In the order that ties keep; none give none.
            top_n: How many to keep, at least 1; all when None.

        Raises:
            InputError: `top_n` is below 1.
            LratRankError: The ranker failed on every text.
        """
        check_top_n(top_n)
        if not texts:
            return []
        with self._one_at_a_time:
            scores = self._service.score_texts(query, texts)
        return scores.places(raw=self._raw, top_n=top_n)


AnyRanker = Reranker | TextRanker | Ranker | Path | str
"""A ranker as adapters take it, see `Reranker.of`."""


def check_top_n(top_n: int | None) -> int | None:
    """The number of texts to keep, as given.

    Raises:
        InputError: It is below 1.
    """
    if top_n is not None and top_n < 1:
        raise InputError("top_n", must="at least 1, or None for all", got=top_n)
    return top_n


def titled(text: str, title: object) -> str:
    r"""A text as rankers were trained to read it: after its title, where it has one.

    A title that the text opens with is not repeated.

    >>> titled("was a poet.", "Ana Lor"), titled("Ana Lor\nwas a poet.", "Ana Lor")
    ('Ana Lor was a poet.', 'Ana Lor\nwas a poet.')
    >>> titled("was a poet.", None)
    'was a poet.'
    """
    name = str(title or "").strip()
    if text.lstrip().startswith(name):
        return text
    return Document("", text, name).contents

"""The cross-encoder ranker: reads query and document together, one score a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec
import numpy as np

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.account import CallAccount
from lrat_rank.features.source import FeatureSource
from lrat_rank.files import atomic_folder, write_json
from lrat_rank.mining.labels import Context
from lrat_rank.models.cross_encoder.card import write_card
from lrat_rank.models.cross_encoder.checkpoint import longest_pair, open_ranker, write_checkpoint
from lrat_rank.models.cross_encoder.inference import ScoringOptions, score_encoded
from lrat_rank.models.cross_encoder.pairs import EncodedPair, PairTokenizer
from lrat_rank.models.cross_encoder.parts import Text
from lrat_rank.models.cross_encoder.passages import PassagePairs, passage_pairs
from lrat_rank.models.cross_encoder.record import CrossEncoderRecord, read_record
from lrat_rank.models.ranker import CandidateList, FloatArray
from lrat_rank.models.ranker_folder import RECORD


class Documents(Protocol):
    """Where texts come from; `lrat_rank.models.first_stage.Index` is one."""

    def __contains__(self, doc_id: object, /) -> bool:
        """Whether there is a document of that doc_id."""
        ...

    def documents(self, doc_ids: Sequence[str]) -> Sequence[Document]:
        """The documents, in the order asked for; raises InputError for an unknown doc_id."""
        ...


def as_source(documents: Documents | None) -> FeatureSource | None:
    """The documents as an index with first stages; None where they are texts alone."""
    return cast(FeatureSource, documents) if hasattr(documents, "stage_hits") else None


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document in the order of its score.

    Attributes:
        index: Its position in the documents given, from 0.
        document: As given.
        score: The raw logit; higher is better.
    """

    index: int
    document: str | Document
    score: float


class CrossEncoderRanker:
    """Scores pairs of query and document with a Hugging Face sequence-classification model.

    Scores are comparable within a query, and no probabilities. `score` adds the first stage's share
    to the model's raw logit where the ranker was trained so (`record.anchor`); `score_pairs` and
    `rank`, which know texts and no index, give the logit, the learned part, alone.

    Args:
        model: With one logit.
        tokenizer: Its fast tokenizer.
        documents: Texts by doc_id, for `score`; not needed for `score_pairs` and `rank`.
        record: What the model reads, and how it was trained; the whole room of the model when None.
        options: Precision and batch size.

    Attributes:
        record: As given.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        documents: Documents | None = None,
        *,
        record: CrossEncoderRecord | None = None,
        options: ScoringOptions | None = None,
    ) -> None:
        self.record = record or CrossEncoderRecord(max_length=longest_pair(model, tokenizer))
        self._model, self._tokenizer, self._documents = model, tokenizer, documents
        self._options = options or ScoringOptions()
        self._pairs = PairTokenizer(tokenizer, self.record.max_length)

    @classmethod
    def load(
        cls,
        folder: Path | str,
        documents: Documents | None = None,
        *,
        options: ScoringOptions | None = None,
        device: str | None = None,
    ) -> CrossEncoderRanker:
        """Open a trained ranker, or any checkpoint with one logit.

        Args:
            folder: A folder, or a name on the Hugging Face hub.
            documents: Texts by doc_id.
            options: Precision and batch size.
            device: "cpu", "cuda", …; the accelerator where there is one when None.

        Raises:
            InputError: There is no such checkpoint, it is a ranker of another kind, or it has not
                one logit.
        """
        import torch

        record = read_record(Path(folder))
        model, tokenizer = open_ranker(str(folder))
        model.to(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        return cls(model, tokenizer, documents, record=record, options=options)

    def save(self, folder: Path | str) -> None:
        """Write the ranker into a folder; an older ranker there is replaced.

        The folder is an ordinary checkpoint: it loads in `sentence_transformers.CrossEncoder`,
        whose `predict` gives the same raw logits, and in text-embeddings-inference.
        """
        with atomic_folder(folder, marker=RECORD) as new:
            write_checkpoint(new, self._model, self._tokenizer, max_length=self.record.max_length)
            write_json(new / RECORD, self.record)
            write_card(new, self.record)

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float array a list, aligned with its `doc_ids`; higher is better.

        Raises:
            InputError: A doc_id is unknown, or the ranker was made without documents, or with an
                anchor and without an index.
        """
        learned = self.learned(lists)
        if self.record.anchor is None:
            return learned
        offsets = self.offsets(lists)
        return [share + own for share, own in zip(offsets, learned, strict=True)]

    def learned(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """The model's share of the scores: raw logits, one float32 array a list.

        The best logit of its passages is a document's own, where it is read in several.
        """
        read = self._read(*self._texts(lists))
        sizes = [len(one.doc_ids) for one in lists]
        documents = iter(read.tokens)
        for one in lists:
            tokens = list(islice(documents, len(one.doc_ids)))
            if one.account is not None:
                one.account.tokens.update(zip(one.doc_ids, tokens, strict=True))
        return np.split(self._logits(read), np.cumsum(sizes)[:-1]) if lists else []

    def offsets(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """The first stage's share of the scores, float64; 0 for a ranker without an anchor.

        Raises:
            InputError: There is an anchor and no index.
        """
        if self.record.anchor is None:
            return [np.zeros(len(one.doc_ids)) for one in lists]
        source = as_source(self._documents)
        if source is None:
            raise InputError(
                "documents",
                must="an index, whose first stages' scores are part of this ranker's",
                got="texts alone" if self._documents is not None else "none",
                do="Load it with an index, or call rank() for the learned part of the scores.",
            )
        return self.record.anchor.offsets(source, lists)

    def encoded(self, lists: Sequence[CandidateList]) -> list[EncodedPair]:
        """The lists' pairs as the model reads them, one list after the other, long texts cut.

        Raises:
            InputError: A doc_id is unknown, or the ranker was made without documents.
        """
        queries, texts, which = self._texts(lists)
        return passage_pairs(self._pairs, self._pairs.tokenize(queries), texts, which, 1).pairs

    def read_passages(self, most: int) -> None:
        """Read long documents in so many passages from now on, see `ScoringOptions.passages`."""
        self._options = msgspec.structs.replace(self._options, passages=most)

    @property
    def reads_context(self) -> bool:
        """Whether the model reads anything of what the agent knows."""
        return self.record.template.context.reads_something

    def _texts(
        self, lists: Sequence[CandidateList]
    ) -> tuple[list[Text], list[str], list[tuple[int, int]]]:
        """Queries, documents' texts, and which of them each pair of the lists is."""
        if self._documents is None:
            raise InputError(
                "documents",
                must="given to the ranker, so that it can read what doc_ids name",
                got="none",
                do="Load it with an index, or call rank() with texts.",
            )
        doc_ids, which = _distinct([doc_id for one in lists for doc_id in one.doc_ids])
        texts = [
            self.record.template.of_document(found) for found in self._documents.documents(doc_ids)
        ]
        queries = [self.record.template.of_query(one.query, one.context) for one in lists]
        owners = np.repeat(np.arange(len(lists)), [len(one.doc_ids) for one in lists]).tolist()
        return queries, texts, list(zip(owners, which, strict=True))

    def logits(self, pairs: Sequence[EncodedPair]) -> FloatArray:
        """Raw logits float32 (pairs,) of what `encoded` gave."""
        return score_encoded(self._model, pairs, self._pairs, self._options)

    def score_texts(self, query: Text, texts: Sequence[str]) -> FloatArray:
        """Raw logits float32 (texts,) of texts as the model reads them, templates filled in."""
        return self._logits(self._read([query], texts, [(0, n) for n in range(len(texts))]))

    def span_read(self, query: Text, text: str) -> tuple[int, int]:
        """Where what the model reads of a text begins and ends, in characters."""
        return self._pairs.span_kept(query, text)

    def score_pairs(
        self, pairs: Sequence[tuple[str, str]], account: CallAccount | None = None
    ) -> FloatArray:
        """Raw logits float32 (pairs,) of (query, document text) pairs, in the order given.

        Args:
            pairs: What to read.
            account: Is told how many tokens of each text were read.
        """
        queries, query_of = _distinct([query for query, _ in pairs])
        texts, text_of = _distinct([text for _, text in pairs])
        template = self.record.template
        read = self._read(
            [template.of_query(query) for query in queries],
            [template.of_document(text) for text in texts],
            list(zip(query_of, text_of, strict=True)),
        )
        if account is not None:
            account.tokens.update(zip(pairs, read.tokens, strict=True))
        return self._logits(read)

    def rank(
        self,
        query: str,
        documents: Sequence[str | Document],
        *,
        context: Context | None = None,
        top_k: int | None = None,
    ) -> list[RankedDocument]:
        """Order documents for a query, best first; equal scores keep the order given.

        Args:
            query: The query's text.
            documents: Texts, or documents with titles.
            context: What the agent knows; read as far as the ranker was trained to.
            top_k: How many to keep; all when None.

        Example:
            ranker = CrossEncoderRanker.load("out/cross-encoder")
            best = ranker.rank("who built it?", ["Ada built it.", "It rains."])[0]
        """
        template = self.record.template
        texts = [template.of_document(document) for document in documents]
        scores = self.score_texts(template.of_query(query, context), texts)
        order = np.argsort(-scores, kind="stable")[:top_k].tolist()
        return [RankedDocument(i, documents[i], float(scores[i])) for i in order]

    def _read(
        self, queries: Sequence[Text], texts: Sequence[str], which: Sequence[tuple[int, int]]
    ) -> PassagePairs:
        query_ids = self._pairs.tokenize(queries)
        return passage_pairs(self._pairs, query_ids, texts, which, self._options.passages)

    def _logits(self, read: PassagePairs) -> FloatArray:
        return read.best(self.logits(read.pairs))


def _distinct(items: Sequence[str]) -> tuple[list[str], list[int]]:
    """The distinct items in the order they first come, and where among them each item is.

    >>> _distinct(["b", "a", "b"])
    (['b', 'a'], [0, 1, 0])
    """
    position: dict[str, int] = {}
    where = [position.setdefault(item, len(position)) for item in items]
    return list(position), where

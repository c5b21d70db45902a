"""The forward index: every document's terms in order, as flat arrays.

It answers what ranking features ask of a handful of candidates (term frequencies, positions,
lengths) without touching the rest of the collection, and holds the collection's term statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.features.document_facts import FactMemory
from lrat_rank.files import read_json, write_json

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.floating]

BM25_K1 = 1.5
BM25_B = 0.75

_DOCUMENT_FREQUENCY = "contents.document_frequency.npy"


@dataclass(frozen=True)
class Field:
    """One field (title or text) of every document, as term ids.

    Attributes:
        tokens: int32 (total terms,); the terms of document `row` stand at
            `offsets[row]:offsets[row + 1]`.
        offsets: int64 (documents + 1,).
        document_frequency: int64 (vocabulary,); documents that hold the term in this field.
        collection_frequency: int64 (vocabulary,); occurrences in this field.
    """

    tokens: IntArray
    offsets: IntArray
    document_frequency: IntArray
    collection_frequency: IntArray

    def __post_init__(self) -> None:
        # Compiled code is made once for arrays that cannot be written, mapped from disk or not.
        for name in ("tokens", "offsets", "document_frequency", "collection_frequency"):
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def n_documents(self) -> int:
        """How many documents the collection has."""
        return len(self.offsets) - 1

    @cached_property
    def lengths(self) -> IntArray:
        """int64 (documents,); terms in each document's field."""
        return np.diff(self.offsets)

    @cached_property
    def owners(self) -> IntArray:
        """int64 (total terms,); the row of the document each term stands in."""
        return np.repeat(np.arange(self.n_documents), self.lengths)

    @cached_property
    def average_length(self) -> float:
        """Mean terms a document; 0 for a field no document has."""
        return float(self.lengths.mean()) if len(self.lengths) else 0.0

    def gather(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """The terms of some documents, one after the other, and whose they are.

        Args:
            rows: int (candidates,).

        Returns:
            tokens int32 (n,) and owner int64 (n,): the position in `rows` of each term's document.
        """
        starts, lengths = self.offsets[rows], self.lengths[rows]
        owner = np.repeat(np.arange(len(rows)), lengths)
        first = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        return self.tokens[first + np.arange(len(owner))], owner

    def distinct(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """As `gather`, each document's terms once, increasing."""
        tokens, owner = self.gather(rows)
        size = max(len(self.document_frequency), 1)
        # Sorting (owner, token) as one number is much quicker than sorting pairs.
        pairs = np.sort(owner * size + tokens)
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        return pairs % size, pairs // size


@dataclass(frozen=True)
class ForwardIndex:
    """Titles and texts as term ids, with the vocabulary and the analyzer that made them.

    Attributes:
        document_frequency: int64 (vocabulary,); documents that hold the term in title or text.

    >>> index = ForwardIndex.build([("Red fox", "The fox ran."), ("", "A dog.")], Analyzer())
    >>> index.text.lengths.tolist(), index.text.document_frequency[index.vocabulary["fox"]]
    ([2, 1], np.int64(1))
    >>> index.term_ids("foxes and unicorns")
    array([1], dtype=int32)
    """

    analyzer: Analyzer
    vocabulary: dict[str, int]
    title: Field
    text: Field
    document_frequency: IntArray

    @classmethod
    def build(cls, documents: Iterable[tuple[str, str]], analyzer: Analyzer) -> ForwardIndex:
        """Analyse (title, text) pairs, in row order."""
        vocabulary: dict[str, int] = {}
        ids: tuple[list[list[int]], list[list[int]]] = ([], [])
        for document in documents:
            for field_ids, content in zip(ids, document, strict=True):
                terms = analyzer.terms(content)
                field_ids.append([vocabulary.setdefault(t, len(vocabulary)) for t in terms])
        title, text = (_field(field_ids, len(vocabulary)) for field_ids in ids)
        tokens = np.concatenate((title.tokens, text.tokens))
        owners = np.concatenate((title.owners, text.owners))
        return cls(
            analyzer, vocabulary, title, text, _document_frequency(owners, tokens, len(vocabulary))
        )

    @property
    def n_documents(self) -> int:
        """How many documents the collection has."""
        return self.text.n_documents

    @cached_property
    def idf(self) -> FloatArray:
        """float64 (vocabulary,); Lucene's idf of each term over whole documents."""
        return lucene_idf(self.document_frequency, self.n_documents)

    @cached_property
    def lengths(self) -> IntArray:
        """int64 (documents,); terms in title and text together."""
        return self.title.lengths + self.text.lengths

    @cached_property
    def average_length(self) -> float:
        """Mean terms a document, title and text together."""
        return float(self.lengths.mean()) if len(self.lengths) else 0.0

    @cached_property
    def facts(self) -> FactMemory:
        """What the documents are like, whatever the query."""
        return FactMemory(self)

    def term_ids(self, query: str) -> IntArray:
        """int32 ids of a query's terms, in order, repeats kept; unknown terms are left out."""
        found = (self.vocabulary.get(term) for term in self.analyzer.terms(query))
        return np.array([i for i in found if i is not None], dtype=np.int32)

    def contents(self) -> Iterator[IntArray]:
        """Each document's terms, title before text: what BM25 over the whole document indexes."""
        title, text = self.title, self.text
        for row in range(self.n_documents):
            yield np.concatenate(
                (
                    title.tokens[title.offsets[row] : title.offsets[row + 1]],
                    text.tokens[text.offsets[row] : text.offsets[row + 1]],
                )
            )

    def save(self, folder: Path) -> None:
        """Write the arrays as `.npy` and the vocabulary as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, field in (("title", self.title), ("text", self.text)):
            for array in ("tokens", "offsets", "document_frequency", "collection_frequency"):
                np.save(folder / f"{name}.{array}.npy", getattr(field, array), allow_pickle=False)
        np.save(folder / _DOCUMENT_FREQUENCY, self.document_frequency, allow_pickle=False)
        terms = {"language": self.analyzer.language, "terms": list(self.vocabulary)}
        write_json(folder / "vocabulary.json", terms)

    @classmethod
    def load(cls, folder: Path) -> ForwardIndex:
        """Open a saved forward index; the arrays are memory-mapped."""

        def field(name: str) -> Field:
            def array(part: str) -> IntArray:
                loaded: IntArray = np.load(
                    folder / f"{name}.{part}.npy", mmap_mode="r", allow_pickle=False
                )
                return loaded

            return Field(
                array("tokens"),
                array("offsets"),
                array("document_frequency"),
                array("collection_frequency"),
            )

        stored = read_json(folder / "vocabulary.json", "index vocabulary")
        vocabulary = {term: number for number, term in enumerate(stored["terms"])}
        frequency = np.load(folder / _DOCUMENT_FREQUENCY, mmap_mode="r", allow_pickle=False)
        analyzer = Analyzer(stored["language"])
        return cls(analyzer, vocabulary, field("title"), field("text"), frequency)


def lucene_idf(document_frequency: IntArray, n_documents: int) -> FloatArray:
    """ln(1 + (N − df + ½) / (df + ½)): how rare each term is, never negative.

    Source: Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020, table 1, Lucene.

    >>> lucene_idf(np.array([0, 1, 3]), 3).round(4).tolist()
    [2.0794, 0.9808, 0.1335]
    """
    idf: FloatArray = np.log1p(
        (n_documents - document_frequency + 0.5) / (document_frequency + 0.5)
    )
    return idf


def _field(documents: list[list[int]], vocabulary_size: int) -> Field:
    lengths = np.array([len(ids) for ids in documents], dtype=np.int64)
    tokens = np.array([i for ids in documents for i in ids], dtype=np.int32)
    owners = np.repeat(np.arange(len(documents)), lengths)
    return Field(
        tokens=tokens,
        offsets=np.concatenate(([0], np.cumsum(lengths))),
        document_frequency=_document_frequency(owners, tokens, vocabulary_size),
        collection_frequency=np.bincount(tokens, minlength=vocabulary_size),
    )


def _document_frequency(owners: IntArray, tokens: IntArray, vocabulary_size: int) -> IntArray:
    """How many documents hold each term: one count a (document, term) pair."""
    pairs = np.unique(owners.astype(np.int64) * vocabulary_size + tokens)
    return np.bincount(pairs % max(vocabulary_size, 1), minlength=vocabulary_size)

"""The index: a folder that holds a corpus and answers BM25, dense and hybrid searches over it.

    manifest.json            what the folder is and how it was made
    documents.arrow          doc_id, title, text
    forward/                 every document's terms in order, and term statistics
    bm25/                    BM25 score columns (bm25s)
    text_vectors.npy         with an encoder: unit vectors of title and text together
    title_vectors.npy        with an encoder, where documents have titles: unit vectors of titles
    token_vectors/           with --token-vectors: word pieces and passages as vectors
    vectors.faiss            with an approximate search

Arrays are memory-mapped; nothing is unpickled.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np

from lrat_rank.collections import Document, Ranking, Run, rank_by_score
from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.errors import InputError
from lrat_rank.features.extract import STAGE_DEPTH
from lrat_rank.features.forward import FloatArray, ForwardIndex, IntArray
from lrat_rank.features.prior import fuse_hits
from lrat_rank.features.source import StageHits, order_of
from lrat_rank.features.token_index import QueryPieces, TokenIndex
from lrat_rank.files import atomic_folder, existing_file, read_json, write_json
from lrat_rank.models.first_stage.bm25 import BM25_BACKENDS, Bm25, Bm25Parameters, Bm25sBackend
from lrat_rank.models.first_stage.documents import DocumentStore
from lrat_rank.models.first_stage.encoder import Encoder
from lrat_rank.models.first_stage.options import IndexOptions
from lrat_rank.models.first_stage.remembered_hits import RememberedHits
from lrat_rank.models.first_stage.token_vectors import (
    TokenVectors,
    has_token_vectors,
    write_token_vectors,
)
from lrat_rank.models.first_stage.vectors import (
    ANN,
    VectorSearch,
    build_vector_search,
    open_vector_search,
)
from lrat_rank.models.offline import checkpoint
from lrat_rank.progress import say, track

MANIFEST = "manifest.json"
FORMAT = "lrat-rank-index"
STAGES = ("bm25", "dense", "hybrid")


class Index:
    """An index folder, open for searching. Make one with `Index.build`."""

    def __init__(self, folder: Path, options: IndexOptions) -> None:
        if options.bm25_backend == "bm25s":
            existing_file(folder / "bm25" / "params.index.json", "BM25 index")
        if options.encoder != "none":
            existing_file(folder / "text_vectors.npy", "index vectors")
        self.folder = folder
        self.options = options
        self._store = DocumentStore.open(folder)
        self.forward = ForwardIndex.load(folder / "forward")
        self.encoder = Encoder(options.encoder) if options.encoder != "none" else None

    @classmethod
    def build(
        cls, documents: Iterable[Document], folder: Path | str, options: IndexOptions | None = None
    ) -> Index:
        """Index documents into a new folder (an index that stands there is replaced).

        Raises:
            InputError: There are no documents, or an option names nothing known.
        """
        options = options or IndexOptions()
        # What is not known or not installed is told before the work, not after it.
        BM25_BACKENDS.get(options.bm25_backend)
        ANN.get(options.ann)
        checkpoint(options.encoder)
        documents = list(track(documents, "Reading documents"))
        if not documents:
            raise InputError("corpus", must="at least one document", got="none")
        with atomic_folder(folder, marker=MANIFEST) as new:
            DocumentStore.write(documents, new)
            pairs = ((d.title, d.text) for d in track(documents, "Analysing documents"))
            forward = ForwardIndex.build(pairs, Analyzer(options.language))
            forward.save(new / "forward")
            if options.bm25_backend == "bm25s":
                Bm25sBackend.build(forward, Bm25Parameters()).save(new / "bm25")
            if options.encoder != "none":
                write_vectors(documents, new, options)
            manifest = {"format": FORMAT, "version": 1, "documents": len(documents)}
            write_json(new / MANIFEST, manifest | {"options": msgspec.to_builtins(options)})
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path | str) -> Index:
        """Open an index folder.

        Raises:
            InputError: The folder is not an index, or was made by a newer version.
        """
        folder = Path(folder)
        if not (folder / MANIFEST).is_file():
            raise InputError(
                "index",
                must="a folder made by lrat-rank index",
                got=_what_it_is(folder),
                where=folder,
            )
        manifest = read_json(folder / MANIFEST, "index manifest")
        if (manifest.get("format"), manifest.get("version")) != (FORMAT, 1):
            raise InputError(
                "index manifest",
                must=f"format {FORMAT}, version 1",
                got=f"{manifest.get('format')}, version {manifest.get('version')}",
                where=folder / MANIFEST,
                do="Make the index again with: lrat-rank index",
            )
        with _whole(folder):
            return cls(folder, msgspec.convert(manifest.get("options"), IndexOptions))

    def __len__(self) -> int:
        return len(self._store)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._store

    @property
    def doc_ids(self) -> list[str]:
        """Every doc_id, in row order."""
        return self._store.doc_ids

    @cached_property
    def doc_id_order(self) -> IntArray:
        """int64 (documents,); each row's place among the sorted doc_ids, which decides ties."""
        return order_of(self.doc_ids)

    @property
    def has_dense(self) -> bool:
        """Whether the index has an encoder, and so the stages dense and hybrid."""
        return self.encoder is not None

    def rows(self, doc_ids: Sequence[str]) -> IntArray:
        """int64 row numbers of documents; InputError for one the index does not hold."""
        return self._store.rows(doc_ids)

    def documents(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents, in the order asked for; InputError for one the index does not hold."""
        return self._store.get(doc_ids)

    @cached_property
    def text_vectors(self) -> FloatArray | None:
        """float32 (documents, d) unit vectors of title and text, memory-mapped; or None."""
        return self._vectors("text_vectors.npy")

    @cached_property
    def title_vectors(self) -> FloatArray | None:
        """float32 (documents, d) unit vectors of titles, zero rows without one; or None."""
        return self._vectors("title_vectors.npy")

    def _vectors(self, name: str) -> FloatArray | None:
        path = self.folder / name
        if not path.exists():
            return None
        with _whole(self.folder):
            vectors: FloatArray = np.load(path, mmap_mode="r", allow_pickle=False)
        return vectors

    @cached_property
    def _bm25(self) -> Bm25:
        if self.options.bm25_backend == "bm25s":
            with _whole(self.folder):
                return Bm25sBackend.load(self.folder / "bm25")
        return BM25_BACKENDS.get(self.options.bm25_backend)(self.forward, Bm25Parameters())

    @cached_property
    def _vector_search(self) -> VectorSearch:
        return open_vector_search(np.ascontiguousarray(self.text_vectors), self.folder)

    def encode_queries(self, queries: Sequence[str]) -> FloatArray | None:
        """float32 (queries, d) unit vectors, or None without an encoder."""
        return self.encoder.encode_queries(queries) if self.encoder else None

    @cached_property
    def _token_vectors(self) -> TokenVectors | None:
        if self.encoder is None or not has_token_vectors(self.folder):
            return None
        return TokenVectors(self.folder, self.encoder)

    @property
    def token_index(self) -> TokenIndex | None:
        """Vectors of word pieces and passages, memory-mapped; or None."""
        return self._token_vectors.index if self._token_vectors else None

    def encode_query_pieces(self, queries: Sequence[str]) -> list[QueryPieces] | None:
        """The queries' word pieces as vectors, or None without token vectors."""
        return self._token_vectors.encode_queries(queries) if self._token_vectors else None

    def stage_hits(self, queries: Sequence[str], depth: int) -> dict[str, StageHits]:
        """Each first stage's list for each query: rows and scores, best first; kept in memory."""
        return self._remembered_hits(queries, depth)

    @cached_property
    def _remembered_hits(self) -> RememberedHits:
        return RememberedHits(self._search)

    def _search(self, queries: Sequence[str], depth: int) -> dict[str, StageHits]:
        stages = ["bm25", "dense"] if self.has_dense else ["bm25"]
        return {stage: self._stage(stage, queries, depth) for stage in stages}

    def _stage(self, stage: str, queries: Sequence[str], depth: int) -> StageHits:
        if not queries:
            return StageHits([], [])
        if stage == "bm25":
            terms = [self.forward.term_ids(query) for query in queries]
            return self._in_order(self._bm25.search(terms, depth))
        vectors = self.encode_queries(queries)
        assert vectors is not None  # `retrieve` and `stage_hits` ask for dense only with an encoder
        return self._in_order(self._vector_search.search(vectors, depth))

    def _in_order(self, hits: StageHits) -> StageHits:
        """The hits with their ties in one order, whatever the backend's is."""
        orders = [
            np.lexsort((self.doc_id_order[rows], scores))[::-1]
            for rows, scores in zip(hits.rows, hits.scores, strict=True)
        ]
        return StageHits(
            [rows[order] for rows, order in zip(hits.rows, orders, strict=True)],
            [scores[order] for scores, order in zip(hits.scores, orders, strict=True)],
        )

    def retrieve(self, queries: Mapping[str, str], stage: str, depth: int = 100) -> Run:
        """A run of the stage "bm25", "dense" or "hybrid" (reciprocal rank fusion of the two).

        Args:
            queries: Query texts by query_id.
            stage: One of `STAGES`.
            depth: Documents a query, at most.

        Raises:
            InputError: The stage is unknown, or needs vectors the index does not have.
        """
        if stage not in STAGES:
            raise InputError("stage", must=f"one of {', '.join(STAGES)}", got=repr(stage))
        if stage != "bm25" and not self.has_dense:
            raise InputError(
                f"stage {stage}",
                must="asked of an index with an encoder",
                got="an index without",
                where=self.folder,
                do="Use --stage bm25, or index again with --encoder offline.",
            )
        parts = ["bm25", "dense"] if stage == "hybrid" else [stage]
        texts = list(queries.values())
        # Cut from lists of one depth, a shallow list is the head of a deep one.
        reach = max(depth, STAGE_DEPTH)
        hits = {part: self._stage(part, texts, reach) for part in parts}
        if len(hits) > 1:
            fused = fuse_hits(hits, depth, self.doc_id_order)
            found = [(one.listed, one.scores[one.best]) for one in fused]
        else:
            [only] = hits.values()
            found = list(zip(only.rows, only.scores, strict=True))
        rankings = [self._ranking(rows, scores, depth) for rows, scores in found]
        return Run(tag=stage, rankings=dict(zip(queries, rankings, strict=True)))

    def _ranking(self, rows: IntArray, scores: FloatArray, depth: int) -> Ranking:
        return rank_by_score(
            [self.doc_ids[row] for row in rows.tolist()], scores.tolist(), depth=depth
        )


def write_vectors(documents: list[Document], folder: Path, options: IndexOptions) -> None:
    """Write all that an index's encoder makes of its documents, given in row order."""
    encoder = Encoder(options.encoder)
    say(f"Encoding {len(documents)} documents with {options.encoder}")
    if options.keeps_token_vectors(len(documents)):
        vectors = write_token_vectors(documents, encoder, folder)
    else:
        vectors = encoder.encode([d.contents for d in documents], progress="Encoding documents")
    np.save(folder / "text_vectors.npy", vectors, allow_pickle=False)
    build_vector_search(vectors, options.ann, folder)
    titled = [row for row, document in enumerate(documents) if document.title]
    if titled:
        titles = np.zeros_like(vectors)
        titles[titled] = encoder.encode([documents[row].title for row in titled])
        np.save(folder / "title_vectors.npy", titles, allow_pickle=False)


@contextlib.contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """InputError where a part of the index cannot be read."""
    try:
        yield
    except (OSError, EOFError, ValueError, KeyError, msgspec.ValidationError) as error:
        raise InputError(
            "index",
            must="whole",
            got=f"one that is damaged ({error})",
            where=folder,
            do="Make the index again with: lrat-rank index",
        ) from error


def _what_it_is(folder: Path) -> str:
    if not folder.exists():
        return "nothing there"
    if folder.is_file():
        return "a file"
    return "a ranker folder" if (folder / "ranker.json").exists() else "a folder without a manifest"

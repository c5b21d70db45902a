"""Token vectors of an index: made once from the encoder's states, kept as bytes on disk.

    token_vectors/
        tokens.npy, sentences.npy, windows.npy        int8 directions
        {tokens,sentences,windows}.scales.npy         what gives them length 1
        {tokens,sentences,windows}.extents.npy        where each document's begin, and how many
        projection.npy                                (d, reduced): tokens to fewer dimensions
        piece_idf.npy                                 how rare each word piece is

A token takes 132 bytes instead of the 1,536 of its state. Arrays are memory-mapped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj
from types import TracebackType

import numpy as np

from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.features.forward import FloatArray, lucene_idf
from lrat_rank.features.token_index import QueryPieces, TokenIndex, VectorRows, to_bytes
from lrat_rank.models.first_stage.encoder import OF_QUERIES, Encoder
from lrat_rank.models.first_stage.passages import sentence_means, sentence_starts, window_means
from lrat_rank.models.first_stage.token_states import TokenStates, read_texts
from lrat_rank.progress import track

FOLDER = "token_vectors"
REDUCED = 128
"""Dimensions of a token vector, at most."""

_KINDS = ("tokens", "sentences", "windows")
_SAMPLE = 512
"""Documents from which the projection is fitted."""
_TEXTS_A_STEP = 128
_QUERIES_REMEMBERED = 100_000


class _RowsWriter:
    """Writes a `VectorRows`, documents in any order, without holding it in memory."""

    def __init__(self, folder: Path, name: str, n_documents: int) -> None:
        self._path = folder / name
        self._raw = self._path.with_suffix(".raw").open("w+b")
        self._scales: list[FloatArray] = []
        self._extents = np.zeros((n_documents, 2), dtype=np.int64)
        self._width = 0
        self._written = 0

    def __enter__(self) -> _RowsWriter:
        return self

    def add(self, row: int, vectors: FloatArray) -> None:
        """The vectors of one document."""
        whole, scales = to_bytes(vectors)
        self._raw.write(whole.tobytes())
        self._scales.append(scales)
        self._extents[row] = self._written, len(whole)
        self._width = whole.shape[1]
        self._written += len(whole)

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        with self._raw:
            if kind is None:
                self._finish()
        self._path.with_suffix(".raw").unlink()

    def _finish(self) -> None:
        shape = (self._written, self._width)
        with self._path.with_suffix(".npy").open("wb") as out:
            header = {"descr": "|i1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(out, header)
            self._raw.seek(0)
            copyfileobj(self._raw, out)
        scales = np.concatenate([np.zeros(0, dtype=np.float32), *self._scales])
        np.save(f"{self._path}.scales.npy", scales, allow_pickle=False)
        np.save(f"{self._path}.extents.npy", self._extents, allow_pickle=False)


def write_token_vectors(
    documents: Sequence[Document], encoder: Encoder, index_folder: Path
) -> FloatArray:
    """Read every document with the encoder, once, and keep its token and passage vectors.

    Args:
        documents: In row order.
        encoder: A transformer with a fast tokenizer.
        index_folder: Where the folder of token vectors is made.

    Returns:
        float32 (documents, d); the documents' own unit vectors, which the same reading gives.

    Raises:
        InputError: The encoder has no vectors for word pieces.
    """
    folder = index_folder / FOLDER
    folder.mkdir()
    projection = _fit_projection(documents, encoder)
    vectors = np.zeros((len(documents), encoder.dimensions), dtype=np.float32)
    frequency = np.zeros(len(encoder.tokenizer), dtype=np.int64)
    tokens, sentences, windows = (_RowsWriter(folder, kind, len(documents)) for kind in _KINDS)
    with tokens, sentences, windows:
        for row, read in _in_order_of_length(documents, encoder):
            vectors[row] = read.vector
            frequency[np.unique(read.pieces)] += 1
            tokens.add(row, read.states @ projection)
            starts = sentence_starts(documents[row])
            sentences.add(row, sentence_means(read.states, read.starts, starts))
            windows.add(row, window_means(read.states))
    np.save(folder / "projection.npy", projection, allow_pickle=False)
    idf = lucene_idf(frequency, len(documents)).astype(np.float32)
    np.save(folder / "piece_idf.npy", idf, allow_pickle=False)
    return vectors


def _in_order_of_length(
    documents: Sequence[Document], encoder: Encoder
) -> Iterator[tuple[int, TokenStates]]:
    # Texts of like length side by side, or the padding costs more than the reading.
    order = np.argsort([len(one.contents) for one in documents], kind="stable").tolist()
    for start in track(range(0, len(order), _TEXTS_A_STEP), "Encoding documents"):
        step = order[start : start + _TEXTS_A_STEP]
        texts = [documents[row].contents for row in step]
        yield from zip(step, read_texts(encoder, texts), strict=True)


def _fit_projection(documents: Sequence[Document], encoder: Encoder) -> FloatArray:
    """float32 (d, reduced); orthonormal columns that keep most of the inner products.

    They are the leading eigenvectors of the second moments, without centring: a shift would
    change the angles that late interaction is about.
    """
    rows = np.unique(np.linspace(0, len(documents) - 1, min(_SAMPLE, len(documents))).astype(int))
    texts = [documents[row].contents for row in rows]
    moments = np.zeros((encoder.dimensions, encoder.dimensions))
    for start in range(0, len(texts), _TEXTS_A_STEP):
        read = read_texts(encoder, texts[start : start + _TEXTS_A_STEP], parts=1)
        states = np.concatenate([one.states for one in read])
        unit = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
        moments += unit.T @ unit
    _, vectors = np.linalg.eigh(moments)
    leading: FloatArray = vectors[:, ::-1][:, :REDUCED].astype(np.float32)
    return leading


class TokenVectors:
    """The token vectors of an index folder, and queries encoded to be compared with them.

    Raises:
        InputError: A file is missing or damaged.
    """

    def __init__(self, index_folder: Path, encoder: Encoder) -> None:
        folder = index_folder / FOLDER

        def array(name: str) -> np.ndarray:
            path = folder / f"{name}.npy"
            try:
                loaded: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise InputError(
                    "index",
                    must="whole",
                    got=f"one whose token vectors are damaged ({error})",
                    where=path,
                    do="Make the index again with: lrat-rank index",
                ) from error
            return loaded

        def rows(kind: str) -> VectorRows:
            return VectorRows(array(kind), array(f"{kind}.scales"), array(f"{kind}.extents"))

        self.index = TokenIndex(*(rows(kind) for kind in _KINDS))
        self._encoder = encoder
        self._projection = array("projection")
        self._idf = array("piece_idf")
        self._remembered: dict[str, QueryPieces] = {}

    def encode_queries(self, queries: Sequence[str]) -> list[QueryPieces]:
        """The queries' word pieces; each distinct query is encoded once."""
        new = [query for query in dict.fromkeys(queries) if query not in self._remembered]
        if len(self._remembered) + len(new) > _QUERIES_REMEMBERED:
            self._remembered.clear()
            new = list(dict.fromkeys(queries))
        read = read_texts(self._encoder, new, parts=1, precision=OF_QUERIES)
        for query, states in zip(new, read, strict=True):
            pieces = QueryPieces(states.states @ self._projection, self._idf[states.pieces])
            self._remembered[query] = pieces
        return [self._remembered[query] for query in queries]


def has_token_vectors(index_folder: Path) -> bool:
    """Whether an index folder holds token vectors."""
    return (index_folder / FOLDER / "piece_idf.npy").is_file()

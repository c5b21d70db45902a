"""Texts to unit vectors, by a sentence-transformers encoder of the user's choice."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import FloatArray
from lrat_rank.models.offline import checkpoint
from lrat_rank.models.precision import Precision
from lrat_rank.models.quiet import silence_library_bars
from lrat_rank.progress import track

_TEXTS_A_STEP = 512
OF_QUERIES = Precision.FLOAT32
"""Of queries, whatever is quicker: which precision wins is measured anew by each process, and the
same search must not give another list because the machine was busy."""


class Encoder:
    """A sentence encoder, loaded when it is first used.

    Args:
        name: "offline" for the packaged MiniLM, a folder, or a name on the Hugging Face hub.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        # A tokenizer cannot be set up for one text while another thread cuts texts with it.
        self._one_at_a_time = threading.RLock()
        self._remembered: dict[str, FloatArray] = {}

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer

        silence_library_bars()
        try:
            return SentenceTransformer(checkpoint(self.name))
        except (OSError, ValueError) as error:
            raise InputError(
                "encoder",
                must="offline, a checkpoint folder, or a name the Hugging Face hub has",
                got=f"{self.name!r} ({str(error).splitlines()[0]})",
            ) from error

    def encode(
        self,
        texts: Sequence[str],
        *,
        progress: str | None = None,
        precision: Precision = Precision.AUTO,
    ) -> FloatArray:
        """float32 (texts, d) unit vectors."""
        steps = range(0, len(texts), _TEXTS_A_STEP)
        # Texts of like length side by side, or the padding costs more than the reading.
        order = np.argsort([len(text) for text in texts], kind="stable")
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in track(steps, progress) if progress else steps:
            step = order[start : start + _TEXTS_A_STEP]
            with self._one_at_a_time, precision.context(self._model.device):
                vectors[step] = self._model.encode(
                    [texts[number] for number in step],
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        return vectors

    def encode_queries(self, queries: Sequence[str]) -> FloatArray:
        """As `encode`, with each distinct query encoded once in the life of the encoder.

        Candidates, features and cascades ask for the same few queries again and again.
        """
        with self._one_at_a_time:
            new = [query for query in dict.fromkeys(queries) if query not in self._remembered]
            if len(self._remembered) + len(new) > 100_000:
                self._remembered.clear()
                new = list(dict.fromkeys(queries))
            if new:
                self._remembered.update(
                    zip(new, self.encode(new, precision=OF_QUERIES), strict=True)
                )
            return np.stack([self._remembered[query] for query in queries])

    def outputs(
        self, texts: Sequence[str], *, precision: Precision = Precision.AUTO
    ) -> list[dict[str, Any]]:
        """What the encoder's last layers give for each text, as tensors by name.

        Raises:
            InputError: The encoder does not read word pieces one by one.
        """
        with self._one_at_a_time, precision.context(self._model.device):
            given: list[dict[str, Any]] = self._model.encode(
                list(texts), output_value=None, show_progress_bar=False
            )
        if given and "token_embeddings" not in given[0]:
            raise InputError(
                "encoder for token vectors",
                must="a transformer, which has a vector for every word piece",
                got=self.name,
                do="Make the index with --no-token-vectors.",
            )
        return given

    @property
    def tokenizer(self) -> Any:
        """Cuts texts into the word pieces the encoder reads."""
        return self._model.tokenizer

    @property
    def longest(self) -> int:
        """How many word pieces it reads at once, its own marks included."""
        return int(self._model.max_seq_length)

    @cached_property
    def dimensions(self) -> int:
        """d, the length of a vector."""
        return int(self._model.get_embedding_dimension())

"""Sentence encoders: opening one to train it, and writing the folder that training leaves."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.models.offline import checkpoint
from lrat_rank.models.precision import Precision
from lrat_rank.models.quiet import silence_library_bars
from lrat_rank.models.ranker import FloatArray

_HEADS = ("ForSequenceClassification", "ForTokenClassification", "ForCausalLM")
"""What architectures are called whose checkpoints were trained for something else."""


def open_sentence_encoder(name: str, *, max_length: int) -> Any:
    """A `sentence_transformers.SentenceTransformer` to train, with float32 weights.

    A plain encoder without pooling of its own gets mean pooling, as the library gives it.

    Args:
        name: "offline", a folder, or a hub name.
        max_length: Tokens a text, at most; less where the encoder takes less.

    Raises:
        InputError: There is no such checkpoint, or it makes no sentence vectors.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    where = checkpoint(name)
    with _loading(name):
        _check_kind(where)
        model = SentenceTransformer(where, model_kwargs={"dtype": torch.float32})
    if model.get_embedding_dimension() is None:
        raise _no_encoder("a checkpoint without a sentence vector", name)
    own = model.max_seq_length
    model.max_seq_length = max_length if own is None else min(own, max_length)
    return model


def unit_vectors(model: Any, texts: Sequence[str], precision: Precision) -> FloatArray:
    """float32 (texts, d) unit vectors, as the encoder gives them after training."""
    with precision.context(model.device):
        vectors: FloatArray = model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
    return vectors


def write_sentence_encoder(folder: Path, model: Any) -> None:
    """Write an ordinary sentence-transformers folder, without the library's own model card."""
    model.save_pretrained(str(folder), create_model_card=False)


def _check_kind(where: str) -> None:
    folder = Path(where)
    if not folder.exists():
        return
    if not any((folder / name).is_file() for name in ("config.json", "modules.json")):
        is_index = (folder / "manifest.json").is_file()
        got = "an index folder" if is_index else "one without modules.json or config.json"
        raise _no_encoder(got, where)
    architectures = _architectures(where) if (folder / "config.json").is_file() else ()
    if any(name.endswith(_HEADS) for name in architectures):
        raise _no_encoder(f"one of {', '.join(architectures)}", where)


def _architectures(where: str) -> tuple[str, ...]:
    from transformers import AutoConfig

    return tuple(AutoConfig.from_pretrained(where).architectures or ())


def _no_encoder(got: str, where: str) -> InputError:
    return InputError(
        "base",
        must="a sentence encoder (a sentence-transformers or plain encoder checkpoint)",
        got=got,
        where=where,
    )


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Keep the libraries' reports out of the way, and say in one line why a checkpoint fails."""
    from transformers.utils import logging as reports

    silence_library_bars()
    verbosity = reports.get_verbosity()
    library = logging.getLogger("sentence_transformers")
    level = library.level
    reports.set_verbosity_error()
    library.setLevel(logging.ERROR)
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise _no_encoder(f"one that does not load ({reason})", name) from error
    finally:
        reports.set_verbosity(verbosity)
        library.setLevel(level)

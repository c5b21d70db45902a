"""Cross-encoder checkpoints: Hugging Face folders with one logit, opened and checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.models.offline import checkpoint
from lrat_rank.models.quiet import silence_library_bars

_LONGEST = 512
"""Tokens a pair where neither the tokenizer nor the model says how many it takes."""
_UNLIMITED = 1_000_000
_RAW_SCORES = "torch.nn.modules.linear.Identity"


def open_base(name: str, *, dropout: float) -> tuple[Any, Any]:
    """A model to train and its tokenizer; an encoder gets a new head with one logit.

    The head is drawn from torch's random state. Attention is computed without the fused kernel on
    a processor, where that kernel's backward pass takes longer than the forward pass it saves.

    Args:
        name: "offline", a checkpoint folder, or a hub name.
        dropout: Of all dropout layers; the saved config keeps what it says.

    Raises:
        InputError: The name leads to no checkpoint, or to one with another number of logits.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    where = checkpoint(name)
    with _loading(name, "base"):
        config = _config(where)
        if _is_classifier(config):
            _check_one_logit(config, name)
        config.num_labels = 1
        model = AutoModelForSequenceClassification.from_pretrained(
            where,
            config=config,
            use_safetensors=True,
            dtype=torch.float32,
            attn_implementation="sdpa" if torch.cuda.is_available() else "eager",
        )
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = dropout
        return model, AutoTokenizer.from_pretrained(where)


def open_ranker(name: str) -> tuple[Any, Any]:
    """A trained model and its tokenizer.

    Args:
        name: A checkpoint folder or a hub name.

    Raises:
        InputError: There is no checkpoint, it has no ranking head, or not one logit.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    with _loading(name, "cross-encoder"):
        config = _config(name)
        if not _is_classifier(config):
            raise InputError(
                "cross-encoder",
                must="a sequence-classification checkpoint",
                got=f"one of {', '.join(config.architectures or ['an unnamed architecture'])}",
                where=name,
                do="Train one from it with: lrat-rank train cross-encoder",
            )
        _check_one_logit(config, name)
        model = AutoModelForSequenceClassification.from_pretrained(
            name, config=config, use_safetensors=True, dtype=torch.float32
        )
        return model.eval(), AutoTokenizer.from_pretrained(name)


def write_checkpoint(folder: Path, model: Any, tokenizer: Any, *, max_length: int) -> None:
    """Write a checkpoint that other libraries load with the same scores.

    The config names the identity as sentence-transformers' activation, so that its `predict`
    gives raw scores; the tokenizer cuts pairs at `max_length`.
    """
    model.config.sentence_transformers = {"activation_fn": _RAW_SCORES}
    model.save_pretrained(folder)
    whole, tokenizer.model_max_length = tokenizer.model_max_length, max_length
    tokenizer.save_pretrained(folder)
    tokenizer.model_max_length = whole


def longest_pair(model: Any, tokenizer: Any) -> int:
    """Tokens a pair that the tokenizer and the model take, at most."""
    limits = (tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", None))
    known = [limit for limit in limits if limit is not None and 0 < limit < _UNLIMITED]
    return min(known) if known else _LONGEST


def _config(where: str) -> Any:
    from transformers import AutoConfig

    folder = Path(where)
    if folder.exists() and not (folder / "config.json").is_file():
        is_index = (folder / "manifest.json").is_file()
        raise InputError(
            "checkpoint",
            must="a Hugging Face checkpoint folder (config.json, model.safetensors, tokenizer)",
            got="an index folder" if is_index else "one without config.json",
            where=where,
        )
    return AutoConfig.from_pretrained(where)


def _is_classifier(config: Any) -> bool:
    return any(name.endswith("ForSequenceClassification") for name in config.architectures or ())


def _check_one_logit(config: Any, name: str) -> None:
    if config.num_labels != 1:
        raise InputError(
            "cross-encoder",
            must="a checkpoint with one logit (num_labels 1)",
            got=f"one with {config.num_labels}",
            where=name,
        )


@contextmanager
def _loading(name: str, what: str) -> Iterator[None]:
    """Keep the library's reports out of the way, and say in one line why a checkpoint fails."""
    from transformers.utils import logging

    silence_library_bars()
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    except (OSError, ValueError) as error:
        raise InputError(
            what,
            must="a checkpoint with safetensors weights: a folder, or a name the hub has",
            got=f"{name!r} ({str(error).splitlines()[0]})",
        ) from error
    finally:
        logging.set_verbosity(verbosity)

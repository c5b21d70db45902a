"""Cross-encoder checkpoints: Hugging Face folders with one logit, opened and checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.models.offline import checkpoint
from lrat_rank.models.quiet import silence_library_bars, silent_library

_LONGEST = 512
"""Tokens a pair where neither the tokenizer nor the model says how many it takes."""
_UNLIMITED = 1_000_000
_RAW_SCORES = "torch.nn.modules.linear.Identity"


def open_base(name: str, *, dropout: float) -> tuple[Any, Any]:
    """A model to train and its tokenizer; an encoder gets a new head with one logit.

    The last layer of a new head is 0, so that every document scores 0 before training; what else
    is new is drawn from torch's random state. Attention is computed without the fused kernel on
    a processor, where that kernel's backward pass takes longer than the forward pass it saves;
    scoring, which has no backward pass, uses the kernel.

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
        if not _is_classifier(config):
            _silence(model)
        tokenizer = AutoTokenizer.from_pretrained(where)
        _pad_with_something(model, tokenizer)
        return model, tokenizer


def _silence(model: Any) -> None:
    """Set a new head's last layer to 0."""
    import torch

    inside = set(model.base_model.modules())
    outside = [module for module in model.modules() if module not in inside]
    last = [one for one in outside if isinstance(one, torch.nn.Linear) and one.out_features == 1]
    torch.nn.init.zeros_(last[-1].weight)
    if last[-1].bias is not None:
        torch.nn.init.zeros_(last[-1].bias)


def _pad_with_something(model: Any, tokenizer: Any) -> None:
    """Give a decoder, which often has none, a padding token."""
    if tokenizer.pad_token is None and tokenizer.eos_token is not None:
        tokenizer.pad_token = tokenizer.eos_token
    if getattr(model.config, "pad_token_id", None) is None:
        model.config.pad_token_id = tokenizer.pad_token_id


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
    limits = (tokenizer.model_max_length, _places(model))
    known = [limit for limit in limits if limit is not None and 0 < limit < _UNLIMITED]
    return min(known) if known else _LONGEST


def _places(model: Any) -> int | None:
    """Tokens a model has places for; None where it does not say.

    RoBERTa and its kin number places from the one after that of padding, and so lose the first.
    """
    import torch

    places: int | None = getattr(model.config, "max_position_embeddings", None)
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            lost = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - lost
    return places


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


def is_cross_encoder(name: str) -> bool:
    """Whether a checkpoint has a head already, so that training goes on from what it knows.

    Raises:
        InputError: The name leads to no checkpoint.
    """
    with _loading(name, "base"):
        return _is_classifier(_config(checkpoint(name)))


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
    silence_library_bars()
    try:
        with silent_library():
            yield
    except (OSError, ValueError) as error:
        raise InputError(
            what,
            must="a checkpoint with safetensors weights: a folder, or a name the hub has",
            got=f"{name!r} ({str(error).splitlines()[0]})",
        ) from error

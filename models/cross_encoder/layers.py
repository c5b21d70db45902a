"""The layers of an encoder: which are frozen, and how fast each learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lrat_rank.errors import InputError

ParameterGroup = dict[str, Any]


@dataclass(frozen=True)
class LayerStack:
    """Where an encoder's layers lie among a model's parameters.

    Attributes:
        path: The name of the list of layers, for instance "bert.encoder.layer".
        count: How many layers there are.
        below: Names of the parameters that come before the layers: the embeddings.
    """

    path: str
    count: int
    below: frozenset[str]

    def height(self, name: str) -> int:
        """How high a parameter lies: 0 for embeddings, 1 … count for layers, above: count + 1."""
        if name in self.below:
            return 0
        if name.startswith(f"{self.path}."):
            return 1 + int(name[len(self.path) + 1 :].split(".", 1)[0])
        return self.count + 1

    def layer_paths(self, least: int = 1) -> list[str]:
        """The names of the layers from that height on."""
        return [f"{self.path}.{height - 1}" for height in range(least, self.count + 1)]


def find_layers(model: Any) -> LayerStack:
    """The layers of any Hugging Face encoder with a head.

    They are the outermost list of modules as long as the config says there are layers.

    Raises:
        InputError: There is no such list; an encoder whose layers share their weights has none.
    """
    from torch.nn import ModuleList

    wanted = getattr(model.config, "num_hidden_layers", None)
    encoder = model.base_model
    prefix = next((name for name, module in model.named_modules() if module is encoder), "")
    prefix = f"{prefix}." if prefix else ""
    for path, module in encoder.named_modules():
        if isinstance(module, ModuleList) and wanted and len(module) == wanted:
            full = prefix + path
            inside = [name for name, _ in model.named_parameters() if name.startswith(prefix)]
            first = next(i for i, name in enumerate(inside) if name.startswith(f"{full}."))
            return LayerStack(full, wanted, frozenset(inside[:first]))
    raise InputError(
        "base",
        must="an encoder whose layers can be told apart, to freeze or slow some of them or to put "
        "adapters on them",
        got=f"{type(model).__name__}, in which no list of {wanted} layers is found",
        do="Leave freeze_layers, layer_decay and lora at their defaults, or take another base.",
    )


def freeze(model: Any, layers: int) -> None:
    """Keep the embeddings and that many of the lowest layers as they are; 0 freezes nothing.

    Raises:
        InputError: The layers cannot be told apart, or there are fewer.
    """
    if not layers:
        return
    stack = find_layers(model)
    if layers > stack.count:
        raise InputError(
            "freeze_layers", must=f"at most {stack.count}, as the base has", got=layers
        )
    for name, parameter in model.named_parameters():
        if stack.height(name) <= layers:
            parameter.requires_grad_(False)


@dataclass(frozen=True)
class Rates:
    """How fast the parts of a model learn.

    Attributes:
        top: Learning rate of the highest layer and of what lies above the layers.
        head: Learning rate of the head.
        decay: The rate of each layer is this times that of the layer above; in (0, 1].
    """

    top: float
    head: float
    decay: float


def parameter_groups(
    model: Any, rates: Rates, *, weight_decay: float, decayed: frozenset[str]
) -> list[ParameterGroup]:
    """The trainable parameters in groups of one learning rate and one weight decay.

    Args:
        model: A sequence-classification model.
        rates: How fast its parts learn.
        weight_decay: Of the parameters that are decayed.
        decayed: Their names.

    Raises:
        InputError: The layers are to learn at different rates and cannot be told apart.

    Source: discriminative fine-tuning of Howard and Ruder, "Universal Language Model Fine-tuning
    for Text Classification", ACL 2018, section 3.2.
    """
    stack = find_layers(model) if rates.decay < 1 else None
    inside = {id(parameter) for parameter in model.base_model.parameters()}
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if id(parameter) not in inside:
            rate = rates.head
        elif stack is None:
            rate = rates.top
        else:
            rate = layer_rate(rates, min(stack.height(name), stack.count), stack.count)
        key = (rate, weight_decay if name in decayed else 0.0)
        groups.setdefault(key, []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


def layer_rate(rates: Rates, height: int, count: int) -> float:
    """The learning rate at a height (0 the embeddings, `count` the highest layer).

    >>> rates = Rates(top=1.0, head=1.0, decay=0.5)
    >>> [layer_rate(rates, height, 3) for height in range(4)]
    [0.125, 0.25, 0.5, 1.0]
    """
    return float(rates.top * rates.decay ** (count - height))


def trainable(model: Any) -> Mapping[str, Any]:
    """The parameters that training changes, by name."""
    return {name: p for name, p in model.named_parameters() if p.requires_grad}

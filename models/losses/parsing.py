"""Losses from what a user writes: `listnet:temperature=0.5`."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args, get_type_hints

from lrat_rank.errors import InputError
from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.discount_functions import DISCOUNT_FUNCTIONS, DiscountFunction
from lrat_rank.models.losses.gain_functions import GAIN_FUNCTIONS, GainFunction
from lrat_rank.models.losses.registry import LOSSES
from lrat_rank.registry import Registry, nearest

_NONE = "none"
_FLAGS = {"true": True, "false": False}
_STRATEGIES: dict[type, Registry[Any]] = {
    GainFunction: GAIN_FUNCTIONS,
    DiscountFunction: DISCOUNT_FUNCTIONS,
}


def parse_loss(text: str, *, temperature: float | None = None) -> RankingLoss:
    """The loss that a text names.

    Args:
        text: A name of `LOSSES`, or the name and hyper-parameters: `NAME:KEY=VALUE,KEY=VALUE`.
        temperature: The temperature where the text does not name one; None for the loss's own.

    Raises:
        InputError: No loss or hyper-parameter has that name (the nearest is suggested), one is
            named twice, or a value is not what it must be.

    >>> parse_loss("listnet:temperature=0.5")
    ListNetLoss(temperature=0.5, target_temperature=0.25)
    >>> parse_loss("listnet:temprature=0.5")
    Traceback (most recent call last):
        ...
    lrat_rank.errors.InputError: hyper-parameter of listnet must be one of temperature, \
target_temperature; got 'temprature'. Did you mean temperature?
    """
    name, colon, rest = text.partition(":")
    kind = LOSSES.get(name.strip())
    given: dict[str, Any] = {}
    for part in rest.split(",") if colon else []:
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not (key and equals and value):
            must = "NAME, or NAME:KEY=VALUE,KEY=VALUE"
            raise InputError("loss", must=must, got=repr(text))
        if key in given:
            raise InputError(f"{key} of {name}", must="given once", got=repr(text))
        given[key] = _value(kind, name.strip(), key, value)
    if temperature is not None:
        given.setdefault("temperature", temperature)
    return kind(**given)


def format_loss(loss: RankingLoss) -> str:
    """The text that `parse_loss` reads as this loss; hyper-parameters at their default left out.

    Raises:
        InputError: The loss is none of the registry's, or a strategy object has settings of its
            own, which a text cannot hold.

    >>> format_loss(parse_loss("lambdarank:cutoff=10,gain=exponential,temperature=1"))
    'lambdarank:gain=exponential,cutoff=10'
    """
    names = {kind: name for name, kind in LOSSES.items()}
    if type(loss) not in names:
        raise InputError("loss", must=f"one of {', '.join(LOSSES.names())}", got=repr(loss))
    parts = [
        f"{field.name}={value_text(getattr(loss, field.name))}"
        for field in dataclasses.fields(loss)
        if getattr(loss, field.name) != field.default
    ]
    return names[type(loss)] + (f":{','.join(parts)}" if parts else "")


def value_text(value: object) -> str:
    """A hyper-parameter's value as a user writes it.

    >>> [value_text(one) for one in (None, True, 0.5)]
    ['none', 'true', '0.5']
    """
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, GainFunction | DiscountFunction):
        for registry in _STRATEGIES.values():
            for name, kind in registry.items():
                if type(value) is kind and value == kind():
                    return name
        raise InputError("hyper-parameter", must="a registered object as it is", got=repr(value))
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _value(kind: type[RankingLoss], loss: str, key: str, text: str) -> Any:
    known = [field.name for field in dataclasses.fields(kind)]
    if key not in known:
        hint = nearest(key, known)
        raise InputError(
            f"hyper-parameter of {loss}",
            must=f"one of {', '.join(known)}",
            got=repr(key),
            do=f"Did you mean {hint}?" if hint else None,
        )
    hint_type = get_type_hints(kind)[key]
    choices = get_args(hint_type) or (hint_type,)
    if text == _NONE and type(None) in choices:
        return None
    for strategy, registry in _STRATEGIES.items():
        if strategy in choices:
            return registry.get(text)()
    if bool in choices:
        if text not in _FLAGS:
            raise InputError(f"{key} of {loss}", must="true or false", got=repr(text))
        return _FLAGS[text]
    number = int if int in choices else float
    try:
        return number(text)
    except ValueError:
        must = "a whole number" if number is int else "a number"
        raise InputError(f"{key} of {loss}", must=must, got=repr(text)) from None

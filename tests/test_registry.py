"""Exact names, in order; a name that is close is suggested."""

import pytest

from lrat_rank.errors import InputError
from lrat_rank.registry import Registry, nearest


@pytest.fixture
def losses() -> Registry[int]:
    registry: Registry[int] = Registry("loss")
    registry.add("softmax", 1)
    registry.add("ranknet", 2)
    return registry


def test_items_come_by_exact_name_in_the_order_they_were_added(losses):
    assert losses.get("ranknet") == 2
    assert losses.names() == ["softmax", "ranknet"]
    assert list(losses.items()) == [("softmax", 1), ("ranknet", 2)]
    assert len(losses) == 2


def test_a_name_twice_is_our_fault_and_keeps_the_first(losses):
    with pytest.raises(ValueError, match="loss 'softmax' is registered twice"):
        losses.add("softmax", 3)
    assert losses.get("softmax") == 1


def test_the_decorator_gives_the_item_back(losses):
    @losses.register("listnet")
    class ListNet:
        pass

    assert losses.get("listnet") is ListNet


@pytest.mark.parametrize(("name", "hint"), [("rank-net", "ranknet"), ("sofmax", "softmax")])
def test_an_unknown_name_lists_the_known_and_suggests_the_nearest(losses, name, hint):
    with pytest.raises(InputError) as caught:
        losses.get(name)
    assert str(caught.value) == (
        f"loss must be one of softmax, ranknet; got '{name}'. Did you mean {hint}?"
    )


@pytest.mark.parametrize("name", ["", "SOFTMAX", "zzz"])
def test_nothing_is_suggested_where_nothing_is_close(losses, name):
    with pytest.raises(InputError) as caught:
        losses.get(name)
    assert caught.value.do is None
    assert nearest(name, losses.names()) is None

"""The orders of a room."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from rooms import effects


@pytest.mark.parametrize("kind", get_args(effects.Effect))
def test_an_order_cannot_be_changed_on_its_way(kind: type) -> None:
    """What the room said is what the host does: every effect is frozen."""
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_every_order_there_is_can_be_given() -> None:
    """No effect is left out of the union that the host's match is checked against."""
    defined = {
        each
        for each in vars(effects).values()
        if dataclasses.is_dataclass(each) and isinstance(each, type) and each.__module__ == effects.__name__
    }
    assert defined - {effects.View} == set(get_args(effects.Effect))

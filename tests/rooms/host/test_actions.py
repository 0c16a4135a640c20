"""What can be posted to a room's task."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from rooms.host import actions


@pytest.mark.parametrize("kind", get_args(actions.Action))
def test_an_action_cannot_be_changed_after_it_was_posted(kind: type) -> None:
    """It is handled later, by another task: every action is frozen."""
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_every_action_there_is_can_be_posted() -> None:
    """No action is left out of the union that the keeper's match is checked against."""
    defined = {
        each
        for each in vars(actions).values()
        if dataclasses.is_dataclass(each) and isinstance(each, type) and each.__module__ == actions.__name__
    }
    assert defined == set(get_args(actions.Action))

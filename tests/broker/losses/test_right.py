"""What is owed: by whose side it was, and by the rule's share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.losses.right import CHOICES, Share, is_owed, is_told, made_good
from broker.vocabulary import LossCause, LossSide

shares = st.lists(st.builds(Share, st.sampled_from(LossCause), st.sampled_from(LossSide), st.integers(1, 900)))
PRISONS, FAMILYS = LossSide.PRISON, LossSide.FAMILY


@pytest.mark.parametrize(
    ("seconds", "side", "owed"),
    [(179, PRISONS, False), (180, PRISONS, True), (900, PRISONS, True), (900, FAMILYS, False)],
)
def test_share_of_the_rule_is_reached_or_not(seconds: int, side: LossSide, owed: bool) -> None:  # noqa: FBT001
    """Twenty percent of a quarter of an hour is three minutes; what lay with the family is never made good."""
    losses = [Share(LossCause.NOBODY_CAME, side, seconds)]
    assert is_owed(losses, 900, 20) is owed
    assert is_told(losses, 900, 20) is (seconds >= 180)


def test_many_small_losses_add_up() -> None:
    """A minute each of three causes of the prison's is as much as three of one."""
    losses = [Share(cause, PRISONS, 60) for cause in (LossCause.NODE_DOWN, LossCause.STAFF_ENDED)]
    assert not is_owed(losses, 900, 20)
    assert is_owed([*losses, Share(LossCause.TERMINAL_DOWN, PRISONS, 60)], 900, 20)


@given(losses=shares, offered=st.integers(1, 900), percent=st.integers(1, 100))
def test_nothing_is_owed_that_nobody_is_told_of(losses: list[Share], offered: int, percent: int) -> None:
    """Whatever is made good is shown to the operator as well, and no loss owes something by itself."""
    assert made_good(losses) <= sum(loss.seconds for loss in losses)
    assert is_told(losses, offered, percent) or not is_owed(losses, offered, percent)
    assert not is_owed([], offered, percent)


def test_every_cause_can_be_chosen_and_no_side_takes_what_the_other_did() -> None:
    """The family's network is the family's, the terminal the prison's; who did not come may be either."""
    assert {cause for cause, _ in CHOICES} == set(LossCause)
    sides = {cause: {side for each, side in CHOICES if each is cause} for cause in LossCause}
    assert {cause for cause, both in sides.items() if len(both) == 2} == {LossCause.NOBODY_CAME, LossCause.STAFF_ENDED}
    assert sides[LossCause.FAMILY_NETWORK] == {FAMILYS}

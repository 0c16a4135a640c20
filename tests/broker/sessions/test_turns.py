"""broker.sessions.turns: whose act is in whose way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.events import AuditEvent
from broker.sessions.turns import INTERVENTIONS, TURNS, Act, Turn, held_by, in_the_way
from tests.support.clock import NOON

ASHA, RAVI = "staff:1", "staff:2"
HOLD, RESUME, START = AuditEvent.VISIT_HOLD, AuditEvent.VISIT_RESUME, AuditEvent.VISIT_START


def act(seq: int, event: AuditEvent = START, by: str = ASHA) -> Act:
    """An act of somebody, a second a number after noon."""
    return Act(seq, event, by, NOON + timedelta(seconds=seq))


def test_what_the_page_knew_of_is_in_nobodys_way() -> None:
    """The act was drawn; whoever acts now has seen it."""
    assert in_the_way(Turn(RAVI, HOLD, seen=4), [act(3), act(4)]) is None


def test_a_colleagues_act_that_the_page_did_not_know_of_is_in_the_way() -> None:
    """The newest of them is named."""
    theirs = act(6, HOLD)
    assert in_the_way(Turn(RAVI, AuditEvent.VISIT_END, seen=4), [act(4), act(5), theirs]) is theirs


def test_ones_own_faster_act_is_not_in_the_way() -> None:
    """Who presses twice before the page has changed is not told of a colleague."""
    assert in_the_way(Turn(ASHA, AuditEvent.VISIT_END, seen=4), [act(4), act(5, HOLD, ASHA)]) is None


@pytest.mark.parametrize("event", sorted(INTERVENTIONS))
def test_a_monitors_act_is_not_a_turn(event: AuditEvent) -> None:
    """A mute does not keep the operator from ending the session."""
    assert in_the_way(Turn(ASHA, AuditEvent.VISIT_END, seen=1), [act(1), act(2, event, RAVI)]) is None


def test_a_form_that_does_not_say_what_it_knew_meets_nothing() -> None:
    """Then the state alone decides."""
    assert in_the_way(Turn(RAVI, HOLD), [act(9)]) is None


def test_the_newest_of_holds_and_resumptions_says_who_holds() -> None:
    """Whatever else happened in between, and in whatever order they are told."""
    acts = [act(1), act(2, HOLD), act(3, RESUME, RAVI), act(4, HOLD, RAVI)]
    assert held_by(acts) == acts[3]
    assert held_by(reversed(acts)) == acts[3]
    assert held_by(acts[:3]) is None
    assert held_by([]) is None


@given(
    st.lists(st.tuples(st.sampled_from(sorted(TURNS)), st.sampled_from([ASHA, RAVI])), max_size=8), st.integers(0, 9)
)
def test_nobody_is_stopped_by_themselves_or_by_what_they_saw(story: list[tuple[AuditEvent, str]], seen: int) -> None:
    """For every story: what is in the way is unseen, somebody else's, and the newest such act."""
    acts = [act(seq, event, by) for seq, (event, by) in enumerate(story, 1)]
    found = in_the_way(Turn(ASHA, START, seen), acts)
    others = [each for each in acts if each.by == RAVI and each.seq > seen]
    assert found == (others[-1] if others else None)

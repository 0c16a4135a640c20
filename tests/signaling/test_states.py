"""The conversation's state machine."""

from __future__ import annotations

import pytest

from signaling.errors import IllegalMessage
from signaling.messages import CLIENT_MESSAGES
from signaling.states import TABLE, Event, Stage, after

FROM_CLIENT = {model.model_fields["type"].annotation.__args__[0] for model in CLIENT_MESSAGES}  # type: ignore[union-attr]


def test_every_message_of_a_client_is_an_event() -> None:
    """A message that the wire knows has a place in the table, and the table knows no other."""
    events = {event.value for event in Event if not event.value.startswith("(")}
    assert events == FROM_CLIENT
    assert {event.value for _, event in TABLE if not event.value.startswith("(")} == FROM_CLIENT


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("event", Event)
def test_what_is_not_in_the_table_is_illegal(stage: Stage, event: Event) -> None:
    """Every pair either leads somewhere by the table or raises."""
    if (stage, event) in TABLE:
        assert after(stage, event) is TABLE[stage, event]
    else:
        with pytest.raises(IllegalMessage):
            after(stage, event)


def test_nothing_comes_after_closed() -> None:
    """Closed is final."""
    assert {to for (stage, _), to in TABLE.items() if stage is Stage.CLOSED} == {Stage.CLOSED}


def test_only_greetings_come_first() -> None:
    """Before anybody is admitted nothing but hello and resume is heard."""
    first = {event for stage, event in TABLE if stage is Stage.GREETING}
    assert first == {Event.HELLO, Event.RESUME, Event.CLOSE}
    assert {event for stage, event in TABLE if stage is Stage.ADMITTING} == {
        Event.ADMITTED,
        Event.KEPT,
        Event.CLOSE,
    }

"""broker.audit.events: the words of the audit."""

from __future__ import annotations

import re

from broker.audit.events import AuditEvent


def test_every_event_is_a_resource_and_an_action_in_alphabetical_order() -> None:
    """The names are `resource:action`, sorted, so that a new one finds its place."""
    values = [event.value for event in AuditEvent]
    assert values == sorted(values)
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+", value) for value in values)
    assert all(event.name.lower() == event.value.replace(":", "_") for event in AuditEvent)

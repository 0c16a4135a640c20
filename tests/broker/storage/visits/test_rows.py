"""What is asked for, as rows."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

from broker.storage import convert
from broker.storage.visits import rows
from broker.visit import Identity, Prisoner, Request
from broker.vocabulary import IdType
from tests.support.clock import NOON
from tests.support.visits import IDENTITY

LAGOS = timezone(timedelta(hours=1))


def test_preferences_come_back_as_the_same_instants_in_their_order() -> None:
    """Also those that were written in another zone, and the best stays the first."""
    late, early = datetime(2026, 3, 8, 9, 0, tzinfo=LAGOS), NOON
    asked = Request(
        Prisoner("Sanjay Kolte", "Mahadev Kolte", 34, "male", "UT/1/26"),
        (late, early),
        "She uses a hearing aid.",
        "Africa/Lagos",
        decide_by=NOON,
        lapse_at=NOON + timedelta(hours=1),
    )
    back = convert.request(rows.request("v1", asked))
    assert back == asked
    assert [each.tzinfo for each in back.preferences] == [UTC, UTC]


def test_identity_of_nobody_in_particular_writes_no_column() -> None:
    """Somebody whom staff booked has none; somebody who registered has all of it."""
    assert rows.identity(None) == {}
    assert rows.identity(IDENTITY)["id_type"] is IdType.PAN
    assert set(rows.identity(IDENTITY)) == {each.name for each in fields(Identity)}

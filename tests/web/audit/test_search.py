"""web.audit.search: from what was typed to what is looked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broker.audit.search import Place, Search
from broker.staff import Role
from tests.support.desk import Desk
from web.audit.search import noted, place_of, place_text, read, typed

ZONE = "Asia/Kolkata"


async def asked(desk: Desk, **fields: str) -> tuple[Search, dict[str, str]]:
    """What these fields ask for, and what is wrong with them."""
    async with desk.db.read() as uow:
        search, given = await read(uow, typed(fields), ZONE, None)
    return search, dict(given.problems)


async def test_times_are_on_the_readers_clock_and_the_last_minute_counts(desk: Desk) -> None:
    """What brings a zone of its own keeps it."""
    search, problems = await asked(desk, since="2026-03-02T11:15", until="2026-03-02T11:20")
    assert (search.since, search.until) == (
        datetime(2026, 3, 2, 5, 45, tzinfo=UTC),
        datetime(2026, 3, 2, 5, 51, tzinfo=UTC),
    )
    assert problems == {}
    search, _ = await asked(desk, since="2026-03-02T11:15+00:00")
    assert search.since == datetime(2026, 3, 2, 11, 15, tzinfo=UTC)


async def test_somebody_is_found_by_name_username_or_number(desk: Desk) -> None:
    """A username that fits exactly is that one; kinds of actors have words."""
    asha = await desk.hire("asha", Role.OPERATOR, desk.here)
    other = await desk.hire("asha.rao", Role.OPERATOR, desk.here)
    expected = {
        "asha": [f"staff:{asha.id}"],
        "ASHA": [f"staff:{asha.id}"],
        "of asha": [f"staff:{asha.id}", f"staff:{other.id}"],
        f"staff:{other.id}": [f"staff:{other.id}"],
        "staff:99999": ["staff:99999"],
        "system": ["system:", "system"],
        "system:worker": ["system:worker"],
        "unknown": ["unknown:", "unknown"],
    }
    for text, actors in expected.items():
        search, problems = await asked(desk, who=text)
        assert (search.by, problems) == (actors, {}), text


async def test_a_visit_is_found_by_its_number(desk: Desk) -> None:
    """However it is written."""
    visit = await desk.book()
    search, problems = await asked(desk, visit=f" {str(visit.visrn).replace('/', ' - ')} ")
    assert (search.visit_id, problems) == (visit.id, {})


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"visit": "25/35/55/2021"}, {"visit": "no_such_visit"}),
        ({"visit": "x"}, {"visit": "no_such_visit"}),
        ({"who": "nobody at all"}, {"who": "nobody"}),
        ({"since": "yesterday"}, {"since": "no_time"}),
        ({"since": "2026-03-02T11:15", "until": "2026-03-01T11:15"}, {"until": "until_first"}),
    ],
    ids=repr,
)
async def test_what_cannot_be_looked_for_is_said(desk: Desk, fields: dict[str, str], problem: dict[str, str]) -> None:
    """At its field."""
    _, problems = await asked(desk, **fields)
    assert problems == problem


async def test_unknown_events_and_jails_ask_for_nothing(desk: Desk) -> None:
    """Whatever an address says."""
    assert (await asked(desk, event="visit:everything", jail="x"))[0] == Search()
    assert (await asked(desk, event="visit:", jail="2"))[0] == Search(event="visit:", jail_id=2)


def test_nothing_that_was_typed_is_remembered_by_the_audit() -> None:
    """People look for names."""
    search = Search(by=["staff:3"], event="visit:", subject="Sanjay Kolte", why="Sanjay Kolte")
    assert noted(search) == {"who": ["staff:3"], "event": "visit:", "with_text": True}
    assert noted(Search(subject="inmate:5")) == {"subject": "inmate:5"}


def test_a_place_is_written_into_an_address_and_read_again() -> None:
    """What is none is none."""
    place = Place(datetime(2026, 3, 2, 5, 45, 0, 123456, tzinfo=UTC), 77)
    assert place_of(place_text(place)) == place
    for nonsense in ("", "~", "2026-03-02T05:45:00~7", "x~7", "2026-03-02T05:45:00+00:00~x", f"{place.at}~{2**40}"):
        assert place_of(nonsense) is None

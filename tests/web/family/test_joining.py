"""web.family.joining: how far a browser has come, through a session that is stored as JSON."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from tests.broker.samples import a_visit
from tests.support.clock import NOON
from web.entry import Entry
from web.family import joining
from web.family.joining import Door, Joining
from web.session import Session
from web.timewords import iso

TEXT = st.none() | st.text(max_size=20)
OWN = st.builds(
    Joining,
    st.sampled_from(get_args(Door)),
    st.text(max_size=20),
    visit=TEXT,
    visitor=TEXT,
    admitted=TEXT,
    helpline=TEXT,
)
MOMENTS = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda offset: NOON + offset)
VISIT = a_visit()
ENTRY = Entry(
    ticket="the one ticket",
    url="ws://n/ws",
    role="visitor",
    visrn=str(VISIT.visrn),
    kind="family",
    starts_at=NOON,
    ends_at=NOON + timedelta(minutes=15),
    jail={"name": VISIT.jail.name, "helpline": VISIT.jail.helpline, "timezone": VISIT.jail.timezone},
    terminal="T1",
)


def stored(session: Session) -> Session:
    """The session as the next request gets it."""
    return Session("name", json.loads(session.to_json()))


@given(OWN)
def test_the_next_page_finds_what_the_last_one_kept(own: Joining) -> None:
    """Every field survives the way through JSON, and keeping it is noticed as a change to be written."""
    session = Session()
    joining.save(session, own)
    assert session.changed
    assert joining.load(stored(session)) == own


@given(MOMENTS, st.integers(-840, 840))
def test_the_time_for_new_codes_is_the_same_instant_on_every_clock(moment: datetime, minutes: int) -> None:
    """Aware, in UTC, and never later than what admission said."""
    shifted = moment.astimezone(timezone(timedelta(minutes=minutes)))
    found = Joining("link", "1/2/3/2026", resend_at=iso(shifted)).resend_time()
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert timedelta(0) <= moment - found < timedelta(milliseconds=1)


def test_a_browser_that_did_nothing_has_come_nowhere() -> None:
    """Nothing is found in an empty session, and looking changes nothing."""
    session = Session()
    assert joining.load(session) is None
    assert joining.call(session) is None
    assert joining.entry(session) is None
    assert not session.changed


def test_a_forgotten_entry_leaves_nothing_behind() -> None:
    """It is there on every page until it is forgotten, and then nothing in the session holds its ticket."""
    session = Session()
    joining.admit(session, VISIT, ENTRY, "hi")
    first = stored(session)
    for _ in range(2):
        found = joining.entry(first)
        assert found is not None
        assert found["ticket"] == "the one ticket"
    joining.forget_entry(first)
    assert first.changed
    again = stored(first)
    assert joining.entry(again) is None
    assert "the one ticket" not in again.to_json()


def test_whoever_is_admitted_has_left_the_codes_page() -> None:
    """The way in is forgotten; what the call page shows names no person and carries no ticket."""
    session = Session()
    joining.save(session, Joining("link", str(VISIT.visrn), VISIT.id, VISIT.visitors[0].id))
    joining.admit(session, VISIT, ENTRY, "hi")
    assert joining.load(session) is None
    shown = joining.call(stored(session))
    assert shown is not None
    assert (shown["visrn"], shown["jail"]["city"]) == (str(VISIT.visrn), VISIT.jail.city)
    for secret in ("the one ticket", VISIT.inmate_known.name, VISIT.visitors[0].name, VISIT.visitors[0].email):
        assert secret not in json.dumps(shown)

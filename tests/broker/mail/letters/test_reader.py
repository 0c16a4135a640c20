"""The reader of a letter, and the pages it leads them to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.links import link_digest
from broker.mail.letters import Reader
from broker.vocabulary import VisitMode
from config.secrets import digest
from tests.broker.samples import a_visit
from tests.support.clock import NOON
from tests.support.letters import ACCOUNT, PAGES, a_reader
from tests.support.settings import SECRET_KEY


def test_each_reader_has_a_link_of_their_own_that_the_database_knows() -> None:
    """To the room, or to the pass; both by the token whose digest is stored."""
    visit = a_visit(visitors=2)
    one, other = (Reader(visit, visitor, None, PAGES) for visitor in visit.visitors)
    assert one.link != other.link
    token = one.link.removeprefix("https://visits.example/join/")
    assert digest(token) == link_digest(SECRET_KEY, one.visitor.id)
    in_person = replace(one, visit=replace(visit, mode=VisitMode.IN_PERSON))
    assert in_person.link == f"https://visits.example/pass/{token}"
    assert PAGES.gate(one.visitor) == f"https://visits.example/gate?pass={token}"


def test_only_the_one_who_asked_is_led_into_the_account() -> None:
    """A companion, and somebody whom staff booked for, are led to the form."""
    visit = replace(a_visit(visitors=2), account_id=ACCOUNT)
    asked, companion = (Reader(visit, visitor, None, PAGES) for visitor in visit.visitors)
    assert asked.own == f"https://visits.example/account/visits/{visit.id}"
    assert companion.own == "https://visits.example/visits/new?jail=25-35"
    assert a_reader(account=None).own == companion.own


def test_times_are_the_jails_and_the_familys_and_without_a_request_the_jails_alone() -> None:
    """Slots have the visit's length."""
    reader = a_reader()
    [slot] = reader.slots([NOON + timedelta(hours=1)])
    assert [(each.starts, each.ends) for each in slot] == [("18:30", "18:45"), ("14:00", "14:15")]
    assert len(replace(reader, request=None).readings(NOON, NOON + timedelta(minutes=5))) == 1
    assert reader.moment(NOON) == "Monday, 2 March 2026, 17:30"


def test_key_and_names_are_not_in_a_readers_repr() -> None:
    """They would stand in tracebacks."""
    shown = repr(a_reader())
    assert SECRET_KEY not in shown
    assert "Asha" not in shown


def test_host_of_the_pages() -> None:
    """Without port and scheme."""
    assert replace(PAGES, public_url="http://127.0.0.1:8080").host == "127.0.0.1"

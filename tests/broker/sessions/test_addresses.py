"""broker.sessions.addresses: where codes may go."""

from __future__ import annotations

from dataclasses import replace

from broker.sessions.addresses import OWN, Whose, chosen, registered
from broker.vocabulary import VisitorDecision
from tests.broker.samples import a_visitor

MOTHER = replace(a_visitor("a" * 32, name="Kamala"), email="kamala@family.example")
BROTHER = replace(a_visitor("a" * 32, name="Arun"), email="arun@family.example")
REFUSED = replace(a_visitor("a" * 32, name="Balu"), email="balu@family.example", decision=VisitorDecision.REFUSED)


def test_the_own_address_comes_first_then_the_accounts_then_the_others() -> None:
    """Each with whose it is."""
    found = registered(MOTHER, [MOTHER, BROTHER], "account@family.example")
    assert [(each.whose, each.email, each.name) for each in found] == [
        (Whose.OWN, "kamala@family.example", ""),
        (Whose.ACCOUNT, "account@family.example", ""),
        (Whose.OTHER_VISITOR, "arun@family.example", "Arun"),
    ]


def test_one_address_stands_once_however_it_is_written() -> None:
    """Most accounts have the address of the first visitor."""
    found = registered(MOTHER, [MOTHER, replace(BROTHER, email="KAMALA@family.example")], "Kamala@Family.example")
    assert [each.key for each in found] == [OWN]


def test_somebody_who_may_not_come_gets_nobodys_codes() -> None:
    """A refused visitor's address is no way in."""
    assert "balu@family.example" not in {each.email for each in registered(MOTHER, [MOTHER, REFUSED])}


def test_only_what_is_registered_can_be_chosen() -> None:
    """By its key, never by an address."""
    found = registered(MOTHER, [MOTHER, BROTHER])
    assert chosen(found, BROTHER.id) == found[1]
    for made_up in ("", "account", "kamala@family.example", REFUSED.id):
        assert chosen(found, made_up) is None

"""Links: derived, distinct, and free of anything personal."""

from __future__ import annotations

import re

from broker.links import (
    demo_terminal_token,
    gate_link,
    link,
    link_digest,
    link_token,
    makeup_link,
    makeup_token,
    pass_link,
)
from broker.visit import new_id
from config.secrets import digest


def test_visitor_gets_the_same_token_each_time_and_nobody_else_does() -> None:
    """A token follows from key and visitor alone."""
    one, other = new_id(), new_id()
    assert link_token("key", one) == link_token("key", one)
    assert len({link_token("key", one), link_token("key", other), link_token("another", one)}) == 3


def test_link_is_the_public_address_and_a_url_safe_token() -> None:
    """24 URL-safe characters after /join/, whatever slash the address ends in."""
    visitor = new_id()
    made = link("https://visits.example/", link_token("key", visitor))
    assert re.fullmatch(r"https://visits\.example/join/[A-Za-z0-9_-]{24}", made)
    assert visitor not in made


def test_pass_and_gate_are_opened_by_the_same_token() -> None:
    """The visitor's page, and what its QR code leads the gate to."""
    token = link_token("key", new_id())
    assert pass_link("https://visits.example/", token) == f"https://visits.example/pass/{token}"
    assert gate_link("https://visits.example", token) == f"https://visits.example/gate?pass={token}"


def test_database_holds_the_digest_of_the_token() -> None:
    """What a request's token is looked up by."""
    visitor = new_id()
    assert link_digest("key", visitor) == digest(link_token("key", visitor))


def test_makeup_is_taken_by_a_token_of_its_own() -> None:
    """Who has the visit's link, which opens nothing by itself, can't choose a family's time with it."""
    visitor = new_id()
    token = makeup_token("key", visitor)
    assert token not in {link_token("key", visitor), makeup_token("key", new_id()), makeup_token("another", visitor)}
    assert makeup_link("https://visits.example/", token) == f"https://visits.example/makeup/{token}"


def test_terminal_token_is_of_no_use_as_a_visitors() -> None:
    """The two purposes never meet, even for the same subject."""
    assert demo_terminal_token("key", 1) != link_token("key", "1")

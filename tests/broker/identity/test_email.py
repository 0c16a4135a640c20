"""Addresses for mail, as people type and paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identity.email import parse_email
from broker.identity.errors import BadEmail


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("sunita@example.org", "sunita@example.org"),
        ("  Sunita.Devi+jail@Example.ORG ", "sunita.devi+jail@example.org"),
        ("<sunita@example.org>", "sunita@example.org"),
        ("mailto:sunita@example.org", "sunita@example.org"),
        ("sunita@example.org.", "sunita@example.org"),
        ("ｓｕｎｉｔａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "sunita@example.org"),
        ("\u200bsunita@example.org", "sunita@example.org"),
        ("sunita@bücher.example", "sunita@xn--bcher-kva.example"),
        ("s@mail.co.in", "s@mail.co.in"),
    ],
)
def test_an_address_comes_in_one_spelling(typed: str, address: str) -> None:
    """Lower case, ASCII, nothing around it."""
    assert parse_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sunita",
        "sunita@",
        "@example.org",
        "sunita@example",
        "sunita@@example.org",
        "sunita devi@example.org",
        ".sunita@example.org",
        "sunita.@example.org",
        "su..nita@example.org",
        '"sunita"@example.org',
        "sunita@-example.org",
        "sunita@exa_mple.org",
        "sunita@example..org",
        "sunita@192.168.0.1",
        "sunita@example.org, ravi@example.org",
        "sunita@example.org\nBcc: ravi@example.org",
        "सुनीता@example.org",
        "s" * 65 + "@example.org",
        "s@" + "a." * 130 + "org",
        "s@" + "a" * 64 + ".org",
    ],
)
def test_what_mail_can_not_be_sent_to_is_refused(typed: str) -> None:
    """Nothing that a mail's header could take for two addresses gets through."""
    with pytest.raises(BadEmail):
        parse_email(typed)


@given(st.text(max_size=300))
def test_any_text_is_either_an_address_or_refused(text: str) -> None:
    """What comes out goes in again unchanged, on one line, with one @."""
    try:
        address = parse_email(text)
    except BadEmail:
        return
    assert parse_email(address) == address
    assert address.count("@") == 1
    assert address.isascii()
    assert address.isprintable()

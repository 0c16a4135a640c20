"""One spelling for what people type."""

from __future__ import annotations

from broker.identity.plain import ascii_digits, bare, one_line


def test_digits_of_any_script_become_ascii() -> None:
    """Devanagari, Bengali, Arabic and full-width ones."""
    assert ascii_digits("१२ ৩৪ ٥٦ ７８") == "12 34 56 78"


def test_gaps_and_dashes_go_and_letters_are_capitals() -> None:
    """Other characters stay, to be refused by whoever knows the form."""
    assert bare(" ab–12/3.4_5<<") == "AB12345"
    assert bare("a*b") == "A*B"


def test_a_name_becomes_one_line_and_keeps_its_letters() -> None:
    """Joiners belong to letters of Indian scripts; line ends and direction marks to nobody."""
    assert one_line("  Sunita\n\tDevi\u202e ") == "Sunita Devi"
    assert one_line("क्\u200dष") == "क्\u200dष"

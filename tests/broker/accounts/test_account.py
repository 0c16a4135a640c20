"""broker.accounts.account: who somebody is."""

from __future__ import annotations

from broker.accounts.account import Account, normalised


def test_an_address_is_known_however_a_phone_writes_it() -> None:
    """Phones begin with a capital and leave a space behind."""
    assert normalised(" Savita.Kolte@Mail.Example ") == "savita.kolte@mail.example"


def test_an_account_shows_nothing_personal_in_a_log() -> None:
    """Neither address nor number nor what is filled in next time."""
    account = Account("ab" * 16, "savita@mail.example", "+919000000001", "hi", "Asia/Kolkata", {"name": "Savita"})
    assert "savita" not in repr(account).lower()
    assert "9000" not in repr(account)


def test_an_account_acts_under_its_id() -> None:
    """History rows say who, never by name."""
    assert Account("ab" * 16, "s@m.example", "", "en", "UTC").actor == "account:" + "ab" * 16

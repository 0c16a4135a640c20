"""Passwords of staff."""

from __future__ import annotations

from broker.staff import Role, Staff, StaffRow, hash_password, verify_password


async def test_right_password_fits_and_a_wrong_one_does_not() -> None:
    """argon2id, salted: the same password hashes to two texts that both fit."""
    one, other = await hash_password("correct horse"), await hash_password("correct horse")
    assert one.startswith("$argon2id$")
    assert one != other
    assert await verify_password(one, "correct horse")
    assert await verify_password(other, "correct horse")
    assert not await verify_password(one, "correct horse ")


async def test_unknown_user_never_fits_even_with_the_stand_in_password() -> None:
    """The hash that stands in for a missing user opens nothing."""
    assert not await verify_password(None, "anything")
    assert not await verify_password(None, "nobody has this password")


async def test_damaged_hash_fits_nothing() -> None:
    """A row that was tampered with is a refusal, not an error page."""
    assert not await verify_password("plain text", "plain text")


def test_text_form_of_staff_has_no_name_and_no_secret() -> None:
    """What a log line would show."""
    member = Staff(1, "operator.x", "Anjali Pawar", Role.OPERATOR, frozenset({1}), totp_required=True)
    row = StaffRow(member, "$argon2id$h", "TOTP")
    for secret in ("operator.x", "Anjali", "$argon2id$h", "TOTP"):
        assert secret not in repr(row)

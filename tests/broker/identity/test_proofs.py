"""Each kind of identity proof: numbers that are taken, in every way people write them, and numbers that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identity.errors import BadProof, ProofFault
from broker.identity.proofs import masked, number_digest, parse
from broker.identity.verhoeff import check_digit
from broker.vocabulary import IdType

GOOD = [
    # UIDAI's own test numbers; the card prints them in groups of four.
    (IdType.AADHAAR, "999941057058", "999941057058"),
    (IdType.AADHAAR, "9999 7165 8847", "999971658847"),
    (IdType.AADHAAR, "9999-3311-9405", "999933119405"),
    (IdType.AADHAAR, "९९९९ ५५१८ ३४३३", "999955183433"),
    (IdType.AADHAAR, "৯৯৯৯ ৯০৫০ ১৮৯৪", "999990501894"),
    (IdType.AADHAAR, "９９９９４１０５７０５８", "999941057058"),
    (IdType.AADHAAR, "\u200e9999 4105 7058\u200f", "999941057058"),
    # The department's example of a PAN's structure.
    (IdType.PAN, "AAAPL1234C", "AAAPL1234C"),
    (IdType.PAN, "aaapl 1234 c", "AAAPL1234C"),
    (IdType.VOTER, "ABC1234567", "ABC1234567"),
    (IdType.VOTER, "abc-1234567", "ABC1234567"),
    (IdType.PASSPORT, "A1234567", "A1234567"),
    (IdType.PASSPORT, "z 123 4567", "Z1234567"),
    (IdType.DRIVING_LICENCE, "MH12 20190012345", "MH1220190012345"),
    (IdType.DRIVING_LICENCE, "MH-1220190012345", "MH1220190012345"),
    (IdType.DRIVING_LICENCE, "WB01/123456", "WB01123456"),
    (IdType.DRIVING_LICENCE, "DL-0420110149646", "DL0420110149646"),
    (IdType.RESIDENCE, "RC/4451/2019", "RC44512019"),
]
BAD = [
    (IdType.AADHAAR, "999941057059", ProofFault.CHECK_DIGIT),
    (IdType.AADHAAR, "999941507058", ProofFault.CHECK_DIGIT),
    (IdType.AADHAAR, "99994105705", ProofFault.LENGTH),
    (IdType.AADHAAR, "9999410570581", ProofFault.LENGTH),
    (IdType.AADHAAR, "99994105705A", ProofFault.CHARACTERS),
    (IdType.AADHAAR, "xxxx xxxx 7058", ProofFault.CHARACTERS),
    (IdType.AADHAAR, "000000000000", ProofFault.FORM),
    (IdType.AADHAAR, "12345678901" + check_digit("12345678901"), ProofFault.FORM),
    (IdType.PAN, "AAAPL1234", ProofFault.LENGTH),
    (IdType.PAN, "AAAPL12345", ProofFault.FORM),
    (IdType.PAN, "AAAXL1234C", ProofFault.FORM),
    (IdType.PAN, "1AAPL1234C", ProofFault.FORM),
    (IdType.VOTER, "AB12345678", ProofFault.FORM),
    (IdType.VOTER, "ABC123456", ProofFault.LENGTH),
    (IdType.PASSPORT, "AB123456", ProofFault.FORM),
    (IdType.PASSPORT, "A12345678", ProofFault.LENGTH),
    (IdType.DRIVING_LICENCE, "MH12", ProofFault.LENGTH),
    (IdType.DRIVING_LICENCE, "MAHARASHTRA", ProofFault.FORM),
    (IdType.DRIVING_LICENCE, "12MH20190012345", ProofFault.FORM),
    (IdType.RESIDENCE, "none", ProofFault.FORM),
    (IdType.RESIDENCE, "७", ProofFault.LENGTH),
    (IdType.VOTER, "", ProofFault.EMPTY),
    (IdType.VOTER, " - ", ProofFault.EMPTY),
    (IdType.VOTER, "एबीसी1234567", ProofFault.CHARACTERS),
    (IdType.VOTER, "9" * 4000, ProofFault.LENGTH),
]


@pytest.mark.parametrize(("id_type", "typed", "number"), GOOD)
def test_a_number_is_taken_as_people_write_it(id_type: IdType, typed: str, number: str) -> None:
    """One spelling comes out, whatever stood between the groups and in which script."""
    assert parse(id_type, typed) == number


@pytest.mark.parametrize(("id_type", "typed", "fault"), BAD)
def test_a_number_of_another_form_is_refused_with_its_fault(id_type: IdType, typed: str, fault: ProofFault) -> None:
    """The fault is what a page's sentence is chosen by."""
    with pytest.raises(BadProof) as refused:
        parse(id_type, typed)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("typed", "nationality", "number"),
    [
        # The specimens of ICAO Doc 9303, parts 4 and 6, and forms that states use.
        ("L898902C3", "NG", "L898902C3"),
        ("L898902C<", "NG", "L898902C"),
        ("D23145890", "CN", "D23145890"),
        ("E 1234 5678", "CN", "E12345678"),
        ("123456789", "US", "123456789"),
        ("A00123456", "NG", "A00123456"),
        ("FE123456", "UA", "FE123456"),
        ("m 00123456", "ZA", "M00123456"),
    ],
)
def test_foreign_passports_are_taken(typed: str, nationality: str, number: str) -> None:
    """A to Z and digits, as on the machine readable line."""
    assert parse(IdType.FOREIGN_PASSPORT, typed, nationality) == number


@pytest.mark.parametrize(
    ("typed", "nationality", "fault"),
    [
        ("L898902C3", "IN", ProofFault.COUNTRY),
        ("L898902C3", "ZZ", ProofFault.COUNTRY),
        ("L898902C3", "", ProofFault.COUNTRY),
        ("ABCDEFGH", "NG", ProofFault.FORM),
        ("A1", "NG", ProofFault.LENGTH),
        ("Ж1234567", "UA", ProofFault.CHARACTERS),
    ],
)
def test_a_foreign_passport_needs_another_state(typed: str, nationality: str, fault: ProofFault) -> None:
    """An Indian one has its own kind; a number without a digit is a name."""
    with pytest.raises(BadProof) as refused:
        parse(IdType.FOREIGN_PASSPORT, typed, nationality)
    assert refused.value.fault is fault


@given(st.sampled_from(list(IdType)), st.text(max_size=120))
def test_any_text_is_either_taken_or_refused(id_type: IdType, text: str) -> None:
    """Nothing that is typed makes anything else happen, and what is taken is taken again."""
    try:
        number = parse(id_type, text, "NG")
    except BadProof:
        return
    assert parse(id_type, number, "NG") == number


def test_a_digest_knows_a_number_again_and_tells_kinds_and_keys_apart() -> None:
    """64 hex digits, of the number in its one spelling."""
    first = number_digest("a key", IdType.PAN, parse(IdType.PAN, "aaapl 1234 c"))
    assert first == number_digest("a key", IdType.PAN, "AAAPL1234C")
    assert len(first) == 64
    others = {number_digest("a key", IdType.RESIDENCE, "AAAPL1234C"), number_digest("other", IdType.PAN, "AAAPL1234C")}
    assert first not in others


def test_an_error_carries_nothing_of_what_was_typed() -> None:
    """Errors end in logs."""
    with pytest.raises(BadProof) as refused:
        parse(IdType.PAN, "AAAPL1234")
    assert "AAAPL" not in str(refused.value)


def test_a_masked_number_shows_its_last_four() -> None:
    """And nothing of one that has no more."""
    assert masked("999941057058") == "••••••••7058"
    assert masked("1234") == "••••"

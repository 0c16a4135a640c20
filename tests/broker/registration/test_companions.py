"""Those who come along."""

from __future__ import annotations

import pytest

from broker.registration.companions import numbered, people, read_companions
from broker.registration.errors import Incomplete
from broker.vocabulary import Relationship

BROTHER = {
    "name": "Arun", "relationship": "family", "nationality": "IN", "id_type": "pan", "id_number": "ABCPE1234F",
    "email": "arun@family.example",
}  # fmt: skip
ASKER = "savita@family.example"


def test_people_are_numbered_anew_when_one_goes() -> None:
    """No gap stays, and who was never typed is not there."""
    typed = numbered([BROTHER, {"nationality": "IN"}, {**BROTHER, "name": "Kamala"}])
    assert [number for number, _ in people(typed)] == [1, 3]
    assert [number for number, _ in people(numbered([person for _, person in people(typed)]))] == [1, 2]


def test_by_video_everybody_has_an_own_address() -> None:
    """Not the asker's, and not one another's."""
    for shared in (ASKER, ASKER.upper()):
        with pytest.raises(Incomplete) as wrong:
            read_companions(numbered([{**BROTHER, "email": shared}]), by_video=True, own_email=ASKER)
        assert wrong.value.problems == {"email_1": "same_email"}
    with pytest.raises(Incomplete) as wrong:
        read_companions(numbered([BROTHER, {**BROTHER, "name": "Kamala"}]), by_video=True, own_email=ASKER)
    assert wrong.value.problems == {"email_2": "same_email"}
    with pytest.raises(Incomplete) as wrong:
        read_companions(numbered([{**BROTHER, "email": ""}]), by_video=True, own_email=ASKER)
    assert wrong.value.problems == {"email_1": "required"}


def test_in_person_an_address_may_be_left_out_or_shared() -> None:
    """But one that is given must be one."""
    (one,) = read_companions(numbered([{**BROTHER, "email": ""}]), by_video=False, own_email=ASKER)
    assert (one.name, one.relationship, one.email) == ("Arun", Relationship.FAMILY, "")
    read_companions(numbered([BROTHER, BROTHER]), by_video=False, own_email=ASKER)
    with pytest.raises(Incomplete) as wrong:
        read_companions(numbered([{**BROTHER, "email": "x"}]), by_video=False, own_email=ASKER)
    assert wrong.value.problems == {"email_1": "bad_email"}


def test_each_proof_is_checked_with_its_own_nationality() -> None:
    """A friend from abroad with a passport; a wrong digit named with the person's number."""
    friend = {**BROTHER, "nationality": "ZA", "id_type": "foreign_passport", "id_number": "A1234567"}
    assert read_companions(numbered([friend]), by_video=True, own_email=ASKER)[0].id_number == "A1234567"
    wrong_digit = {**BROTHER, "id_type": "aadhaar", "id_number": "234123412347"}
    with pytest.raises(Incomplete) as wrong:
        read_companions(numbered([friend, {**wrong_digit, "email": "b@b.example"}]), by_video=True, own_email=ASKER)
    assert wrong.value.problems == {"id_number_2": "proof_check_digit"}

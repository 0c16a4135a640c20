"""The numbers of identity proofs: each kind's own form, as far as its issuer has published it. No I/O.

What is right here may still belong to nobody: a person compares the copy. The forms catch slips of the finger, and
bring each number into one spelling, so that the same proof is known again.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from types import MappingProxyType

from pydantic import SecretStr

from broker.identity import verhoeff
from broker.identity.countries import is_country
from broker.identity.errors import BadProof, ProofFault
from broker.identity.plain import bare
from broker.vocabulary import IdType
from config.secrets import derive

#: Longer than any proof's number with all the spaces and lines people put into it.
_MAX_TYPED = 80

# The fourth letter says what kind of holder a PAN has (Income Tax Department): P is a person, and visitors are persons;
# whose card somebody has with them instead, a family's or a firm's, is for the superintendent to see.
_PAN = re.compile(r"[A-Z]{3}[ABCEFGHJKLPT][A-Z][0-9]{4}[A-Z]")
_VOTER = re.compile(r"[A-Z]{3}[0-9]{7}")
# A letter and seven digits. Lists of letters that are never used go around, and passports with them too.
_PASSPORT = re.compile(r"[A-Z][0-9]{7}")
# Doc 9303 part 3, section 4.4: the document number is at most nine characters of A to Z and 0 to 9 on the machine
# readable line; longer numbers exist (TD1) and are printed in full on the page that people copy from.
_FOREIGN_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}")
# State letters, office and serial; older ones differ from state to state, so the domain's "10 to 16 characters" is all.
_LICENCE = re.compile(r"(?=(?:.*[0-9]){5})[A-Z]{2}[A-Z0-9]{8,14}")
_RESIDENCE = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,24}")


def parse(id_type: IdType, text: str, nationality: str = "IN") -> str:
    """The number in its one spelling: capitals and digits, no gaps. `nationality` (ISO 3166 alpha-2) is asked for a
    foreign passport only, and must not be India's then. Raises BadProof.
    """
    if len(text) > _MAX_TYPED:
        raise BadProof(ProofFault.LENGTH)
    number = bare(text)
    if not number:
        raise BadProof(ProofFault.EMPTY)
    if not re.fullmatch(r"[A-Z0-9]+", number):
        raise BadProof(ProofFault.CHARACTERS)
    if id_type is IdType.FOREIGN_PASSPORT and (nationality == "IN" or not is_country(nationality)):
        raise BadProof(ProofFault.COUNTRY)
    _CHECKS[id_type](number)
    return number


def number_digest(secret_key: SecretStr | str, id_type: IdType, number: str) -> str:
    """64 hex digits by which the same proof is known again (HMAC-SHA256: nobody can try out all numbers without the
    key). `number` as `parse` returns it. Two states may give one number to a passport each: whoever is known again by
    it is still to be looked at.
    """
    return hmac.digest(derive(secret_key, "identity-proof", id_type.value), number.encode(), "sha256").hex()


def masked(number: str) -> str:
    """The number with all but its last four characters hidden, for pages that need no more of it."""
    return "•" * max(0, len(number) - 4) + number[-4:] if len(number) > 4 else "•" * len(number)


def _aadhaar(number: str) -> None:
    """12 digits, the first from 2 to 9, the last a check digit (UIDAI)."""
    if not number.isdigit():
        raise BadProof(ProofFault.CHARACTERS)
    if len(number) != 12:
        raise BadProof(ProofFault.LENGTH)
    if number[0] in "01":
        raise BadProof(ProofFault.FORM)
    if not verhoeff.holds(number):
        raise BadProof(ProofFault.CHECK_DIGIT)


def _like(form: re.Pattern[str], shortest: int, longest: int) -> Callable[[str], None]:
    def check(number: str) -> None:
        if not shortest <= len(number) <= longest:
            raise BadProof(ProofFault.LENGTH)
        if not form.fullmatch(number):
            raise BadProof(ProofFault.FORM)

    return check


_CHECKS: MappingProxyType[IdType, Callable[[str], None]] = MappingProxyType(
    {
        IdType.AADHAAR: _aadhaar,
        IdType.DRIVING_LICENCE: _like(_LICENCE, 10, 16),
        IdType.FOREIGN_PASSPORT: _like(_FOREIGN_PASSPORT, 5, 15),
        IdType.PAN: _like(_PAN, 10, 10),
        IdType.PASSPORT: _like(_PASSPORT, 8, 8),
        IdType.RESIDENCE: _like(_RESIDENCE, 4, 24),
        IdType.VOTER: _like(_VOTER, 10, 10),
    }
)

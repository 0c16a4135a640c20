"""To which addresses codes may go: those registered with the visit, and never one that somebody types. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from broker.people import Visitor

OWN = "own"
ACCOUNT = "account"


class Whose(StrEnum):
    """Whose address it is."""

    ACCOUNT = "account"
    OTHER_VISITOR = "other_visitor"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Address:
    """One registered address. `key` names it in a form: "own", "account", or another visitor's id; `name` is that
    visitor's.
    """

    key: str
    whose: Whose
    email: str = field(repr=False)
    name: str = field(repr=False, default="")


def registered(visitor: Visitor, others: Iterable[Visitor], account_email: str = "") -> tuple[Address, ...]:
    """The visitor's own address first, then the account's, then those of the others who may come; each once."""
    found = [Address(OWN, Whose.OWN, visitor.email)]
    found += [Address(ACCOUNT, Whose.ACCOUNT, account_email)] if account_email else []
    found += [
        Address(other.id, Whose.OTHER_VISITOR, other.email, other.name)
        for other in others
        if other.id != visitor.id and other.admitted
    ]
    by_address: dict[str, Address] = {}
    for each in found:
        by_address.setdefault(each.email.casefold(), each)
    return tuple(by_address.values())


def chosen(addresses: Iterable[Address], key: str) -> Address | None:
    """The address of a key."""
    return next((each for each in addresses if each.key == key), None)

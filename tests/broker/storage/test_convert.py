"""From rows to values."""

from __future__ import annotations

from broker.storage import convert
from broker.storage.models import TerminalRow, VisitorRow
from broker.storage.visits import rows
from broker.vocabulary import VisitMode, VisitorDecision
from tests.support.visits import IDENTITY

WHO = {
    "id": "v1",
    "visit_id": "1",
    "position": 0,
    "name": "Savita",
    "relationship_": "family",
    "email": "savita@family.example",
    "mobile": "+919820012345",
    "language": "hi",
    "link_digest": "d" * 64,
    "otp_counter": 3,
    "decision": VisitorDecision.REFUSED,
    "decision_reason": "id_unclear",
}


def test_visitor_who_registered_comes_with_an_identity_and_one_whom_staff_booked_without() -> None:
    """Nothing is made up for somebody who was never asked."""
    known = convert.visitor(VisitorRow(**WHO, **rows.identity(IDENTITY)))
    assert known.identity == IDENTITY
    assert (known.admitted, known.decision_reason) == (False, "id_unclear")
    assert convert.visitor(VisitorRow(**WHO)).identity is None


def test_terminal_is_paired_when_somebody_holds_its_secret() -> None:
    """The secret itself stays in the row."""
    row = TerminalRow(id=1, jail_id=2, name="T1", mode=VisitMode.VIDEO, secret_digest="d" * 64)
    assert convert.terminal(row).paired
    assert "d" * 64 not in repr(convert.terminal(row))

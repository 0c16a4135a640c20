"""web.audit.known: the names behind the numbers."""

from __future__ import annotations

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.staff import Role
from tests.support.desk import Desk
from web.audit.known import look_up


async def test_names_are_found_wherever_an_entry_has_a_number(desk: Desk) -> None:
    """Actor, subject, visit, and whom or which visits the details name; what is not there any more is left out."""
    asha, noor = [await desk.hire(name, Role.OPERATOR, desk.here) for name in ("asha", "noor")]
    one, two, three = [await desk.book(terminal=number) for number in range(3)]
    async with desk.db.read() as uow:
        known = await look_up(
            uow,
            [
                Entry(desk.clock.now(), f"staff:{asha.id}", AuditEvent.VISIT_READ, visit_id=one.id),
                Entry(
                    desk.clock.now(),
                    "system:worker",
                    AuditEvent.AUDIT_READ,
                    details={"who": [f"staff:{noor.id}", "staff:999"], "visits": [two.id, "f" * 32]},
                ),
                Entry(desk.clock.now(), "account:1", AuditEvent.MAKEUP_TAKE, details={"in_the_place_of": three.id}),
            ],
        )
    assert set(known.staff) == {asha.id, noor.id}
    assert known.visits == {visit.id: str(visit.visrn) for visit in (one, two, three)}
    assert known.jails[desk.here.jail.id] == desk.here.jail.name
    assert known.keys == {}

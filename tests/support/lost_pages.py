"""Lost visits to show on pages: at the desk's first jail, closed as its worker would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from broker.deciding.approving import approve
from broker.deciding.commands import Approval
from broker.links import makeup_token
from broker.losses.settling import Measured
from broker.visit import Visit
from tests.support.deciding import Office, hold_of
from tests.support.desk import Desk
from tests.support.losses import closed, terminal_failed
from tests.support.superintendent import requested
from web.keys import SETTINGS


async def lost_visit(
    desk: Desk,
    office: Office,
    how: Callable[[Visit], Measured] = terminal_failed,
    *,
    days: int = 2,
    at: time = time(10),
) -> Visit:
    """A visit of the office's account that lost minutes that way; the desk's clock goes to its end."""
    visit = await requested(desk, office, days=days, at=at)
    settings = desk.app[SETTINGS]
    approval = Approval(visit.id, office.inmate.id, await hold_of(desk.db, visit))
    visit = await approve(desk.db, settings, approval, "staff:7", desk.clock.now())
    done = await closed(desk.db, settings, visit, how(visit))
    go_to(desk, visit.ends_at)
    return done


def go_to(desk: Desk, moment: datetime) -> None:
    """Let the desk's clock go on to then."""
    desk.clock.advance(max(0.0, (moment - desk.clock.now()).total_seconds()))


def makeup_path(desk: Desk, visit: Visit) -> str:
    """The page by which its first visitor takes another."""
    return f"/makeup/{makeup_token(desk.app[SETTINGS].secret_key, visit.visitors[0].id)}"

"""The unit of work: one transaction and the repositories that read and write in it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from broker.accounts.store import Accounts
from broker.audit.store import Audit
from broker.deciding.bans import Bans
from broker.deciding.restrictions import Restrictions
from broker.deciding.store import Decisions
from broker.documents.store import Documents
from broker.losses.makeups import Makeups
from broker.losses.store import Losses
from broker.monitoring.store import Monitoring
from broker.quota.store import Quotas
from broker.register.api_keys import ApiKeys
from broker.registration.store import Drafts
from broker.reports.store import Reports
from broker.rules.store import RuleBook
from broker.sessions.store import Sessions
from broker.slots.holds import Holds
from broker.slots.store import Calendars
from broker.storage.inmates import Inmates
from broker.storage.jails import Jails
from broker.storage.outbox import Outbox
from broker.storage.reminders import Reminders
from broker.storage.staff import StaffMembers
from broker.storage.terminals import Terminals
from broker.storage.visits import Visits


class UnitOfWork:
    """One transaction. Nothing happened unless `commit` returned; leaving without it rolls back."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.accounts = Accounts(session)
        self.api_keys = ApiKeys(session)
        self.audit = Audit(session)
        self.bans = Bans(session)
        self.calendars = Calendars(session)
        self.decisions = Decisions(session)
        self.documents = Documents(session)
        self.drafts = Drafts(session)
        self.holds = Holds(session)
        self.inmates = Inmates(session)
        self.jails = Jails(session)
        self.losses = Losses(session)
        self.makeups = Makeups(session)
        self.monitoring = Monitoring(session)
        self.outbox = Outbox(session)
        self.quotas = Quotas(session)
        self.reminders = Reminders(session)
        self.reports = Reports(session)
        self.restrictions = Restrictions(session)
        self.rules = RuleBook(session)
        self.sessions = Sessions(session)
        self.staff = StaffMembers(session)
        self.terminals = Terminals(session)
        self.visits = Visits(session)

    async def commit(self) -> None:
        """Make everything so far durable, all of it or none; what was recorded for the audit goes with it."""
        await self.audit.flush()
        await self.session.commit()

    async def rollback(self) -> None:
        """Undo everything since the last commit."""
        self.audit.forget()
        await self.session.rollback()

"""The tables. What must hold for every row is a constraint here or, where the two databases differ, in a migration."""

from broker.storage.models.audit import AuditHeadRow, AuditRow, AuditSealRow
from broker.storage.models.base import NAMING, Base
from broker.storage.models.messages import OutboxRow
from broker.storage.models.monitoring import AlertTickRow, LookRow
from broker.storage.models.people import AccountRow, BanRow, DocumentRow, DraftRow, InmateRow, RestrictionRow
from broker.storage.models.places import BlockRow, JailRow, StateRow, TerminalRow, WorkingSessionRow
from broker.storage.models.records import MakeupLinkRow, MakeupRow, VisitLossRow, VisitRecordRow
from broker.storage.models.reports import ReportQueueRow, ReportRow, ReportStateRow
from broker.storage.models.rules import QuotaEntryRow, RuleVersionRow
from broker.storage.models.sessions import IncidentRow, SessionNoteRow
from broker.storage.models.staff import (
    ApiKeyRow,
    StaffInviteRow,
    StaffJail,
    StaffRecoveryRow,
    StaffState,
    StaffTable,
)
from broker.storage.models.visits import (
    DecisionRow,
    HoldRow,
    ReminderRow,
    RequestRow,
    ReviewRow,
    SerialRow,
    VisitHistoryRow,
    VisitorRow,
    VisitRow,
)

__all__ = [
    "NAMING",
    "AccountRow",
    "AlertTickRow",
    "ApiKeyRow",
    "AuditHeadRow",
    "AuditRow",
    "AuditSealRow",
    "BanRow",
    "Base",
    "BlockRow",
    "DecisionRow",
    "DocumentRow",
    "DraftRow",
    "HoldRow",
    "IncidentRow",
    "InmateRow",
    "JailRow",
    "LookRow",
    "MakeupLinkRow",
    "MakeupRow",
    "OutboxRow",
    "QuotaEntryRow",
    "ReminderRow",
    "ReportQueueRow",
    "ReportRow",
    "ReportStateRow",
    "RequestRow",
    "RestrictionRow",
    "ReviewRow",
    "RuleVersionRow",
    "SerialRow",
    "SessionNoteRow",
    "StaffInviteRow",
    "StaffJail",
    "StaffRecoveryRow",
    "StaffState",
    "StaffTable",
    "StateRow",
    "TerminalRow",
    "VisitHistoryRow",
    "VisitLossRow",
    "VisitRecordRow",
    "VisitRow",
    "VisitorRow",
    "WorkingSessionRow",
]

"""What the reports count from: one narrow row a visit, and the visits whose row has to be made again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from broker.reports.line import Result
from broker.storage.models.base import ID, Base
from broker.storage.types import Word
from broker.vocabulary import InmateCategory, VisitKind, VisitMode


class ReportRow(Base):
    """A visit as the reports count it (`broker.reports.line.Line`): derived, and never written by anything else than
    `broker.reports`. `month` is the year and the month of `day` as one number (202402). Durations in whole seconds.
    """

    __tablename__ = "report_rows"
    __table_args__ = (
        Index(None, "day", "jail_id"),
        # Whom a report served, read from the index alone and in the order in which people are told apart.
        Index(
            "ix_report_rows_served",
            "inmate_id",
            "month",
            "jail_id",
            "day",
            "foreigner",
            postgresql_where=text("connected"),
            sqlite_where=text("connected"),
        ),
    )
    visit_id: Mapped[str] = mapped_column(ID, primary_key=True)
    state_code: Mapped[int]
    jail_id: Mapped[int]
    day: Mapped[date]
    month: Mapped[int]
    inmate_id: Mapped[int | None]
    category: Mapped[InmateCategory | None] = mapped_column(Word(InmateCategory))
    foreigner: Mapped[bool]
    kind: Mapped[VisitKind] = mapped_column(Word(VisitKind))
    mode: Mapped[VisitMode] = mapped_column(Word(VisitMode))
    abroad: Mapped[bool]
    result: Mapped[Result] = mapped_column(Word(Result))
    reason: Mapped[str] = mapped_column(String(40))
    admitted: Mapped[bool]
    connected: Mapped[bool]
    offered: Mapped[int]
    had: Mapped[int]
    unmeasured: Mapped[int]
    lost_family_network: Mapped[int]
    lost_nobody_came: Mapped[int]
    lost_node_down: Mapped[int]
    lost_no_codes: Mapped[int] = mapped_column(server_default="0")
    lost_prison_network: Mapped[int]
    lost_staff_ended: Mapped[int]
    lost_terminal_down: Mapped[int]
    lost_unexplained: Mapped[int]


class ReportQueueRow(Base):
    """A visit whose report row may be out of date. Triggers add a row in the transaction that changes something a row
    is derived from; whoever counts takes them away. One visit may stand here many times.
    """

    __tablename__ = "report_queue"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ID)


class ReportStateRow(Base):
    """One row: whoever counts holds its lock. `counted_at`: when a row was last made anew."""

    __tablename__ = "report_state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted_at: Mapped[datetime | None]

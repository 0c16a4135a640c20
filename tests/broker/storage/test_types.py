"""Column types: what goes in comes out, in time's order, and nothing that is not meant gets in or out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Dialect, Integer, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import StatementError
from sqlalchemy.pool import StaticPool

from broker.lifecycle import Outcome, VisitStatus
from broker.outbox import Channel, MailStatus
from broker.staff import Role
from broker.storage.types import UTCDateTime, Word
from broker.visit import VisitKind
from broker.vocabulary import InmateCategory
from tests.support.clock import NOON

DIALECTS = [make_url(url).get_dialect()() for url in ("postgresql+asyncpg://", "sqlite+aiosqlite://")]
ENUMS: list[type[StrEnum]] = [Channel, InmateCategory, MailStatus, Outcome, Role, VisitKind, VisitStatus]
ZONES = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(timezone)
OFFSETS = st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000))
MOMENTS = st.builds(lambda offset, zone: (NOON + offset).astimezone(zone), OFFSETS, ZONES)

METADATA = MetaData()
TIMES = Table("times", METADATA, Column("id", Integer, primary_key=True), Column("at", UTCDateTime()))
WORDS = Table("words", METADATA, Column("id", Integer, primary_key=True), Column("word", Word(VisitStatus)))


@contextmanager
def database() -> Iterator[Connection]:
    """An SQLite of its own, in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            METADATA.create_all(connection)
            yield connection
    finally:
        engine.dispose()


@given(st.lists(MOMENTS, max_size=8))
def test_stored_times_keep_their_instant_and_their_order(moments: list[datetime]) -> None:
    """SQLite sorts and compares text: that must be the order of time, to the microsecond, from any time zone."""
    with database() as connection:
        if moments:
            connection.execute(insert(TIMES), [{"at": moment} for moment in moments])
        kept = list(connection.scalars(select(TIMES.c.at).order_by(TIMES.c.at)))
        assert kept == sorted(moments)
        assert all(moment is not None and moment.tzinfo is UTC for moment in kept)
        for pivot in moments:
            earlier = list(connection.scalars(select(TIMES.c.at).where(TIMES.c.at < pivot)))
            assert len(earlier) == sum(moment < pivot for moment in moments)


@given(MOMENTS, st.sampled_from(DIALECTS))
def test_both_databases_are_given_utc(moment: datetime, dialect: Dialect) -> None:
    """Aware where the column knows zones, bare where it is text; read back, the instant is the same."""
    bound = UTCDateTime().process_bind_param(moment, dialect)
    assert bound is not None
    assert bound.replace(tzinfo=UTC) == moment
    assert (bound.tzinfo is None) is (dialect.name == "sqlite")
    read = UTCDateTime().process_result_value(bound, dialect)
    assert read == moment


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_time_without_a_zone_is_never_guessed(dialect: Dialect) -> None:
    """Neither stored nor compared with."""
    with pytest.raises(ValueError, match="time zone"):
        UTCDateTime().process_bind_param(NOON.replace(tzinfo=None), dialect)
    with database() as connection, pytest.raises(StatementError):
        connection.execute(select(TIMES).where(TIMES.c.at == NOON.replace(tzinfo=None)))


@pytest.mark.parametrize("words", ENUMS)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_word_is_kept_as_its_value_and_fits_its_column(words: type[StrEnum], dialect: Dialect) -> None:
    """And comes back as the member, which a `match` or an `is` can tell from a string."""
    column = Word(words)
    for member in words:
        stored = column.process_bind_param(member, dialect)
        assert type(stored) is str
        assert len(stored) <= 32
        assert column.process_result_value(stored, dialect) is member


def test_a_word_the_code_does_not_know_is_an_error_both_ways() -> None:
    """A row of a later version stops its reader, rather than passing for a status that nothing is checked against."""
    with database() as connection:
        with pytest.raises(StatementError):
            connection.execute(insert(WORDS), {"word": "vanished"})
        connection.execute(insert(WORDS), {"word": VisitStatus.OPEN})
        assert connection.scalar(select(WORDS.c.word)) is VisitStatus.OPEN
        connection.execute(text("UPDATE words SET word = 'vanished'"))
        with pytest.raises(ValueError, match="vanished"):
            connection.scalar(select(WORDS.c.word))


def test_nothing_stays_nothing() -> None:
    """An outcome or a time that is not known yet is neither a word nor an instant."""
    with database() as connection:
        connection.execute(insert(TIMES), {"at": None})
        connection.execute(insert(WORDS), {"word": None})
        assert connection.scalar(select(TIMES.c.at)) is None
        assert connection.scalar(select(WORDS.c.word)) is None

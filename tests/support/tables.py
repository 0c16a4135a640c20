"""Reports made by hand, and the tables of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from broker.reports.asked import Asked, Dimension, Key, Period
from broker.reports.numbers import NUMBERS
from broker.reports.report import Group, Report

PERIOD = Period(date(2024, 1, 1), date(2024, 3, 31))
JAILS = {1: "Yerwada", 2: "Arthur Road", 3: "=Taloja"}


def label(dimension: Dimension, key: Key) -> str:
    """What a line is called."""
    return JAILS[int(key)] if dimension is Dimension.JAIL else f"{dimension}:{key}"


def numbers(**known: int) -> Mapping[str, int]:
    """All numbers, noughts but these."""
    return {each: known.get(each, 0) for each in NUMBERS}


def report(by: tuple[Dimension, ...] = (Dimension.JAIL, Dimension.MONTH)) -> Report:
    """Three jails; the first in two months, with three visits in all and two people."""
    inner = len(by) > 1

    def group(key: Key, connected: int, had: int, parts: tuple[Group, ...] = ()) -> Group:
        people = {"inmates": min(2, connected), "foreign_prisoners": min(1, connected)}
        return Group(key, numbers(connected=connected, had=had, lost=60, lost_node_down=60, **people), parts)

    months = (group(202401, 1, 900), group(202403, 2, 61))
    groups = (
        group(1, 3, 961, months if inner else ()),
        group(2, 1, 30, (group(202403, 1, 30),) if inner else ()),
        group(3, 7, 0, (group(202401, 7, 0),) if inner else ()),
    )
    total = numbers(connected=11, had=991, inmates=5, foreign_prisoners=3, lost=180, lost_node_down=180)
    return Report(Asked(PERIOD, by, tuple(NUMBERS)), total, groups, 0, datetime(2024, 4, 1, tzinfo=UTC))

"""Numbers as people in India read them, in every language of the pages: 3,16,647, in the digits of everybody's phone.

Times are minutes with their seconds (15:00), so that what is shown adds up exactly; longer ones are not turned into
hours, because slots, quotas and losses are spoken of in minutes.
"""

from __future__ import annotations

from broker.reports.numbers import Unit


def grouped(number: int) -> str:
    """Thousands first, then lakhs, crores and on by hundreds."""
    digits, sign = str(abs(number)), "-" if number < 0 else ""
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return sign + ",".join([*reversed(pairs), tail])


def clock(seconds: int) -> str:
    """Minutes and seconds: "1,23,456:07"."""
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{grouped(minutes)}:{rest:02d}"


def shown(value: int, unit: Unit) -> str:
    """A value in its unit."""
    return clock(value) if unit is Unit.SECONDS else grouped(value)

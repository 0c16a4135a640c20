"""Stretches of a slot: half-open intervals [start, end) in whole seconds from its beginning. Pure.

Whole seconds, so that what is stored, shown and summed is the same to the second.
"""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]
Spans = tuple[Span, ...]


def union(spans: Iterable[Span]) -> Spans:
    """All of them together: sorted, apart, none empty."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def common(one: Iterable[Span], other: Iterable[Span]) -> Spans:
    """What lies in both."""
    others = tuple(other)
    return union((max(a, c), min(b, d)) for a, b in one for c, d in others if max(a, c) < min(b, d))


def without(spans: Iterable[Span], taken: Iterable[Span]) -> Spans:
    """What lies in the first and in none of the second."""
    left = union(spans)
    for start, end in union(taken):
        left = union(part for a, b in left for part in ((a, min(b, start)), (max(a, end), b)))
    return left


def first(spans: Iterable[Span], seconds: float) -> Spans:
    """As much of them, from the beginning, as lasts so many seconds."""
    kept: list[Span] = []
    left = round(seconds)
    for start, end in union(spans):
        if left <= 0:
            break
        kept.append((start, min(end, start + left)))
        left -= end - start
    return tuple(kept)


def total(spans: Iterable[Span]) -> int:
    """How many seconds they hold; they must be apart."""
    return sum(end - start for start, end in spans)


def holds(spans: Iterable[Span], at: int) -> bool:
    """Whether this second lies in one of them."""
    return any(start <= at < end for start, end in spans)


def holding(spans: Iterable[Span], at: int) -> Span | None:
    """The one in which this second lies."""
    return next(((start, end) for start, end in spans if start <= at < end), None)

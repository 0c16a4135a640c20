"""broker.audit.form: what is written can be read again, as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.chain import GENESIS, Entry, link
from broker.audit.form import COLUMNS, End, Format, Item, Unreadable, beginning, lines, read
from broker.audit.seal import NOTHING_SEALED, seal_after
from tests.support.audit import AT, KEY

_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)
_PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _TEXT)


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    entry = Entry(
        AT,
        draw(st.sampled_from(["staff:1", "system:worker"])),
        "visit:read",
        draw(st.none() | st.integers(1, 99)),
        draw(st.none() | st.just("a" * 32)),
        draw(_TEXT),
        draw(_TEXT),
        draw(st.dictionaries(_TEXT, _PLAIN | st.lists(_PLAIN, max_size=3), max_size=3)),
    )
    return link(entry, draw(st.integers(1, 10**9)), GENESIS)


@given(st.lists(_entries(), max_size=4), st.sampled_from(Format))
def test_entries_are_read_as_they_were_written(entries: list[Entry], as_: Format) -> None:
    """Line breaks, quotes, every script, and what a spreadsheet would calculate included."""
    text = beginning(as_) + lines(entries, as_)
    assert list(read(io.StringIO(text, newline=""))) == (entries if text else [Unreadable()])


def test_seals_and_the_end_stand_in_json_lines_alone() -> None:
    """A table has rows of one kind."""
    items: list[Item] = [
        link(Entry(AT, "staff:1", "visit:read"), 1, GENESIS),
        seal_after(KEY, NOTHING_SEALED, 1, "f", AT),
        End(1),
    ]
    assert list(read(io.StringIO(lines(items, Format.JSONL)))) == items
    assert list(read(io.StringIO(beginning(Format.CSV) + lines(items, Format.CSV), newline=""))) == items[:1]


@pytest.mark.parametrize("why", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'quoted"])
def test_a_spreadsheet_calculates_nothing(why: str) -> None:
    """What looks like a formula is a text (OWASP, CSV injection)."""
    text = beginning(Format.CSV) + lines([link(Entry(AT, "staff:1", "visit:read", why=why), 1, GENESIS)], Format.CSV)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["why"] == f"'{why}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello\n",
        "{}\n",
        "{\n",
        '{"seal": {}}\n',
        '{"end": 3}\n',
        '{"seq": 1}\n',
        "seq,at\n",
        ",".join(COLUMNS) + "\n1,2\n",
        ",".join(COLUMNS) + "\none,2026-03-02T05:45:00+00:00,staff:1,visit:read,,,,,{},a,b\n",
        ",".join(COLUMNS) + "\n1,2026-03-02T05:45:00+00:00,staff:1,visit:read,,,,,{,a,b\n",
    ],
)
def test_what_is_none_of_ours_is_said_to_be_unreadable(text: str) -> None:
    """Whatever stands there, nothing is raised."""
    assert list(read(io.StringIO(text, newline=""))) == [Unreadable()]

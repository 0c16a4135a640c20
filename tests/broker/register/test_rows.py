"""Files of a register: CSV and JSON, as people and programs really write them."""

from __future__ import annotations

import json

import pytest

from broker.register.errors import BadFile
from broker.register.lines import Why
from broker.register.rows import MAX_BYTES, MAX_ROWS, parse

HEAD = "number,name,father_name,age,gender,category"
LINE = "UT/1/26,Sanjay Kolte,Mahadev Kolte,34,male,undertrial"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{LINE}\n",
        f"\ufeff{HEAD}\r\n{LINE}\r\n\r\n",
        f"{HEAD}\n{LINE}".replace(",", ";"),
        f"{HEAD}\n{LINE}".replace(",", "\t"),
        f"\n{HEAD.upper().replace('_', ' ')}\n{LINE}",
        f"{HEAD},Cell\n{LINE},12",
        'category,gender,age,father_name,name,number\nundertrial,male,34,Mahadev Kolte,"Sanjay Kolte",UT/1/26',
    ],
)
def test_csv_is_read_however_it_was_saved(text: str) -> None:
    """With or without a byte order mark, any usual separator, order and case of columns; others are passed over."""
    parsed = parse(text.encode())
    assert parsed.faults == ()
    (row,) = parsed.rows
    assert (row.number, row.name, row.age) == ("UT/1/26", "Sanjay Kolte", 34)


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_is_an_array_or_an_object_around_one(wrapped: bool) -> None:  # noqa: FBT001
    """Numbers may be numbers."""
    people = [dict(zip(HEAD.split(","), LINE.split(","), strict=True)) | {"age": 34, "status": "away"}]
    (row,) = parse(json.dumps({"inmates": people} if wrapped else people).encode()).rows
    assert (row.line, row.age, row.status) == (1, 34, "away")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (HEAD.encode(), "empty"),
        (b"[]", "empty"),
        (b"name,age\nx,1", "no_header"),
        (b"{", "not_json"),
        (b'{"people": []}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"\xff\xfe\x00", "not_text"),
        (f"{HEAD}\nUT/1\0,x".encode(), "not_text"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (json.dumps([{}] * (MAX_ROWS + 1)).encode(), "too_many"),
    ],
)
def test_file_that_is_none_says_why(content: bytes, why: str) -> None:
    """As a whole, and without a traceback."""
    with pytest.raises(BadFile) as refused:
        parse(content)
    assert refused.value.why == why


def test_missing_columns_are_named() -> None:
    """Whoever exported the file learns which."""
    with pytest.raises(BadFile, match="father_name, age, gender"):
        parse(b"number,name,category\n1,x,ut")


def test_bad_lines_are_named_by_their_line_in_the_file_and_the_others_read() -> None:
    """Line 1 is the header; a value that holds a line break counts as the line where it ends."""
    text = f"{HEAD}\n{LINE}\n\nUT/2,,x,34,male,ut\nUT/3,x,y,34,male,ut,more\nut/1/26,x,y,34,male,ut\n"
    parsed = parse(text.encode())
    assert [row.line for row in parsed.rows] == [2]
    assert [(fault.line, fault.column, fault.why) for fault in parsed.faults] == [
        (4, "name", Why.MISSING),
        (5, "", Why.TOO_MANY_VALUES),
        (6, "number", Why.REPEATED),
    ]

"""web.api.inmates: a register kept current by another system."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.people import Inmate
from broker.vocabulary import InmateStatus
from tests.support.api import ask, make_key
from tests.support.desk import Desk
from web.api import inmates

PATH = "/api/v1/inmates"
IMRAN = {
    "number": "C/9/26",
    "name": "Imran Shaikh",
    "father_name": "Yusuf Shaikh",
    "age": 41,
    "gender": "male",
    "category": "convict",
    "nationality": "NG",
}
SANJAY = {
    "name": "Sanjay Kolte",
    "father_name": "Mahadev Kolte",
    "age": 34,
    "gender": "male",
    "category": "undertrial",
}


@pytest.fixture
async def token(desk: Desk) -> str:
    """A key for the first jail."""
    return await make_key(desk, jail_id=desk.here.jail.id)


async def register(desk: Desk) -> list[Inmate]:
    """The first jail's register now."""
    async with desk.db.read() as uow:
        return await uow.inmates.of_jail(desk.here.jail.id)


async def test_one_person_is_put_and_read_back(desk: Desk, token: str) -> None:
    """New, changed, the same; slashes as they are or encoded; what was left out has its default."""
    for path, body, expected in (
        ("C/9/26", IMRAN, (201, "added")),
        ("C%2F9%2F26", IMRAN, (200, "same")),
        ("c/9/26", {**IMRAN, "age": 42} | {"number": "C/9/26"}, (200, "changed")),
    ):
        status, said = await ask(desk, "PUT", f"{PATH}/{path}", token, body)
        assert (status, said["result"]) == expected
    _, said = await ask(desk, "GET", PATH, token)
    assert said["inmates"][1] == {**IMRAN, "age": 42, "status": "held", "no_objection": ""}
    assert (said["jail"], said["next"]) == ("27/11", None)


async def test_a_release_says_how_many_visits_must_be_looked_at(desk: Desk, token: str) -> None:
    """The number may be left out of the body."""
    await desk.book(starts_in=timedelta(days=1).total_seconds())
    answer = await ask(desk, "PUT", f"{PATH}/UT/1/26", token, {**SANJAY, "status": "released"})
    assert answer == (200, {"result": "changed", "reviews": 1})
    assert (await register(desk))[0].status is InmateStatus.RELEASED


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, {"error": "bad_json"}),
        (b"[]", 400, {"error": "bad_json"}),
        ({**IMRAN, "number": "C/10/26"}, 422, "other_number"),
        ({**IMRAN, "age": 410}, 422, "bad_age"),
        ({**IMRAN, "cell": 4}, 422, "unknown_column"),
        ({}, 422, "missing"),
    ],
)
async def test_what_is_wrong_about_one_person_is_named(
    desk: Desk, token: str, body: object, status: int, said: object
) -> None:
    """And nothing of it is repeated in the answer, or stored."""
    answer = await ask(desk, "PUT", f"{PATH}/C/9/26", token, body)
    assert answer[0] == status
    if isinstance(said, dict):
        assert answer[1] == said
    else:
        assert answer[1]["error"] == "bad_lines"
        assert {fault["why"] for fault in answer[1]["faults"]} == {said}
    assert len(await register(desk)) == 1


async def test_many_are_tried_then_written(desk: Desk, token: str) -> None:
    """A dry run changes nothing and counts as the real one does; JSON and CSV are the same to it."""
    csv = b"number,name,father_name,age,gender,category\nC/9/26,Imran,Yusuf,41,M,C\n"
    counts = {"added": 1, "changed": 0, "gone": 1, "absent": 0, "same": 0, "reviews": 1, "faults": []}
    for body in ([IMRAN], {"inmates": [IMRAN]}, csv):
        tried = await ask(desk, "POST", f"{PATH}?dry_run=true&gone=moved", token, body)
        assert tried == (200, {"dry_run": True, **counts})
    assert len(await register(desk)) == 1
    done = await ask(desk, "POST", f"{PATH}?gone=moved", token, [IMRAN])
    assert done == (200, {"dry_run": False, **counts, "reviews": 0})
    assert [each.status for each in await register(desk)] == [InmateStatus.MOVED, InmateStatus.HELD]


async def test_one_bad_line_keeps_all_out_and_is_named_with_the_others(desk: Desk, token: str) -> None:
    """By its position; the dry run names the same."""
    body = [IMRAN, {**IMRAN, "number": "C/10", "age": "x"}, {**IMRAN, "number": "c/9/26"}]
    faults = [{"line": 2, "column": "age", "why": "bad_age"}, {"line": 3, "column": "number", "why": "repeated"}]
    status, tried = await ask(desk, "POST", f"{PATH}?dry_run=1", token, body)
    assert (status, tried["faults"], tried["added"]) == (200, faults, 1)
    assert await ask(desk, "POST", PATH, token, body) == (422, {"error": "bad_lines", "faults": faults})
    assert len(await register(desk)) == 1


@pytest.mark.parametrize(
    ("query", "body", "said"),
    [
        ("?dry_run=maybe", [IMRAN], {"error": "bad_parameter"}),
        ("?gone=dead", [IMRAN], {"error": "bad_parameter"}),
        ("", b"", {"error": "bad_file", "why": "empty"}),
        ("", b"name\nx", {"error": "bad_file", "why": "no_header"}),
        ("", b"x" * (8 * 1024 * 1024 + 1), {"error": "bad_file", "why": "too_large"}),
    ],
)
async def test_what_is_no_register_is_refused(desk: Desk, token: str, query: str, body: object, said: object) -> None:
    """With what was wrong about it."""
    assert await ask(desk, "POST", PATH + query, token, body) == (400, said)


async def test_a_register_is_read_in_pages(desk: Desk, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page names the next; a status asked for is kept to."""
    monkeypatch.setattr(inmates, "PAGE", 2)
    people = [{**IMRAN, "number": f"C/{n}", "status": "away" if n == 1 else "held"} for n in range(3)]
    await ask(desk, "POST", PATH, token, people)
    _, first = await ask(desk, "GET", PATH, token)
    _, second = await ask(desk, "GET", f"{PATH}?after={first['next']}", token)
    assert [each["number"] for each in first["inmates"] + second["inmates"]] == ["UT/1/26", "C/0", "C/1", "C/2"]
    assert second["next"] is None
    _, away = await ask(desk, "GET", f"{PATH}?status=away", token)
    assert [each["number"] for each in away["inmates"]] == ["C/1"]
    for query in ("after=x", "status=gone", "after=-1"):
        assert await ask(desk, "GET", f"{PATH}?{query}", token) == (400, {"error": "bad_parameter"})

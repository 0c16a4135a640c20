"""web.api.reports: the counts for another system, with a key of its own kind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.audit.events import AuditEvent
from broker.reports.counting import count_all
from broker.reports.numbers import NUMBERS, Unit
from broker.vocabulary import KeyPurpose
from tests.support.api import ask, make_key
from tests.support.counted import held, refused
from tests.support.desk import Desk

PATH = "/api/v1/reports"


async def key(desk: Desk, **place: int) -> str:
    """A key that reads reports."""
    async with desk.db.begin() as uow:
        _, token = await uow.api_keys.add(
            "Department", purpose=KeyPurpose.REPORTS, by="staff:1", now=desk.clock.now(), **place
        )
        await uow.commit()
    return token


async def counted(desk: Desk) -> str:
    """Some visits yesterday; the period's part of the address."""
    day = desk.clock.now() - timedelta(days=1)
    await held(desk.db, desk.here, starts_at=day, had=600, node_down=200)
    await held(desk.db, desk.here, starts_at=day, terminal=1)
    await refused(desk.db, desk.here, "away", starts_at=day)
    await held(desk.db, desk.elsewhere, starts_at=day)
    await count_all(desk.db, desk.clock.now())
    today = desk.clock.now().date()
    return f"{PATH}?from={today - timedelta(days=3)}&to={today + timedelta(days=1)}"


async def test_a_state_s_key_reads_the_state_s_numbers(desk: Desk) -> None:
    """All of them, durations in seconds, lines within lines by codes and words; they add up."""
    path, token = await counted(desk), await key(desk, state_code=27)
    status, said = await ask(desk, "GET", f"{path}&by=jail,kind", token)
    assert status == 200
    assert {each.removesuffix("_seconds") for each in said["total"]} == set(NUMBERS)
    assert {each for each in said["total"] if each.endswith("_seconds")} == {
        f"{each.id}_seconds" for each in NUMBERS.values() if each.unit is Unit.SECONDS
    }
    assert (said["total"]["requested"], said["total"]["connected"], said["total"]["refused_away"]) == (3, 2, 1)
    [line] = said["lines"]
    assert (line["jail"], line["numbers"]) == ("27/11", said["total"])
    assert [(part["jail"], part["kind"], part["numbers"]) for part in line["lines"]] == [
        ("27/11", "family", said["total"])
    ]
    assert (said["by"], said["waiting"]) == (["jail", "kind"], 0)
    assert said["counted_at"].endswith("Z")


async def test_a_key_reads_no_other_place_s_numbers(desk: Desk) -> None:
    """A jail's key its own; another jail and one that is none get one answer."""
    path, token = await counted(desk), await key(desk, jail_id=desk.elsewhere.jail.id)
    assert (await ask(desk, "GET", path, token))[1]["total"]["connected"] == 1
    assert (await ask(desk, "GET", f"{path}&jail=19/3", token))[1]["total"]["connected"] == 1
    for jail in ("27/11", "27/99", "x"):
        assert await ask(desk, "GET", f"{path}&jail={jail}", token) == (403, {"error": "jail_not_yours"})


async def test_a_key_of_the_register_opens_no_report_and_the_other_way_round(desk: Desk) -> None:
    """Each does what it was made for."""
    path = await counted(desk)
    register, reports = await make_key(desk, state_code=27), await key(desk, state_code=27)
    assert await ask(desk, "GET", path, register) == (403, {"error": "other_purpose"})
    assert await ask(desk, "GET", "/api/v1/inmates?jail=27/11", reports) == (403, {"error": "other_purpose"})
    assert (await ask(desk, "GET", path))[0] == 401


async def test_filters_and_months_are_words_and_codes(desk: Desk) -> None:
    """As they are documented."""
    path, token = await counted(desk), await key(desk, state_code=27)
    _, by_month = await ask(desk, "GET", f"{path}&by=month&mode=video&category=undertrial&kind=family", token)
    day = desk.clock.now() - timedelta(days=1)
    assert by_month["lines"][0]["month"] in {f"{each:%Y-%m}" for each in (day, day + timedelta(hours=14))}
    assert by_month["total"]["requested"] == 3
    for narrowed in ("mode=in_person", "category=convict", "kind=legal"):
        assert (await ask(desk, "GET", f"{path}&{narrowed}", token))[1]["total"]["requested"] == 0


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("", "bad_period"),
        ("from=2026-03-02&to=2026-03-01", "bad_period"),
        ("from=2026-03-02&to=2026-13-01", "bad_period"),
        ("from=2026-03-01&to=2026-03-02&by=warden", "bad_parameter"),
        ("from=2026-03-01&to=2026-03-02&by=jail,jail", "bad_parameter"),
        ("from=2026-03-01&to=2026-03-02&by=jail,month,kind", "bad_parameter"),
        ("from=2026-03-01&to=2026-03-02&mode=phone", "bad_parameter"),
    ],
)
async def test_what_is_no_report_is_refused(desk: Desk, query: str, error: str) -> None:
    """With a stable word for it."""
    token = await key(desk, state_code=27)
    assert await ask(desk, "GET", f"{PATH}?{query}", token) == (400, {"error": error})


async def test_what_a_key_has_read_is_on_record(desk: Desk) -> None:
    """By the key's number, with the period."""
    path, token = await counted(desk), await key(desk, jail_id=desk.here.jail.id)
    await ask(desk, "GET", f"{path}&by=jail", token)
    async with desk.db.read() as uow:
        [entry] = [each for each in await uow.audit.newest(5) if each.event == AuditEvent.REPORT_READ]
        [made] = await uow.api_keys.all()
    assert (entry.by, entry.jail_id, entry.details["by"]) == (f"api_key:{made.id}", desk.here.jail.id, ["jail"])

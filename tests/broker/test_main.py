"""`python -m broker` as a person or `./run` calls it: real processes."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from broker import demo
from broker.demo.world import JAILS
from broker.storage.database import Database
from config import keys
from config.clock import SystemClock
from config.settings import Settings
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
# Seconds; eight processes start at once on whatever machine this is.
PATIENCE = 150
KEYS = {
    "visrn",
    "visit",
    "link",
    "links",
    "emails",
    "proofs",
    "starts_at",
    "ends_at",
    "jail",
    "terminal",
    "terminal_link",
    "operator",
    "monitor",
}

PRODUCTION = {
    "MULAKAT_ENVIRONMENT": "production",
    "MULAKAT_SECRET_KEY": "a key for this test alone, and long enough for production",
    "MULAKAT_PUBLIC_URL": "https://visits.example",
    "MULAKAT_NODE_URL": "wss://node.visits.example/ws",
    "MULAKAT_SMTP_HOST": "smtp.invalid",
    "MULAKAT_MAIL_FROM": "visits@visits.example",
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


async def broker(*arguments: str, **environment: str) -> Done:
    """Run a command, in an environment with nothing but what is given."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "broker",
        *arguments,
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONWARNINGS": "error", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    return Done(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def embedded(tmp_path: Path, redis_url: str) -> dict[str, str]:
    """An empty state directory and a Redis."""
    return {"MULAKAT_VAR_DIR": str(tmp_path), "MULAKAT_REDIS_URL": redis_url}


async def test_demo_on_a_bare_directory_prints_one_line_of_json(embedded: dict[str, str]) -> None:
    """Tables and world are made on the way; everything else that is said goes to standard error."""
    done = await broker("demo", "--minutes", "0.5", "--visitors", "2", **embedded)
    assert done.status == 0, done.err
    assert done.out.count("\n") == 1
    line = json.loads(done.out)
    assert set(line) == KEYS
    assert len(line["links"]) == 2


async def test_eight_demos_at_once_get_eight_terminals(embedded: dict[str, str]) -> None:
    """As scenario tests start them; also when the very first makes the world."""
    done = await asyncio.gather(*(broker("demo", **embedded) for _ in range(8)))
    assert [each.status for each in done] == [0] * 8, "\n".join(each.err for each in done)
    lines = [json.loads(each.out) for each in done]
    assert len({line["terminal_link"] for line in lines}) == 8
    assert len({line["visrn"] for line in lines}) == 8


async def test_demo_wakes_the_worker(embedded: dict[str, str], redis_url: str) -> None:
    """The mail leaves at once, not at the worker's next poll."""
    redis = Redis.from_url(redis_url, decode_responses=True)
    async with redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(keys.OUTBOX)
        assert (await broker("demo", **embedded)).status == 0
        async with asyncio.timeout(5):
            while (message := await heard.get_message(timeout=1)) is None:
                pass
    await redis.aclose()
    assert message["channel"] == keys.OUTBOX


async def test_demo_without_a_redis_books_all_the_same(tmp_path: Path) -> None:
    """The worker's poll finds the mail; the log says that nobody was woken."""
    done = await broker("demo", MULAKAT_VAR_DIR=str(tmp_path))
    assert done.status == 0, done.err
    assert set(json.loads(done.out)) == KEYS
    assert "start ./run" in done.err


async def test_demo_says_where_its_links_lead_nowhere(embedded: dict[str, str]) -> None:
    """At the port of nobody, beside a system that runs at another; it is booked there all the same."""
    port = free_port()
    done = await broker("demo", **embedded, PORT=str(port))
    assert done.status == 0
    assert f"No pages are served at http://127.0.0.1:{port}, where the links lead" in done.err
    with socket.create_server(("127.0.0.1", port)):
        done = await broker("demo", **embedded, PORT=str(port))
    assert (done.status, done.err) == (0, "")


async def test_demo_with_every_terminal_taken_fails_with_a_sentence(
    embedded: dict[str, str], migrated_sqlite_url: str, settings: Settings
) -> None:
    """Nothing on standard output, no traceback."""
    db = Database(migrated_sqlite_url)
    await demo.seed(db)
    for _ in range(sum(jail.terminals for jail in JAILS)):
        await demo.book(db, settings, demo.Wish(), SystemClock().now())
    await db.close()
    done = await broker("demo", **embedded, MULAKAT_DATABASE_URL=migrated_sqlite_url)
    assert (done.status, done.out) == (1, "")
    assert "Every terminal of every jail" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--minutes", "0"),
        ("--minutes", "-1"),
        ("--minutes", "nan"),
        ("--minutes", "soon"),
        ("--starts-in", "inf"),
        ("--visitors", "0"),
        ("--visitors", "4"),
        ("--kind", "friends"),
        ("--language", "xx"),
    ],
)
async def test_demo_with_a_wrong_option_says_which(embedded: dict[str, str], arguments: tuple[str, str]) -> None:
    """Exit status 2, and the option's name."""
    done = await broker("demo", *arguments, **embedded)
    assert (done.status, done.out) == (2, "")
    assert arguments[0] in done.err


@pytest.mark.parametrize("command", ["demo", "seed", "migrate", "worker", ""])
async def test_production_refuses_the_demonstration(redis_url: str, migrated_postgres_url: str, command: str) -> None:
    """The commands, and a database that was once seeded: a deployment's release step and its worker stop there."""
    environment = {"MULAKAT_DATABASE_URL": migrated_postgres_url, "MULAKAT_REDIS_URL": redis_url, **PRODUCTION}
    assert (await broker("seed", **{**environment, "MULAKAT_ENVIRONMENT": "demo"})).status == 0
    done = await broker(*command.split(), **environment)
    assert (done.status, done.out) == (1, ""), done.err
    assert "emonstration" in done.err
    assert "Traceback" not in done.err


async def test_production_migrates_a_database_of_its_own(redis_url: str, postgres_url: str) -> None:
    """With nothing invented in it there is nothing to refuse. Until then the worker says in a sentence what to run."""
    environment = {"MULAKAT_DATABASE_URL": postgres_url, "MULAKAT_REDIS_URL": redis_url, **PRODUCTION}
    early = await broker("worker", **environment)
    assert (early.status, early.out) == (1, "")
    assert early.err == "The database has no tables yet: run `python -m broker migrate`, then start this again.\n"
    done = await broker("migrate", **environment)
    assert done.status == 0, done.err


async def test_wrong_settings_are_said_in_sentences(tmp_path: Path) -> None:
    """All of them, one a line, and no traceback."""
    done = await broker("migrate", MULAKAT_VAR_DIR=str(tmp_path), MULAKAT_PORT="0", MULAKAT_SMTP_PORT="x")
    assert (done.status, done.out) == (1, "")
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["MULAKAT_PORT", "MULAKAT_SMTP_PORT"]


@pytest.mark.parametrize("command", ["worker", "migrate"])
async def test_without_its_database_it_ends_with_a_sentence(tmp_path: Path, command: str) -> None:
    """Where it is looked for, and no traceback."""
    port = free_port()
    away = {
        "MULAKAT_VAR_DIR": str(tmp_path),
        "MULAKAT_DATABASE_URL": f"postgresql+asyncpg://mulakat@127.0.0.1:{port}/mulakat",
        "MULAKAT_REDIS_URL": "redis://127.0.0.1:1",
    }
    done = await broker(command, **PRODUCTION, **away)
    assert (done.status, done.out) == (1, "")
    assert f"The database at 127.0.0.1:{port} takes no connection" in done.err
    assert "Traceback" not in done.err

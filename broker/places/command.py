"""`python -m broker jail 27/11 --state … --name … --city … --timezone … --helpline …`: a jail of an installation, and
its state with the first one. Its terminals, counters and hours are then the superintendent's, in the browser.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broker.audit.events import AuditEvent
from broker.people import State
from broker.storage.database import Database
from config.clock import SystemClock
from config.settings import Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name

_LONGEST_NAME, _LONGEST_HELPLINE, _LONGEST_ZONE = 120, 40, 64


def add_parser(commands: Commands) -> None:
    """Add `jail` to the program's commands."""
    adding = commands.add_parser("jail", help="add a jail, and its state if it is not known yet")
    adding.add_argument("codes", type=_codes, metavar="STATE/JAIL", help="such as 27/11, as it stands in VisRNs")
    adding.add_argument("--state", type=_text, metavar="NAME", help="the state's name; needed with its first jail")
    adding.add_argument("--name", type=_text, required=True, help="the jail's, as families know it")
    adding.add_argument("--city", type=_text, required=True)
    adding.add_argument("--timezone", type=_zone, required=True, help="such as Asia/Kolkata")
    adding.add_argument(
        "--helpline", type=_helpline, required=True, help="the telephone number that families are shown"
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do it; returns the exit status: 1, with a sentence, where the jail is known or the state's name is missing."""
    problem = asyncio.run(_add(settings, arguments))
    if problem:
        sys.stderr.write(f"{problem}\n")
    return 1 if problem else 0


async def _add(settings: Settings, arguments: argparse.Namespace) -> str:
    state_code, code = arguments.codes
    db = Database(settings.database_url)
    try:
        async with db.begin() as uow:
            if await uow.jails.by_code(state_code, code) is not None:
                return f"There is a jail {state_code}/{code} already."
            if state_code not in {state.code for state in await uow.jails.states()}:
                if not arguments.state:
                    return f"State {state_code} is not known yet: give its name with --state."
                await uow.jails.add_state(State(state_code, arguments.state))
            jail = await uow.jails.add(
                state_code,
                code,
                name=arguments.name,
                city=arguments.city,
                timezone=arguments.timezone,
                helpline=arguments.helpline,
            )
            now = SystemClock().now()
            uow.audit.record(
                AuditEvent.JAIL_CREATE, by="system:jail", at=now, jail_id=jail.id, subject=f"jail:{jail.id}"
            )
            await uow.commit()
    finally:
        await db.close()
    return ""


def _codes(text: str) -> tuple[int, int]:
    state, _, code = text.partition("/")
    if (state + code).isascii() and state.isdigit() and code.isdigit() and len(state) <= 2 and len(code) <= 4:
        codes = int(state), int(code)
        if all(codes):
            return codes
    raise argparse.ArgumentTypeError("a state's code (1 to 99) and a jail's (1 to 9999), such as 27/11")


def _text(text: str, longest: int = _LONGEST_NAME) -> str:
    plain = " ".join(text.split())
    if not 0 < len(plain) <= longest:
        raise argparse.ArgumentTypeError(f"1 to {longest} characters")
    return plain


def _helpline(text: str) -> str:
    return _text(text, _LONGEST_HELPLINE)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        raise argparse.ArgumentTypeError(f"{text!r} is no time zone; one is called Asia/Kolkata") from None
    return _text(text, _LONGEST_ZONE)

"""`python -m broker invite USERNAME --name … --email …`: an installation's first administrator, who invites the others.

Prints the link that was mailed too, as the first mail of an installation may well not arrive. Standard output is the
link alone.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from broker.members.service import Invitation, found
from broker.staff import Reach, Role
from broker.storage.database import Database
from config.clock import SystemClock
from config.i18n import DEFAULT, LANGUAGES
from config.settings import Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name


def add_parser(commands: Commands) -> None:
    """Add `invite` to the program's commands."""
    inviting = commands.add_parser("invite", help="invite a system administrator; prints the link, which works once")
    inviting.add_argument("username")
    inviting.add_argument("--name", required=True, help="as it is shown to others")
    inviting.add_argument("--email", required=True, help="where the link is sent")
    inviting.add_argument("--language", choices=list(LANGUAGES), default=DEFAULT, help="of the mail")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do it; returns the exit status. Raises BadUsername, BadEmail, UsernameTaken."""
    sys.stdout.write(f"{asyncio.run(_run(settings, arguments))}\n")
    return 0


async def _run(settings: Settings, arguments: argparse.Namespace) -> str:
    db = Database(settings.database_url)
    new = Invitation(
        arguments.username,
        arguments.name,
        arguments.email,
        arguments.language,
        Role.SYSTEM_ADMIN,
        Reach(every_jail=True),
    )
    try:
        return await found(db, settings, new, SystemClock().now())
    finally:
        await db.close()

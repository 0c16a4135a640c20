"""/jails/<state>-<code>/leaflet: one sheet of A4 for the jail's gate, in every language at once."""

from __future__ import annotations

import segno
from aiohttp import web

from broker.people import Jail
from config.i18n import LANGUAGES
from web.errors import NotFound
from web.keys import DB, SETTINGS
from web.leaflet.sheet import PICTURES, sheet
from web.render import render

#: The address of a jail's leaflet, and the two numbers in it: those of its VisRNs.
PATH = r"/jails/{state:[0-9]{1,2}}-{code:[0-9]{1,4}}/leaflet"

#: What fits on one side of A4 in ten points, as `Sheet.weight` counts it; more is printed smaller.
MOST_IN_LARGE_PRINT = 900


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the sheet, to be read on a screen or printed."""
    state, code = int(request.match_info["state"]), int(request.match_info["code"])
    async with request.app[DB].read() as uow:
        jail = await uow.jails.by_code(state, code)
        if jail is None:
            raise NotFound
        sessions = await uow.calendars.sessions(jail.id)
    sheets = [sheet(language, sessions) for language in LANGUAGES]
    address = registration(request.app[SETTINGS].public_url, jail)
    return render(
        request,
        "leaflet/leaflet.html",
        jail=jail,
        helpline=jail.helpline,
        sheets=sheets,
        dense=max(each.weight for each in sheets) > MOST_IN_LARGE_PRINT,
        pictures_of_steps=PICTURES,
        address=address,
        spoken=address.partition("://")[2],
        qr=qr(address),
    )


def registration(public_url: str, jail: Jail) -> str:
    """Where a visit to this jail is asked for."""
    return f"{public_url}/visits/new?jail={jail.state_code}-{jail.code}"


def qr(text: str) -> str:
    """A QR code (ISO/IEC 18004) as a data: address. A quarter of it may be dirty or torn, as on a wall it will be."""
    return str(segno.make(text, error="q", micro=False).svg_data_uri(border=4, omitsize=True))

"""GET /pass/{token}: what a visitor shows at the jail's gate, on the phone or on paper.

Like the link of a video visit it opens nothing: it names the visitor, the place and the time, and nobody else.
"""

from __future__ import annotations

import segno
from aiohttp import web

from broker.gate import standing
from broker.gate.service import Shown, show
from broker.gate.standing import Standing
from broker.links import gate_link
from broker.visit import VisitMode
from config.secrets import digest
from web import language
from web.family.standing import when
from web.keys import CLOCK, DB, SETTINGS
from web.render import render

#: What can still be shown at a gate: the QR code stands on the page.
_SHOWN = frozenset({Standing.EARLY, Standing.GOOD, Standing.INSIDE, Standing.OTHER_DAY})


async def page(request: web.Request) -> web.StreamResponse:
    """The pass, or why there is none any more; a video visit's link leads to its own door."""
    token = request.match_info["token"]
    async with request.app[DB].read() as uow:
        found = await uow.visits.by_link_digest(digest(token))
        shown = await show(uow, digest(token), request.app[CLOCK].now()) if found else None
    if found is not None and found[0].mode is VisitMode.VIDEO:
        raise web.HTTPSeeOther(f"/join/{token}")
    if shown is None:
        return render(request, "passes/none.html", status=404)
    language.prefer(request, shown.visitor.language)
    if shown.standing not in _SHOWN:
        return render(request, "passes/off.html", status=410, **when(request, shown.visit), standing=shown.standing)
    return _pass(request, shown, token)


def _pass(request: web.Request, shown: Shown, token: str) -> web.Response:
    address = gate_link(request.app[SETTINGS].public_url, token)
    return render(
        request,
        "passes/pass.html",
        **when(request, shown.visit),
        visit=shown.visit,
        visitor=shown.visitor,
        standing=shown.standing,
        doors=standing.doors_open(shown.visit),
        # A quarter of it may be lost: passes are folded, and photographed off cracked screens.
        qr=segno.make(address, error="q", micro=False).svg_data_uri(border=4, omitsize=True),
    )

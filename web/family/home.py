"""GET / and GET /helplines: for somebody who came without a link: what can be done here, and where to call."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from web.keys import DB
from web.render import render


async def page(request: web.Request) -> web.StreamResponse:
    """What this is, the first thing to do, and the ways for whoever has been here before."""
    return render(request, "family/home.html")


async def helplines(request: web.Request) -> web.StreamResponse:
    """Every jail by city: its helpline, its leaflet, and its own first page of a request."""
    async with request.app[DB].read() as uow:
        jails = await uow.jails.all()
    by_city = sorted(jails, key=lambda jail: (jail.city, jail.name))
    cities = [(city, list(group)) for city, group in groupby(by_city, key=lambda jail: jail.city)]
    return render(request, "family/helplines.html", cities=cities)

"""GET / and GET /helplines: for somebody who came without a link."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from web.keys import DB
from web.render import render


async def page(request: web.Request) -> web.StreamResponse:
    """What this is, and the one thing to do."""
    return render(request, "family/home.html")


async def helplines(request: web.Request) -> web.StreamResponse:
    """Every prison's helpline, by city."""
    async with request.app[DB].read() as uow:
        jails = await uow.jails.all()
    by_city = sorted(jails, key=lambda jail: (jail.city, jail.name))
    cities = [(city, list(group)) for city, group in groupby(by_city, key=lambda jail: jail.city)]
    return render(request, "family/helplines.html", cities=cities)

"""What the consoles share: a page made of named parts, sent again part by part.

The same HTML serves the first load, a browser without scripts, and the live update,
so there is one template and one translation of everything. `items` is one flat list of
keyed elements (headings and cards in turn); `fixed` are the places that are always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markupsafe import Markup

from web.render import render_text
from web.sse import Payload


@dataclass(frozen=True, slots=True)
class Parts:
    """HTML by name; the order of `items` is their order on the page."""

    fixed: Mapping[str, Markup]
    items: Mapping[str, Markup]

    def payload(self) -> Payload:
        """As JSON: `fixed` and `items` by name, `order` the items' names."""
        return {"fixed": dict(self.fixed), "items": dict(self.items), "order": list(self.items)}


def part(request: web.Request, template: str, context: Mapping[str, Any]) -> Markup:
    """One part as HTML, from a template that escapes what it is given."""
    return Markup(render_text(request, template, context))  # noqa: S704


def diff(last: Payload | None, new: Payload) -> Payload:
    """Only the parts that changed; the whole order always, so that what is gone goes."""
    if last is None:
        return new
    return {
        "fixed": _changed(last["fixed"], new["fixed"]),
        "items": _changed(last["items"], new["items"]),
        "order": new["order"],
    }


def _changed(last: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {name: html for name, html in new.items() if last.get(name) != html}

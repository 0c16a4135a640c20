"""The headers that fence every page in: content security policy, referrer, permissions."""

from __future__ import annotations

from aiohttp import web

from config.settings import Settings
from web.keys import BEGUN, SETTINGS


def policy(node_origins: list[str]) -> str:
    """The policy (CSP Level 3): our own files, and sockets to the room nodes. No inline script or style anywhere."""
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'", *node_origins],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def headers(settings: Settings) -> dict[str, str]:
    """Headers of every answer. `no-referrer` keeps a link's token out of every other server's log."""
    fixed = {
        "Content-Security-Policy": policy(list(settings.node_origins)),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    if settings.public_url.startswith("https://"):
        fixed["Strict-Transport-Security"] = "max-age=31536000"
    return fixed


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """`on_response_prepare` signal: also reaches event streams, files and errors."""
    request[BEGUN] = True
    response.headers["Server"] = "Mulakat"
    for name, value in headers(request.app[SETTINGS]).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")

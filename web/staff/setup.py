"""Setting up an authenticator app: the secret waits in the browser's session until a code proves that the app has it.

The picture is a QR code as an SVG in the page's own bytes, so that the secret is in no address and in no cache.
"""

from __future__ import annotations

import segno
from aiohttp import web

from broker.members.secrets import new_totp_secret, provisioning_uri
from web.session import SESSION

_FIELD = "staff_setup"


def waiting_secret(request: web.Request, subject: str) -> str:
    """The secret this browser was shown for a subject (an invitation, an account), made at the first ask."""
    session = request[SESSION]
    kept = session.get(_FIELD)
    if not isinstance(kept, dict) or kept.get("subject") != subject:
        kept = {"subject": subject, "secret": new_totp_secret()}
        session[_FIELD] = kept
    return str(kept["secret"])


def forget_secret(request: web.Request) -> None:
    """It was used, or is not needed any more."""
    request[SESSION].pop(_FIELD, None)


def picture(secret: str, username: str) -> str:
    """The QR code, as an address that an `img` understands."""
    return str(segno.make(provisioning_uri(secret, username), error="m").svg_data_uri(scale=5, border=2, light="#fff"))


def spelled(secret: str) -> str:
    """The secret for whoever has to type it: in groups of four."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))

"""What goes wrong at the door. `web.serving.answers` is the one place where it becomes a page or a JSON answer.

MulakatError (config.errors)
└── WebError            status, id
    ├── CrossSite       403 cross_site
    ├── FormExpired     403 form_expired
    ├── NotFound        404 not_found
    ├── TooMany         429 too_many, carries retry_at
    └── Unavailable     503 unavailable
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from config.errors import MulakatError


class WebError(MulakatError):
    """A refusal with an HTTP status; raise it from any handler."""

    id = "internal"
    status: ClassVar[int] = 500


class CrossSite(WebError):
    """The browser says that another site sent this request."""

    id = "cross_site"
    status = 403


class FormExpired(WebError):
    """The form's token isn't the session's: the page was open for too long, or cookies are off."""

    id = "form_expired"
    status = 403


class NotFound(WebError):
    """There is nothing at this address for this reader."""

    id = "not_found"
    status = 404


class TooMany(WebError):
    """Asked too often; `retry_at` (aware UTC) says when it may be asked again."""

    id = "too_many"
    status = 429

    def __init__(self, retry_at: datetime | None = None) -> None:
        super().__init__(self.id)
        self.retry_at = retry_at


class Unavailable(WebError):
    """Something behind the page doesn't answer."""

    id = "unavailable"
    status = 503

"""Why a proof of work was not taken.

WebError
└── ProofError            422
    ├── ProofBad          forged, made for another form, used already, or too old
    └── ProofMissing      none came along: scripts are off, or the page was sent before it was done
"""

from __future__ import annotations

from web.errors import WebError


class ProofError(WebError):
    """Anything about a proof of work."""

    id = "proof_error"
    status = 422


class ProofBad(ProofError):
    """Forged, made for another form, used already, or too old."""

    id = "proof_bad"


class ProofMissing(ProofError):
    """None came along."""

    id = "proof_missing"

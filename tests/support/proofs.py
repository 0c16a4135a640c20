"""Proofs of work as a page's script makes them, for tests that fill in forms without one."""

from __future__ import annotations

import base64
import json
from typing import Any

from altcha.v1 import solve_challenge

from tests.support.desk import Browser


def payload(challenge: dict[str, Any], /, **changes: Any) -> str:
    """What the script puts into the form for this challenge; keywords change fields after it was solved."""
    solution = solve_challenge(
        challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxnumber"]
    )
    assert solution is not None
    fields = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return encoded({**fields, "number": solution.number, **changes})


def encoded(fields: Any) -> str:
    """Base 64 of JSON."""
    return base64.b64encode(json.dumps(fields).encode()).decode()


async def proof(browser: Browser, purpose: str) -> str:
    """A fresh proof: ask for a challenge and solve it."""
    answer = await browser.get(f"/proof?for={purpose}", headers={"Accept": "application/json"})
    assert answer.status == 200
    return payload(await answer.json())

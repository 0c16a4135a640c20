"""A prison's own system, asking with its key."""

from __future__ import annotations

import io
import json
from typing import Any

from tests.support.desk import Desk


async def make_key(desk: Desk, **place: Any) -> str:
    """A key for a jail (`jail_id`) or for a state (`state_code`); the secret."""
    async with desk.db.begin() as uow:
        _, token = await uow.api_keys.add("ERP", by="staff:1", now=desk.clock.now(), **place)
        await uow.commit()
    return token


async def ask(desk: Desk, method: str, path: str, token: str = "", body: object = None) -> tuple[int, Any]:
    """Send a request as a program would: no cookies, no form token. The status, and the JSON of the answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    data = None if body is None else io.BytesIO(content)
    async with desk.browser() as program:
        program.headers.popall("Accept")
        answer = await program.request(method, path, data=data, headers=headers)
        assert answer.content_type == "application/json", await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.json()

"""web.operator.reasons: each reason has its words."""

from __future__ import annotations

from enum import StrEnum

import pytest
from aiohttp import web

from broker.sessions.noshow import NoShowReason
from web.keys import TEMPLATES
from web.operator.reasons import HoldReason, StaffReason


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        *(("visit:end", each) for each in StaffReason),
        *(("visit:hold", each) for each in HoldReason),
        *(("visit:no_show", each) for each in NoShowReason),
    ],
)
async def test_each_reason_is_said_in_words(wired: web.Application, event: str, reason: StrEnum) -> None:
    """In the row's list and in what happened, never by its id."""
    template = wired[TEMPLATES]["en"].from_string("{{ reason | why(event) }}")
    text = template.render(event=event, reason=reason.value).strip()
    assert len(text) > 3
    assert text != reason.value

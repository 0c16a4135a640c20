"""The operator's board as HTML, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiohttp import web
from markupsafe import Markup

from broker.mail.troubles import trouble
from broker.sessions.noshow import NoShowReason
from broker.staff import Staff
from broker.visit import Jail
from web import language
from web.console import Parts, part
from web.keys import SETTINGS
from web.operator.board import Board, Group
from web.operator.reasons import HoldReason, StaffReason
from web.operator.urgency import wanted
from web.staff.permissions import Permission, may


def context(request: web.Request, staff: Staff, jail: Jail, board: Board) -> dict[str, Any]:
    """What every part of a console of this jail needs: who may do what, for which reasons, and the words for mails."""
    code = language.of(request)
    return {
        "jail": jail,
        "board": board,
        "wanted": wanted(board),
        "reasons": list(StaffReason),
        "hold_reasons": list(HoldReason),
        "no_show_reasons": list(NoShowReason),
        "trouble_words": lambda error_id: trouble(error_id, code),
        "back": "",
        "terminal_url": f"{request.app[SETTINGS].public_url}/terminal",
        "may": {
            permission.name.lower(): may(staff.role, permission)
            for permission in (
                Permission.INCIDENT_REPORT,
                Permission.LOSS_CONFIRM,
                Permission.TERMINAL_COMMAND,
                Permission.TERMINAL_PAIR,
                Permission.VISIT_END,
                Permission.VISIT_HELP,
                Permission.VISIT_HOLD,
                Permission.VISIT_START,
            )
        },
    }


def parts(
    request: web.Request, staff: Staff, jail: Jail, board: Board, names: Mapping[str, str] | None = None
) -> Parts:
    """The board, its terminals, and what needs a person. `names`: of staff, by actor."""
    given = {**context(request, staff, jail, board), "names": names or {}}

    def show(template: str, **more: object) -> Markup:
        return part(request, template, {**given, **more})

    items: dict[str, Markup] = {}
    for column, line in enumerate(board.terminals):
        items[f"terminal-{line.terminal.id}"] = show("operator/column.html", line=line, column=column)
    for group in board.groups:
        items.update(_group(group, show))
    if not board.groups:
        items["empty"] = show("operator/empty.html")
    return Parts(
        fixed={
            "needs": show("operator/needs.html"),
            "summary": show("operator/summary.html"),
            "terminals": show("operator/terminals.html"),
        },
        items=items,
    )


def _group(group: Group, show: Callable[..., Markup]) -> Iterator[tuple[str, Markup]]:
    yield f"at-{int(group.starts_at.timestamp())}", show("operator/heading.html", group=group)
    for row in group.rows:
        yield f"visit-{row.visit.id}", show("operator/row.html", row=row)

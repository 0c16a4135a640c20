"""What keeping the register can refuse.

BrokerError
└── RegisterError
    ├── BadFile       the file as a whole can't be read; carries why
    ├── BadLines      lines of it are wrong; carries all of them, nothing was changed
    └── Overtaken     somebody else changed the same register at the same moment; nothing was changed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from broker.errors import BrokerError

if TYPE_CHECKING:
    from broker.register.lines import Fault


class RegisterError(BrokerError):
    """Anything the register refuses."""

    id = "register_error"


class BadFile(RegisterError):
    """The file as a whole can't be read. `why`: empty, no_header, not_json, not_text, too_large, too_many."""

    id = "bad_file"

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"the file can't be read: {why} {detail}".strip())
        self.why = why
        self.detail = detail


class BadLines(RegisterError):
    """Some lines are wrong; nothing was changed."""

    id = "bad_lines"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class Overtaken(RegisterError):
    """Somebody else changed the same register at the same moment; nothing was changed, and it can be tried again."""

    id = "overtaken"

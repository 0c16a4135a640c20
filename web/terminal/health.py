"""How a terminal is: what its page last said of its devices and its line, and what that is worth now. Pure.

The idle page holds no device open. It opens both for a few seconds when it is loaded (and so when it is paired), when
staff ask for it, and a quarter of an hour before a session; during a call the call itself is the test.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

# The page speaks every 10 s; what is older than this says so.
STALE = timedelta(seconds=30)
#: A round trip of a small request that takes longer makes a poor call; so much longer, none.
SLOW_MS, TOO_SLOW_MS = 400, 1000


class DeviceState(StrEnum):
    """What a device did when it was last tried. `silent`, `dark`: it is there and gives nothing to hear or see;
    `unheard`: the browser lets nobody listen before somebody has touched the screen once.
    """

    BUSY = "busy"
    DARK = "dark"
    FAILED = "failed"
    MISSING = "missing"
    OK = "ok"
    REFUSED = "refused"
    SILENT = "silent"
    UNHEARD = "unheard"
    UNTESTED = "untested"


#: With these a session can be held.
FIT = frozenset({DeviceState.OK, DeviceState.SILENT, DeviceState.UNHEARD, DeviceState.UNTESTED})

Milliseconds = Annotated[int, Field(ge=0, le=120_000)]
Seconds = Annotated[float, Field(ge=0, le=366 * 86_400)]


class Report(BaseModel):
    """What the page posts: how its devices did, when they were tried (seconds ago), how long its last report took to be
    answered, for how long it has been open, whether it is in a call, and which command it has carried out last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: DeviceState
    microphone: DeviceState
    tested: Seconds | None = None
    rtt: Milliseconds | None = None
    open: Seconds
    in_call: bool
    done: Annotated[str, Field(max_length=64)] = ""


@dataclass(frozen=True, slots=True)
class Health:
    """A report as it is kept. `at`: when it came; `tested_at`: when the devices were tried; `since`: when the page was
    loaded; `rtt_ms`: milliseconds; `browser` as staff know it ("Chrome, Linux").
    """

    at: datetime
    camera: DeviceState
    microphone: DeviceState
    tested_at: datetime | None
    rtt_ms: int | None
    since: datetime
    browser: str
    in_call: bool
    done: str = ""

    @property
    def fit(self) -> bool:
        """Whether nothing is known that would keep a session from being held."""
        return self.camera in FIT and self.microphone in FIT

    def stale(self, now: datetime) -> bool:
        """Whether this is too old to lean on."""
        return now - self.at > STALE

    def to_json(self) -> str:
        """What stands in Redis."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        times = {name: fields[name] and fields[name].isoformat() for name in _TIMES}
        return json.dumps({**fields, **times})

    @classmethod
    def from_json(cls, text: str) -> Health:
        """Read what to_json wrote; raises KeyError, TypeError or ValueError on anything else."""
        fields = json.loads(text)
        times = {name: fields[name] and datetime.fromisoformat(fields[name]) for name in _TIMES}
        devices = {name: DeviceState(fields[name]) for name in ("camera", "microphone")}
        return cls(**{**fields, **times, **devices})


_TIMES = ("at", "since", "tested_at")


def kept(report: Report, browser: str, now: datetime) -> Health:
    """The report, with its spans turned into times of our own clock: a terminal's may be wrong."""
    return Health(
        at=now,
        camera=report.camera,
        microphone=report.microphone,
        tested_at=None if report.tested is None else now - timedelta(seconds=report.tested),
        rtt_ms=report.rtt,
        since=now - timedelta(seconds=report.open),
        browser=browser,
        in_call=report.in_call,
        done=report.done,
    )

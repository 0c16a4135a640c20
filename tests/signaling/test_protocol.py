"""docs/protocol.md and the code say the same."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from config.facts import EndReason
from rooms.moderation import CURRENT, LONGEST_ID, LONGEST_TEXT, WarningNotice
from rooms.people import KEPT
from rooms.presence import PresenceState
from rooms.timebox import NOTICES, Phase
from signaling.errors import CLOSE_CODES, HTTP_STATUS, BadDescription
from signaling.limits import Limits
from signaling.messages import CLIENT_MESSAGES, SERVER_MESSAGES, parse, write
from signaling.states import TABLE, Event, Stage

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "protocol.md").read_text()
LADDER = ROOT / "web" / "static" / "js" / "lib" / "ladder.js"
MODELS: dict[str, Any] = {
    model.model_fields["type"].annotation.__args__[0]: model  # type: ignore[union-attr]
    for model in (*CLIENT_MESSAGES, *SERVER_MESSAGES)
}


def chapter(title: str) -> str:
    """Return what stands under a heading of the second level."""
    return DOCS.split(f"\n## {title}\n")[1].split("\n## ")[0]


def section(name: str) -> str:
    """Return what stands under a message's heading."""
    return DOCS.split(f"\n### `{name}`\n")[1].split("\n### ")[0].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def example(name: str) -> str:
    """Return a message's example."""
    found = re.search(r"```json\n(.*?)```", section(name), re.DOTALL)
    assert found, name
    return found[1]


def test_every_message_is_described_on_its_side() -> None:
    """All of the client's under the client, all of the server's under the server, and no others."""
    for title, models in (("From the client", CLIENT_MESSAGES), ("From the server", SERVER_MESSAGES)):
        headings = re.findall(r"^### `(\w+)`$", chapter(title), re.MULTILINE)
        assert headings == [model.model_fields["type"].annotation.__args__[0] for model in models]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", MODELS)
def test_a_messages_fields_are_those_of_its_model(name: str) -> None:
    """No field more, none less, in the same order."""
    described = [row[0].strip("`") for row in rows(section(name))]
    assert described == [field for field in MODELS[name].model_fields if field not in ("type", "seq")]


@pytest.mark.parametrize("model", CLIENT_MESSAGES)
def test_a_clients_example_is_a_message(model: Any) -> None:
    """The node would take it, and nothing in it is ignored."""
    name = model.model_fields["type"].annotation.__args__[0]
    text = example(name)
    message = parse(text)
    assert isinstance(message, model)
    assert set(json.loads(text)) == set(model.model_fields)


@pytest.mark.parametrize("model", SERVER_MESSAGES)
def test_a_servers_example_is_what_the_node_would_write(model: Any) -> None:
    """Read and written again it is the same."""
    name = model.model_fields["type"].annotation.__args__[0]
    data = json.loads(example(name))
    assert json.loads(write(model.model_validate(data))) == data


def test_error_ids_and_close_codes_are_those_of_the_code() -> None:
    """Each id with its code, in alphabetical order, and no id that the code does not know."""
    described = {row[0].strip("`"): row[1] for row in rows(chapter("Error ids and close codes"))}
    codes = {name: str(code) for name, code in CLOSE_CODES.items()}
    codes["bad_description"] = "none"
    for name, status in HTTP_STATUS.items():
        codes[name] = f"{codes[name]}, or HTTP {status}" if name in codes else f"HTTP {status}"
    assert described == codes
    assert list(described) == sorted(described)
    assert BadDescription.id in described


def test_limits_are_those_of_the_code() -> None:
    """Each limit with its number."""
    described = {row[0].strip("`"): float(row[1].split()[0]) for row in rows(chapter("Limits"))}
    assert described == {name: float(value) for name, value in asdict(Limits()).items()}
    assert Limits().kept == KEPT.total_seconds()


def test_the_table_of_a_sockets_states_is_the_codes() -> None:
    """Every move, and none more."""
    described: dict[tuple[Stage, Event], Stage] = {}
    for stages, events, to in rows(DOCS.split("\n### A socket\n")[1].split("\n### ")[0]):
        for stage in Stage if stages == "any" else [Stage(name) for name in stages.split(", ")]:
            named = [events] if events.startswith("(") else events.split(", ")
            described |= {(stage, Event(name)): Stage(to) for name in named}
    assert described == TABLE


def test_the_states_of_rooms_and_participants_are_the_codes() -> None:
    """Each is named, and no other."""
    room = rows(DOCS.split("\n### A room\n")[1].split("\n### ")[0])
    participant = rows(DOCS.split("\n### A participant, as consoles see them\n")[1].split("\n## ")[0])
    assert {row[0] for row in room} == set(Phase)
    assert {row[0] for row in participant} == set(PresenceState)


def test_notices_and_end_reasons_are_named() -> None:
    """What can be said is written down."""
    assert all(str(seconds) in section("notice") for seconds in NOTICES)
    assert all(f"`{reason}`" in section("ended") for reason in EndReason)
    assert all(f"`{notice}`" in section("warning") for notice in WarningNotice)


def test_a_warnings_sizes_are_those_of_the_code() -> None:
    """How long an id and a text may be, and how long a warning is current."""
    assert f"1 to {LONGEST_ID} characters" in section("warning")
    assert f"at most {LONGEST_TEXT} characters" in section("warning")
    assert f"the last {CURRENT.total_seconds():.0f} seconds" in " ".join(section("warning").split())


def test_the_pages_ladder_is_the_one_that_is_described() -> None:
    """The steps in the page's own code are those of this page."""
    steps = re.search(r"const STEPS = \[([\d, ]+)\];", LADDER.read_text())
    last = re.search(r"const LAST = (\d+);", LADDER.read_text())
    assert steps
    assert last
    seconds = [f"{int(step) / 1000:g}" for step in steps[1].split(",")]
    words = f"{', '.join(seconds[:-1])} and {seconds[-1]} seconds, then every {int(last[1]) / 1000:g}"
    assert words in " ".join(chapter("Resuming").split())

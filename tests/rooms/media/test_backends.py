"""Which engine one gets, and that the log says why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config.clock import SystemClock
from rooms.media import MediaNode
from rooms.media.backends import Backend, choose
from rooms.media.compiled import build
from rooms.media.errors import EngineMissing
from rooms.media.relay import PythonEngine


@pytest.fixture
def not_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let there be no compiled engine, nor one that was loaded already."""
    monkeypatch.setattr(build, "built_at", lambda: tmp_path / "_hop.so")
    for module in ("binding", "state", "engine"):
        monkeypatch.delitem(sys.modules, f"rooms.media.compiled.{module}", raising=False)


def test_what_was_built_is_taken(compiled_backend: Backend) -> None:
    """By itself, or because it was asked for."""
    with capture_logs() as logs:
        assert choose("auto").name == choose("compiled").name == compiled_backend.name == "compiled"
    assert [(line["engine"], line["reason"]) for line in logs] == [
        ("compiled", "it was built"),
        ("compiled", "it was asked for"),
    ]


def test_where_nothing_was_built_python_does_it_and_the_log_says_why(not_built: None) -> None:
    """With the command that builds it."""
    with capture_logs() as logs:
        assert choose("auto").name == "python"
    assert [line["event"] for line in logs] == ["media_engine"]
    assert build.COMMAND in logs[0]["reason"]


def test_a_node_that_is_told_to_be_compiled_does_not_start_without(not_built: None) -> None:
    """Rather than be slower than somebody counts on."""
    with pytest.raises(EngineMissing, match=build.COMMAND):
        MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock(), engine="compiled")


async def test_python_is_taken_where_it_was_asked_for() -> None:
    """Whatever was built."""
    node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock(), engine="python")
    await node.open()
    assert isinstance(node.engine, PythonEngine)
    await node.close()

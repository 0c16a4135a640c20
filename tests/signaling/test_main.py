"""`python -m signaling`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rooms.media.compiled import build
from signaling.__main__ import main


def test_wrong_settings_are_said_in_sentences(
    clean_environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of them, and the exit status is 1."""
    clean_environment.setenv("MULAKAT_NODE_PORT", "many")
    clean_environment.setenv("MULAKAT_NODE_PROCESSES", "0")
    assert main([]) == 1
    said = capsys.readouterr().err
    assert "MULAKAT_NODE_PORT" in said
    assert "MULAKAT_NODE_PROCESSES" in said


def test_a_node_without_the_engine_it_is_told_to_run_says_so_and_ends(
    clean_environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """In one line, with the command that builds it."""
    clean_environment.setenv("MULAKAT_MEDIA_ENGINE", "compiled")
    clean_environment.setenv("MULAKAT_VAR_DIR", str(tmp_path))
    clean_environment.setattr(build, "built_at", lambda: tmp_path / "_hop.so")
    for module in ("binding", "state", "engine"):
        clean_environment.delitem(sys.modules, f"rooms.media.compiled.{module}", raising=False)
    assert main(["--process", "0"]) == 1
    said = capsys.readouterr()
    assert build.COMMAND in said.out + said.err

"""`python -m signaling`."""

from __future__ import annotations

import pytest

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

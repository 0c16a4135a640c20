"""`python -m signaling`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rooms.media.compiled import build
from signaling.__main__ import main
from tests.support.ports import free_port


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
    """In one line, with the setting and the command that builds it; it is not started again for that."""
    clean_environment.setenv("MULAKAT_MEDIA_ENGINE", "compiled")
    clean_environment.setenv("MULAKAT_VAR_DIR", str(tmp_path))
    clean_environment.setattr(build, "built_at", lambda: tmp_path / "_hop.so")
    for module in ("binding", "state", "engine"):
        clean_environment.delitem(sys.modules, f"rooms.media.compiled.{module}", raising=False)
    assert main(["--process", "0"]) == os.EX_CONFIG
    said = capsys.readouterr()
    [line] = [line for line in (said.out + said.err).splitlines() if "node_cannot_start" in line]
    assert "MULAKAT_MEDIA_ENGINE" in line
    assert build.COMMAND in line


def test_a_node_without_redis_says_where_it_looked(
    clean_environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the port, which a sentence could not have, and no traceback."""
    port = free_port()
    clean_environment.setenv("MULAKAT_REDIS_URL", f"redis://127.0.0.1:{port}")
    clean_environment.setenv("MULAKAT_VAR_DIR", str(tmp_path))
    clean_environment.setenv("MULAKAT_NODE_PORT", str(free_port()))
    assert main(["--process", "0"]) == 1
    said = capsys.readouterr()
    [line] = [line for line in (said.out + said.err).splitlines() if "node_cannot_start" in line]
    assert "Redis does not answer" in line
    assert f"port={port}" in re.sub(r"\x1b\[[0-9;]*m", "", line)
    assert "[redacted]" not in line


def test_a_node_that_nobody_could_reach_does_not_start_in_production(
    clean_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process and the supervisor above it end with EX_CONFIG, and the log has the sentence."""
    production = {
        "MULAKAT_ENVIRONMENT": "production",
        "MULAKAT_VAR_DIR": str(tmp_path),
        "MULAKAT_NODE_PORT": str(free_port()),
        "MULAKAT_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "MULAKAT_PUBLIC_URL": "https://mulakat.example",
        "MULAKAT_NODE_URL": "wss://mulakat.example:{port}/ws",
        "MULAKAT_DATABASE_URL": "postgresql+asyncpg://mulakat@127.0.0.1:1/mulakat",
        "MULAKAT_REDIS_URL": "redis://127.0.0.1:1",
        "MULAKAT_SMTP_HOST": "smtp.example",
        "MULAKAT_MAIL_FROM": "Mulakat <visits@mulakat.example>",
        "MULAKAT_MEDIA_ADDRESSES": "127.0.0.1",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "signaling"],
        env={**os.environ, **production},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == os.EX_CONFIG
    assert "that anybody else could reach" in ended.stderr

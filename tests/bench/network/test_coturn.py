"""bench.network.coturn: the documented configuration, with other addresses. tests/rooms/test_turn.py runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.network import coturn


def settings(text: str) -> list[str]:
    """The lines that say something."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_nothing_but_addresses_ports_secret_and_files_differs_from_what_is_documented(tmp_path: Path) -> None:
    """What is tested is what is deployed."""
    ours = settings(coturn.written("s3cret", "10.0.0.1", ["10.0.0.2", "fd00::2"], (3478, 443), tmp_path))
    documented = settings(coturn.CONFIGURATION.read_text())
    changed = {line.partition("=")[0] for line in set(ours) ^ set(documented)}
    assert changed == {"listening-ip", "relay-ip", "static-auth-secret", "cert", "pkey", "allowed-peer-ip"}
    assert [line for line in ours if line.startswith("allowed")] == [
        "allowed-peer-ip=10.0.0.2",
        "allowed-peer-ip=fd00::2",
    ]


def test_a_setting_that_the_documentation_lost_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the tests would run something else than they say."""
    (tmp_path / "lost.conf").write_text("listening-port=3478\n")
    monkeypatch.setattr(coturn, "CONFIGURATION", tmp_path / "lost.conf")
    with pytest.raises(ValueError, match="tls-listening-port"):
        coturn.written("s", "10.0.0.1", [], (3478, 443), tmp_path)

"""Settings for tests: the embedded defaults in a folder of the test's own, untouched by the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.settings import ENV_PREFIX, Settings
from tests.support.ports import free_port_pair

SECRET_KEY = "a key for tests alone, and long enough"


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take every setting out of the environment for one test."""
    for name in [name for name in os.environ if name.startswith(ENV_PREFIX)] + ["PORT"]:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def make_settings(clean_environment: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    """Settings with a state directory and ports of the test's own, a node's among them; keywords change fields."""

    def make(**changes: Any) -> Settings:
        own: dict[str, Any] = {"var_dir": tmp_path, "port": free_port_pair(), "secret_key": SecretStr(SECRET_KEY)}
        return Settings(**(own | changes))

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings], redis_url: str) -> Settings:
    """Settings of the demonstration, with an empty private Redis behind them."""
    return make_settings(redis_url=redis_url)

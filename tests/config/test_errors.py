"""The root of the errors."""

from __future__ import annotations

import errno
import inspect
import os
import socket

import pytest

from config import errors
from config.logging import redact


def test_every_error_has_an_id_of_its_own() -> None:
    """Ids are stable names; two errors with one id could not be told apart."""
    classes = [
        thing for _, thing in inspect.getmembers(errors, inspect.isclass) if issubclass(thing, errors.MulakatError)
    ]
    ids = [each.id for each in classes]
    assert len(ids) == len(set(ids))
    assert all(each.replace("_", "").isalpha() and each.islower() for each in ids)


def test_bad_settings_keep_each_sentence() -> None:
    """What is printed has a line a reason, and code can get at each."""
    error = errors.BadSettings(["One.", "Two."])
    assert error.sentences == ("One.", "Two.")
    assert str(error).splitlines() == ["One.", "Two."]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EADDRINUSE, "error while binding on ('127.0.0.1', 8081)"), os.strerror(errno.EADDRINUSE)),
        (PermissionError(errno.EACCES, "no", "var/node.pid"), f"{os.strerror(errno.EACCES)}: var/node.pid"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "Name or service not known"),
        (ConnectionError("gone"), "gone"),
    ],
)
def test_an_error_of_the_system_is_said_in_its_words(error: OSError, said: str) -> None:
    """Without the address that a library put into it: its port would be taken for a code."""
    assert errors.reason_of(error) == said
    assert redact(None, "error", {"reason": said}) == {"reason": said}

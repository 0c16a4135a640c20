"""The root of the errors."""

from __future__ import annotations

import inspect

from config import errors


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

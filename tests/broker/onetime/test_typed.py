"""A code as people type it."""

from __future__ import annotations

import pytest

from broker.onetime.typed import read


@pytest.mark.parametrize(
    "typed",
    [
        "482193",
        " 482 193 ",
        "4-8-2-1-9-3",
        "४८२१९३",
        "৪৮২১৯৩",
        "４８２１９３",
        "482·193",
        "Your code\nOTP: 482193\nIt is 1234567",
    ],
)
def test_six_digits_are_read_however_they_are_written(typed: str) -> None:
    """Any script, gaps within, the whole letter pasted."""
    assert read(typed) == "482193"


@pytest.mark.parametrize("typed", ["", "48219", "4821934", "48219x", "OTP: 4821934", "four eight two", "4" * 30_000])
def test_anything_else_is_no_code(typed: str) -> None:
    """None, and it is not counted as a try."""
    assert read(typed) is None

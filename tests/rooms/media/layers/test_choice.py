"""Who gets the small layer, by what lines take and by time."""

from __future__ import annotations

from rooms.media.layers.choice import FIRST_PATIENCE, PROOF, TRIAL, Choice

STRONG, WEAK = 600_000, 150_000


class Lines:
    """A source's receivers, looked at ten times a second."""

    def __init__(self, **estimates: int) -> None:
        self.choice: Choice[str] = Choice()
        self.estimates = estimates
        self.now = 0.0

    def after(self, seconds: float, **estimates: int) -> frozenset[str]:
        """Let time pass with these estimates, and return who gets the small layer then."""
        self.estimates |= estimates
        small: frozenset[str] = frozenset()
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            small = self.choice.look(self.estimates, self.now)
        return small

    def until_back(self) -> float:
        """Return how long somebody waits for the main layer, when the estimate speaks for it."""
        since = self.now
        while self.after(0.1, weak=250_000):
            assert self.now - since < 500
        return self.now - since


def test_a_line_that_stays_weak_beside_a_strong_one_gets_the_small_layer() -> None:
    """Not at once: a moment's dip is none, and the estimate of somebody new is not worth much yet."""
    lines = Lines(mother=STRONG, weak=WEAK)
    assert lines.after(TRIAL - 0.5) == frozenset()
    assert lines.after(PROOF + 1) == {"weak"}


def test_a_line_that_takes_next_to_nothing_gets_it_though_it_is_new() -> None:
    """Its estimate is far below what one begins with."""
    assert Lines(mother=STRONG, weak=70_000).after(PROOF + 0.5) == {"weak"}


def test_a_dip_changes_nothing() -> None:
    """Shorter than what a line must have been weak for."""
    lines = Lines(mother=STRONG, weak=STRONG)
    lines.after(TRIAL)
    assert lines.after(PROOF - 0.5, weak=WEAK) == frozenset()
    lines.after(0.2, weak=STRONG)
    assert lines.after(PROOF - 0.5, weak=WEAK) == frozenset()


def test_where_all_are_weak_or_one_is_alone_nobody_gets_it() -> None:
    """Then the main layer follows them, as between two."""
    assert Lines(mother=WEAK, weak=WEAK).after(60) == frozenset()
    assert Lines(weak=WEAK).after(60) == frozenset()


def test_when_nobody_is_left_who_takes_more_it_is_over_at_once() -> None:
    """The strong one has left, or its line is weak now as well."""
    for left in ({"weak": WEAK}, {"weak": WEAK, "mother": WEAK}):
        lines = Lines(mother=STRONG, weak=WEAK)
        assert lines.after(TRIAL + PROOF + 1) == {"weak"}
        lines.estimates = left
        assert lines.after(0.1) == frozenset()


def test_back_to_the_main_layer_takes_patience_and_twice_as_much_after_each_failure() -> None:
    """An estimate cannot grow far beyond what comes over the line, so that only a trial shows what it takes."""
    lines = Lines(mother=STRONG, weak=WEAK)
    lines.after(TRIAL + PROOF + 1)
    waited = []
    for _ in range(3):
        waited.append(lines.until_back())
        assert lines.after(PROOF + 0.5, weak=100_000) == {"weak"}
    assert [round(each / FIRST_PATIENCE) for each in waited] == [1, 2, 4]


def test_a_trial_that_held_is_forgotten() -> None:
    """Half a minute later another weakness is a new one."""
    lines = Lines(mother=STRONG, weak=WEAK)
    lines.after(TRIAL + PROOF + 1)
    lines.until_back()
    lines.after(PROOF + 0.5, weak=100_000)
    lines.until_back()
    assert lines.after(40, weak=STRONG) == frozenset()
    assert lines.after(PROOF + 0.5, weak=WEAK) == {"weak"}
    assert round(lines.until_back() / FIRST_PATIENCE) == 1


def test_during_a_trial_an_estimate_may_take_its_time_to_grow() -> None:
    """It begins at what the small layer let it be, which is weak."""
    lines = Lines(mother=STRONG, weak=WEAK)
    lines.after(TRIAL + PROOF + 1)
    lines.until_back()
    assert lines.after(TRIAL - 0.5, weak=200_000) == frozenset()
    assert lines.after(20, weak=STRONG) == frozenset()


def test_monitors_are_compared_with_nobody() -> None:
    """Each by itself, with a rate that is given."""
    choice: Choice[str] = Choice()
    small: frozenset[str] = frozenset()
    for tenth in range(200):
        small = choice.look({"monitor": WEAK, "another": STRONG}, tenth / 10, STRONG)
    assert small == {"monitor"}

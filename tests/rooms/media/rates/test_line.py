"""What a receiver's line takes."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from rooms.media.rates.line import CALM, FRESH, SILENT, Line
from rooms.media.rates.sharing import LEAST

AMPLE = 10_000_000.0


def narrowed() -> Line:
    """A line that became narrow at 10 s, and good again: by what a browser said in 64 kbit/s."""
    line = Line()
    for second, bitrate in ((8, 339_000), (9, 370_000), (10, 33_000), (11, 29_000), (12, 8_000)):
        line.estimated(bitrate, float(second))
        line.pass_time(330_000, float(second))
    return line


def test_a_fall_is_believed_at_once() -> None:
    """However much was taken for granted before."""
    assert narrowed().rate == 8_000


def test_a_line_that_is_good_again_is_not_waited_for() -> None:
    """A browser's own estimate was at 12 kbit/s twelve seconds later; here a picture has what it needs by then."""
    line = narrowed()
    for tick in range(24):
        now = 12.5 + tick / 2
        line.estimated(8_000 + 150 * tick, now)
        line.reported(0.0, 0.003, now)
        line.pass_time(max(64_000.0, line.rate or 0.0), now)
    assert line.rate is not None
    assert line.rate > 60_000


def test_nothing_grows_while_the_line_is_disturbed() -> None:
    """Each bad report starts the patience anew: losses, or packets that wait unevenly."""
    for lost, jitter in ((0.6, 0.012), (0.0, 0.075)):
        line = narrowed()
        for tick in range(24):
            now = 12.5 + tick / 2
            line.estimated(8_000, now)
            line.reported(lost, jitter, now)
            line.pass_time(AMPLE, now)
        assert line.rate == 8_000


def test_a_jitter_of_before_is_not_bad() -> None:
    """It is an average that decays while packets come in time; one that grows is of now."""
    line = narrowed()
    assert line.reported(0.0, 0.086, 20.0)
    assert not line.reported(0.0, 0.086, 21.0)
    assert not line.reported(0.0, 0.070, 22.0)
    assert line.reported(0.0, 0.075, 23.0)
    assert line.reported(0.1, 0.0, 24.0)


def test_nothing_grows_beyond_what_is_tested() -> None:
    """Of who sends little nothing is known but that."""
    line = narrowed()
    for tick in range(40):
        line.estimated(8_000, 13.0 + tick / 2)
        line.pass_time(20_000, 13.0 + tick / 2)
    assert line.rate == 60_000


def test_what_was_too_much_is_taken_back() -> None:
    """Down to what the receiver itself says, and no further."""
    line = narrowed()
    line.suppose(100_000, 20.0)
    line.reported(0.3, 0.0, 20.5)
    assert line.rate == 70_000
    for _ in range(20):
        line.reported(0.3, 0.0, 21.0)
    assert line.rate == 8_000


def test_an_old_estimate_says_nothing() -> None:
    """Its receiver is gone, or given nothing that it could measure."""
    line = narrowed()
    line.pass_time(0.0, 12.0 + FRESH + 0.1)
    assert line.rate is None
    line.estimated(500_000, 30.0)
    assert line.rate == 500_000


def pass_in_silence(line: Line, seconds: float, since: float, sent: float = 330_000, *, late: bool = False) -> None:
    """Let time pass in which much is sent, and nothing said of it."""
    for tick in range(round(2 * seconds)):
        line.pass_time(sent, since + (tick + 1) / 2, late=late)


def test_silence_lets_the_estimate_sink_to_the_least_picture_and_a_word_ends_it() -> None:
    """Where a line has become far too narrow, reports are lost, too."""
    line = Line()
    for second in range(5):
        line.estimated(900_000, float(second))
        line.pass_time(330_000, float(second))
    pass_in_silence(line, SILENT, since=4.0)
    assert line.rate == 900_000
    pass_in_silence(line, 1.0, since=6.0)
    assert line.rate is not None
    assert LEAST < line.rate < 330_000
    pass_in_silence(line, 10.0, since=7.0)
    assert line.rate == LEAST
    line.estimated(500_000, 18.0)
    assert line.rate == 500_000


def test_silence_counts_sooner_where_its_own_sound_is_late() -> None:
    """And of one that has only reported so far, too."""
    line = Line()
    for second in range(5):
        line.reported(0.0, 0.0, float(second))
        line.pass_time(330_000, float(second))
    rates = []
    for late in (False, True):
        pass_in_silence(line, 1.5, since=4.0, late=late)
        rates.append(line.rate)
    assert (rates[0], rates[1] is None) == (None, False)
    line.estimated(20_000, 7.0)
    assert line.rate == 20_000, "its first word is taken as it is"


def test_who_speaks_seldom_is_not_silent() -> None:
    """Not all report each second; and who was sent nothing had nothing to say."""
    line = Line()
    for second in (0, 5, 10):
        line.reported(0.0, 0.0, float(second))
    pass_in_silence(line, 9.0, since=10.0)
    assert line.rate is None
    often = Line()
    for second in range(5):
        often.reported(0.0, 0.0, float(second))
    pass_in_silence(often, 20.0, since=4.0, sent=0.0)
    often.pass_time(330_000, 25.0)
    assert often.rate is None


def test_packets_that_wait_take_back_what_was_granted() -> None:
    """And let nothing grow."""
    line = narrowed()
    line.suppose(100_000, 20.0)
    line.pressed(20.5)
    line.pass_time(AMPLE, 21.0)
    assert line.rate == 70_000


@example([("says", 0), ("says", LEAST + 1), *[("grow", 1.0)] * 5])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("says"), st.integers(0, 5_000_000)),
            st.tuples(st.just("report"), st.floats(0, 1)),
            st.tuples(st.just("grow"), st.floats(0, 5_000_000)),
        ),
        max_size=60,
    )
)
def test_the_estimate_is_at_least_what_was_said_last_and_falls_with_it(events: list[tuple[str, float]]) -> None:
    """Whatever comes in whatever order, half a second apart; but after silence only as much as the least picture."""
    line, said, heard, least = Line(), 0, 0.0, 0
    for step, (what, value) in enumerate(events):
        now = step / 2
        if what == "says":
            fell, said = int(value) < 0.97 * said, int(value)
            line.estimated(said, now)
            assert not fell or line.rate == said
            least = said
        elif what == "report":
            line.reported(value, 0.0, now)
        else:
            line.pass_time(value, now)
            if now - heard > SILENT:
                least = min(said, LEAST)
        if what != "grow":
            heard = now
        assert line.rate is None or line.rate >= least
    assert CALM < FRESH

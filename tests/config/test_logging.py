"""Logs are structured, carry the bound ids, and hold no secret and no person, not even in tracebacks."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis.strategies import text

from config.logging import _CODE, _LOOKS, _SUSPICIOUS, GONE, configure
from config.settings import Settings

OTP, PIN = "482193", "7025"
MAIL, PHONE, NAME = "sunita.devi@example.org", "+91 98765 43210", "Sunita Devi"
TOKEN = "p8Xc3vT0q2mW5nZ7rY1sK9dF"
SECRETS = [OTP, PIN, MAIL, PHONE, NAME, TOKEN]

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Give structlog and the root logger back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(params=["demo", "production"])
def settings(request: pytest.FixtureRequest, make_settings: Callable[..., Settings]) -> Settings:
    """Settings of the demonstration and of production; both kinds of line are held to the same."""
    return make_settings(environment=request.param)


class _Unprintable:
    def __str__(self) -> str:
        raise RuntimeError(OTP)


def _check(code: str, address: str) -> None:
    pin = PIN
    raise ValueError(f"{code} and {pin} do not fit {address}, called {PHONE}")


def _fail() -> None:
    try:
        _check(OTP, MAIL)
    except ValueError as error:
        token = TOKEN
        raise RuntimeError(f"refused /join/{token}") from error


def test_no_secret_leaks_through_a_traceback(settings: Settings, capsys: Capture) -> None:
    """Neither the errors' texts, chained ones too, nor the variables of any frame tell a code or an address."""
    configure(settings)
    try:
        _fail()
    except RuntimeError:
        structlog.get_logger("web").exception("admission failed", otp=OTP)
    said = capsys.readouterr().err
    assert [secret for secret in SECRETS if secret in said] == []
    assert "_check" in said
    assert "ValueError" in said
    assert "test_logging.py" in said


def test_no_secret_leaks_through_a_key(settings: Settings, capsys: Capture) -> None:
    """Values are dropped by their key's words wherever they are nested, whatever they look like."""
    configure(settings)
    structlog.get_logger("web").info(
        "codes sent",
        otp=OTP,
        roomPin=PIN,
        to=[MAIL],
        visitor={"name": NAME, "mobile": PHONE, "deep": [{"session_token": TOKEN, "email": MAIL}]},
        password=b"hunter2",
    )
    said = capsys.readouterr().err
    assert [secret for secret in [*SECRETS, "hunter2"] if secret in said] == []
    assert "codes sent" in said


def test_no_secret_leaks_when_the_log_itself_breaks(settings: Settings, capsys: Capture) -> None:
    """A line that cannot be rendered is missing and said to be; the standard library would print all that was in it."""
    configure(settings)
    structlog.get_logger("web").info("codes sent", visit=_Unprintable(), otp=OTP)
    said = capsys.readouterr().err
    assert OTP not in said
    assert "could not be written" in said


def test_no_secret_leaks_through_a_sentence(settings: Settings, capsys: Capture) -> None:
    """Text that libraries put together, an access log's line among it, is cleared by what secrets look like."""
    configure(settings)
    logging.getLogger("aiohttp.access").info('"GET /join/%s?otp=%s HTTP/1.1" 200', TOKEN, OTP)
    logging.getLogger("aiosmtplib").warning("recipient %s refused, call %s; code was %s", MAIL, PHONE, OTP)
    for door in ("pass", "staff/invite"):
        logging.getLogger("aiohttp.access").info('"GET /%s/%s HTTP/1.1" 200', door, TOKEN)
    said = capsys.readouterr().err
    assert [secret for secret in SECRETS if secret in said] == []
    assert "/join/[redacted]" in said


def test_what_an_operator_needs_stays(settings: Settings, capsys: Capture) -> None:
    """Bound ids, VisRNs, ports, counts, times and reasons are not mistaken for secrets."""
    configure(settings)
    visit = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    structlog.contextvars.bind_contextvars(visit=visit, room=visit)
    structlog.get_logger("signaling").info(
        "room ended",
        visrn="25/35/55/2021",
        address="192.0.2.7:51000",
        packets=123456,
        close_code=4010,
        at="11:30:00.123",
    )
    said = capsys.readouterr().err
    for wanted in (visit, "25/35/55/2021", "192.0.2.7:51000", "123456", "4010", "11:30:00.123", "room ended"):
        assert wanted in said


def test_production_writes_a_json_object_a_line(make_settings: Callable[..., Settings], capsys: Capture) -> None:
    """Each line can be read by a machine, with time, level and logger; a traceback is data without variables."""
    configure(make_settings(environment="production"))
    structlog.get_logger("web").info("started", port=8080)
    logging.getLogger("library").warning("slow by %d ms", 12)
    try:
        _fail()
    except RuntimeError:
        logging.getLogger("library").exception("failed")
    first, second, third = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"], first["logger"], first["port"]) == ("started", "info", "web", 8080)
    assert second["event"] == "slow by 12 ms"
    assert first["timestamp"].endswith("Z")
    frames = third["exception"][0]["frames"]
    assert frames[-1]["name"] == "_fail"
    assert all("locals" not in frame for frame in frames)


@given(text(alphabet="a1234567890@/?+.-: \u0967\u09e7") | text())
def test_a_text_that_is_let_pass_at_a_glance_would_have_stayed_as_it_is(said: str) -> None:
    """Looking closer changes none of those: digits of other scripts are digits too."""
    if _SUSPICIOUS.search(said) is None:
        closer = said
        for look, instead in _LOOKS:
            closer = look.sub(instead, closer)
        assert _CODE.sub(GONE, closer) == said


def test_what_is_not_said_is_not_even_made_up(make_settings: Callable[..., Settings], capsys: Capture) -> None:
    """A line below the level costs next to nothing: nobody puts together or looks at what would be in it."""
    configure(make_settings(log_level="INFO"))
    structlog.get_logger("node").debug("%d is no number", "this")
    assert not capsys.readouterr().err
    with pytest.raises(TypeError):
        structlog.get_logger("node").info("%d is no number", "this")


def test_level_is_a_setting(make_settings: Callable[..., Settings], capsys: Capture) -> None:
    """What is below the level is not written."""
    configure(make_settings(log_level="WARNING"))
    structlog.get_logger("web").info("quiet")
    structlog.get_logger("web").warning("loud")
    said = capsys.readouterr().err
    assert "loud" in said
    assert "quiet" not in said

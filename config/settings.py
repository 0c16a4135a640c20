"""Every setting, from the environment: `MULAKAT_` and the field's name in capitals.

The defaults are those of the embedded demonstration: SQLite, a private Redis, mail into files. Production refuses them.
docs/operations.md lists each setting, and a test holds the two together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.addresses import checked_address, checked_addresses, in_brackets
from config.errors import BadSettings
from config.redis_child import default_socket
from config.secrets import kept_key
from config.turn import checked as checked_turn_urls

ENV_PREFIX = "MULAKAT_"
#: Variables with this prefix steer the tests and are not settings.
TEST_PREFIX = f"{ENV_PREFIX}TEST_"
_MIN_KEY_LENGTH = 32

Port = Annotated[int, Field(ge=1, le=65535)]


def _split(value: Any) -> Any:
    """Read `a, b`, or JSON, as a list: an environment variable is a string."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("must be a list with commas, or one in JSON") from None
    return [item.strip() for item in value.split(",") if item.strip()]


def _split_addresses(value: Any) -> Any:
    """Likewise, but [2001:db8::1] is an address as in a URL, and no JSON."""
    return value.split(",") if isinstance(value, str) and in_brackets(value) else _split(value)


def _without_slash(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    return value.rstrip("/")


def _optional_url(value: str) -> str:
    """Somebody else's address, exactly as it is written: to them a slash at its end may matter."""
    if value:
        _without_slash(value)
    return value


def _socket_url(value: str) -> str:
    parts = urlsplit(value.replace("{port}", "1"))
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise ValueError("must be a ws:// or wss:// address")
    return value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
PublicUrl = Annotated[str, AfterValidator(_without_slash)]
OptionalUrl = Annotated[str, AfterValidator(_optional_url)]
SocketUrl = Annotated[str, AfterValidator(_socket_url)]
Address = Annotated[str, AfterValidator(checked_address)]
Addresses = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_addresses), AfterValidator(checked_addresses)]
TurnUrls = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(checked_turn_urls)]


def _origins_of_web(data: dict[str, Any]) -> tuple[str, ...]:
    """The public address, and for a loopback address its twin by the other name."""
    parts = urlsplit(data["public_url"])
    origin = f"{parts.scheme}://{parts.netloc}"
    twins = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
    if parts.hostname not in twins:
        return (origin,)
    return (origin, origin.replace(parts.hostname, twins[parts.hostname], 1))


def _origins_of_nodes(data: dict[str, Any]) -> tuple[str, ...]:
    ports = range(data["node_port"], data["node_port"] + data["node_processes"])
    urls = [urlsplit(data["node_url"].replace("{port}", str(port))) for port in ports]
    return tuple(dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in urls))


class Settings(BaseSettings):
    """What the processes are told from outside. Frozen; a default may follow from a field above it."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True, populate_by_name=True, extra="forbid")

    environment: Literal["demo", "production"] = "demo"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    var_dir: Annotated[Path, AfterValidator(Path.absolute)] = Field(default=Path("var"), validate_default=True)
    secret_key: SecretStr = SecretStr("")

    host: str = "127.0.0.1"
    port: Port = Field(default=8080, validation_alias=AliasChoices("MULAKAT_PORT", "PORT"))
    public_url: PublicUrl = Field(default_factory=lambda data: f"http://127.0.0.1:{data['port']}")
    allowed_origins: Listed = Field(default_factory=_origins_of_web)

    database_url: str = Field(default_factory=lambda data: f"sqlite+aiosqlite:///{data['var_dir']}/mulakat.db")
    redis_url: str = Field(default_factory=lambda data: f"unix://{default_socket(data['var_dir'])}")

    node_host: str = "127.0.0.1"
    node_port: Port = Field(default_factory=lambda data: data["port"] + 1, validate_default=True)
    node_processes: int = Field(default=1, ge=1, le=64)
    node_sockets_per_address: int = Field(default=64, ge=0)
    node_url: SocketUrl = "ws://127.0.0.1:{port}/ws"
    node_origins: Listed = Field(default_factory=_origins_of_nodes)
    media_host: Address = "::"
    media_addresses: Addresses = ()
    media_engine: Literal["auto", "python", "compiled"] = "auto"
    turn_urls: TurnUrls = ()
    turn_secret: SecretStr = SecretStr("")

    smtp_host: str = ""
    smtp_port: Port = 587
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    mail_from: str = "Mulakat <no-reply@mulakat.invalid>"

    sms_url: OptionalUrl = ""
    sms_token: SecretStr = SecretStr("")
    sms_sender: str = "MULAKAT"

    @property
    def is_production(self) -> bool:
        """Whether anything made for the demonstration must stay away."""
        return self.environment == "production"

    @property
    def embedded_mail(self) -> bool:
        """Whether mail goes into files instead of to an SMTP server."""
        return not self.smtp_host

    @property
    def sends_sms(self) -> bool:
        """Whether a text message can get anywhere: to the gateway, or into the files of embedded mail."""
        return bool(self.sms_url) or self.embedded_mail

    @property
    def dev_pages(self) -> bool:
        """Whether the pages for developers (inbox, terminal links) exist."""
        return not self.is_production and self.embedded_mail

    @property
    def mail_dir(self) -> Path:
        """Where embedded mail is kept."""
        return self.var_dir / "mail"

    @property
    def private_redis_socket(self) -> Path | None:
        """The socket of the private Redis; None if live state is in a Redis of someone else's."""
        socket = default_socket(self.var_dir)
        return socket if self.redis_url == f"unix://{socket}" else None

    def node_port_of(self, process: int) -> int:
        """The port, TCP and UDP, of the node process with this index (0 and up)."""
        return self.node_port + process

    def node_url_of(self, process: int) -> str:
        """The public WebSocket address of the node process with this index; `{port}` stands for its port."""
        return self.node_url.replace("{port}", str(self.node_port_of(process)))


def load() -> Settings:
    """Return the settings of the environment; raises BadSettings with every reason at once.

    Outside production a missing secret key is made once and kept in the state directory.
    """
    sentences = list(_unknown(os.environ))
    settings, mistakes = _read()
    sentences += [_sentence(error) for error in mistakes]
    if settings is not None:
        bad = {_field(error) for error in mistakes}
        sentences += [sentence for field, sentence in _objections(settings) if field not in bad]
    if sentences or settings is None:
        raise BadSettings(sentences)
    if settings.secret_key.get_secret_value():
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(kept_key(settings.var_dir / "secret.key"))})


def _read() -> tuple[Settings | None, list[ErrorDetails]]:
    """Read the environment; where fields are wrong, put their defaults in their place to see what else is wrong."""
    try:
        return Settings(), []
    except ValidationError as error:
        mistakes = [each for each in error.errors() if each["type"] != "default_factory_not_called"]
    defaults: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        defaults[name] = field.get_default(call_default_factory=True, validated_data=defaults)
    bad = {_field(each) for each in mistakes}
    try:
        return Settings(**{name: value for name, value in defaults.items() if name in bad}), mistakes
    except ValidationError as error:
        more = [each for each in error.errors() if each["type"] != "default_factory_not_called"]
        return None, mistakes + [each for each in more if _field(each) not in bad]


def _unknown(environment: Mapping[str, str]) -> Iterable[str]:
    known = {f"{ENV_PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(ENV_PREFIX) and not name.startswith(TEST_PREFIX) and name.upper() not in known:
            yield f"{name} is not a setting."


def _field(error: ErrorDetails) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    return name.removeprefix(ENV_PREFIX).lower()


def _sentence(error: ErrorDetails) -> str:
    """Say what is wrong without repeating the value, which may be a secret."""
    reason = "must be a whole number" if error["type"] == "int_parsing" else error["msg"].removeprefix("Value error, ")
    return f"{_variable(_field(error))}: {reason[:1].lower()}{reason[1:].rstrip('.')}."


def _variable(field: str) -> str:
    """Return the variable that a field was read from: of the two that name the port, the one that is there."""
    common = field == "port" and f"{ENV_PREFIX}PORT" not in os.environ and "PORT" in os.environ
    return "PORT" if common else f"{ENV_PREFIX}{field.upper()}"


def _objections(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for each setting that cannot be run with: outside production only what contradicts."""
    if settings.turn_urls and not settings.turn_secret.get_secret_value():
        yield "turn_secret", "MULAKAT_TURN_SECRET must be set where there are TURN servers: the one they have."
    if settings.node_processes > 1 and settings.node_url_of(0) == settings.node_url_of(1):
        needed = "where MULAKAT_NODE_PROCESSES is more than one: each process has an address of its own"
        yield "node_url", f"MULAKAT_NODE_URL must have {{port}} in it {needed}."
    if not settings.is_production:
        return
    if len(settings.secret_key.get_secret_value()) < _MIN_KEY_LENGTH:
        yield "secret_key", f"MULAKAT_SECRET_KEY must be set in production, {_MIN_KEY_LENGTH} characters or more."
    if not settings.public_url.startswith("https://"):
        yield "public_url", "MULAKAT_PUBLIC_URL must be set in production and begin with https://."
    if not settings.node_url.startswith("wss://"):
        yield "node_url", "MULAKAT_NODE_URL must be set in production and begin with wss://."
    if not settings.database_url.startswith("postgresql+asyncpg://"):
        yield "database_url", "MULAKAT_DATABASE_URL must be set in production and begin with postgresql+asyncpg://."
    if settings.private_redis_socket is not None:
        yield "redis_url", "MULAKAT_REDIS_URL must be set in production: the private Redis is for demonstration only."
    yield from _objections_to_post(settings)


def _objections_to_post(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.embedded_mail:
        yield "smtp_host", "MULAKAT_SMTP_HOST must be set in production: mail into files is for demonstration only."
    if settings.smtp_tls == "none":
        yield "smtp_tls", "MULAKAT_SMTP_TLS must not be none in production."
    if settings.sms_url and not settings.sms_url.startswith("https://"):
        yield "sms_url", "MULAKAT_SMS_URL must begin with https:// in production."
    if settings.sms_url and not settings.sms_token.get_secret_value():
        yield "sms_token", "MULAKAT_SMS_TOKEN must be set in production where there is a gateway."
    if "mail_from" not in settings.model_fields_set:
        yield "mail_from", "MULAKAT_MAIL_FROM must be set in production."

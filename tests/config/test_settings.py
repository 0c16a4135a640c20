"""Settings: defaults that follow each other, mistakes named all at once, and what production refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.errors import BadSettings
from config.settings import Settings, load

PRODUCTION = {
    "MULAKAT_ENVIRONMENT": "production",
    "MULAKAT_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "MULAKAT_PUBLIC_URL": "https://mulakat.example",
    "MULAKAT_NODE_URL": "wss://mulakat.example:{port}/ws",
    "MULAKAT_DATABASE_URL": "postgresql+asyncpg://mulakat@db/mulakat",
    "MULAKAT_REDIS_URL": "redis://live:6379",
    "MULAKAT_SMTP_HOST": "smtp.example",
    "MULAKAT_MAIL_FROM": "Mulakat <visits@mulakat.example>",
}

Environment = Callable[..., None]


@pytest.fixture
def environment(clean_environment: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    """Set variables in an environment that has none of ours; the state directory is the test's own."""

    def put(**variables: str) -> None:
        for name, value in {"MULAKAT_VAR_DIR": str(tmp_path), **variables}.items():
            clean_environment.setenv(name, value)

    put()
    return put


@pytest.mark.parametrize("variable", ["PORT", "MULAKAT_PORT"])
def test_port_moves_everything_with_it(environment: Environment, variable: str) -> None:
    """Pages, nodes and the addresses made of them follow the one number."""
    environment(**{variable: "9100"})
    settings = load()
    assert (settings.port, settings.node_port) == (9100, 9101)
    assert settings.public_url == "http://127.0.0.1:9100"
    assert settings.allowed_origins == ("http://127.0.0.1:9100", "http://localhost:9100")
    assert settings.node_url_of(0) == "ws://127.0.0.1:9101/ws"
    assert settings.node_origins == ("ws://127.0.0.1:9101",)


def test_own_variable_wins_over_the_common_one(environment: Environment) -> None:
    """PORT may be set by whatever runs the process; MULAKAT_PORT is meant for us."""
    environment(PORT="9100", MULAKAT_PORT="9200")
    assert load().port == 9200


def test_each_node_process_has_its_own_port_and_origin(environment: Environment) -> None:
    """`{port}` in the node's address stands for the process's own; the page may connect to each."""
    environment(PORT="9100", MULAKAT_NODE_PROCESSES="3", MULAKAT_NODE_URL="wss://rooms.example:{port}/ws")
    settings = load()
    assert [settings.node_port_of(index) for index in range(3)] == [9101, 9102, 9103]
    assert settings.node_url_of(2) == "wss://rooms.example:9103/ws"
    assert settings.node_origins == tuple(f"wss://rooms.example:{port}" for port in (9101, 9102, 9103))


def test_nodes_behind_one_name_have_one_origin(environment: Environment) -> None:
    """Where a proxy tells them apart by the path there is one, not three equal ones."""
    environment(MULAKAT_NODE_PROCESSES="3", MULAKAT_NODE_URL="wss://rooms.example/{port}/ws")
    assert load().node_origins == ("wss://rooms.example",)


def test_two_processes_at_one_address_are_refused(environment: Environment) -> None:
    """Each would take the other's place, again and again; a single one needs no port in its address."""
    environment(MULAKAT_NODE_PROCESSES="2", MULAKAT_NODE_URL="wss://rooms.example/ws")
    with pytest.raises(BadSettings, match=r"MULAKAT_NODE_URL must have \{port\} in it"):
        load()
    environment(MULAKAT_NODE_PROCESSES="1")
    assert load().node_url_of(0) == "wss://rooms.example/ws"


def test_the_variable_that_was_set_is_the_one_that_is_named(environment: Environment) -> None:
    """Of the two that mean the port; and a number is asked for in plain words."""
    environment(PORT="abc")
    with pytest.raises(BadSettings) as refused:
        load()
    assert refused.value.sentences == ("PORT: must be a whole number.",)
    environment(MULAKAT_PORT="abc", PORT="8080")
    with pytest.raises(BadSettings) as refused:
        load()
    assert refused.value.sentences == ("MULAKAT_PORT: must be a whole number.",)


def test_embedded_defaults_keep_everything_in_the_state_directory(environment: Environment, tmp_path: Path) -> None:
    """Database, Redis socket, mail and key are there, so that removing it starts anew."""
    settings = load()
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/mulakat.db"
    assert settings.private_redis_socket == tmp_path / "redis.sock"
    assert settings.redis_url == f"unix://{tmp_path}/redis.sock"
    assert settings.mail_dir == tmp_path / "mail"
    assert settings.dev_pages
    assert settings.embedded_mail
    assert (tmp_path / "secret.key").read_text() == settings.secret_key.get_secret_value()


def test_key_made_once_is_the_key_of_every_later_start(environment: Environment) -> None:
    """Links in mails outlive a restart."""
    assert load().secret_key == load().secret_key


def test_real_smtp_server_takes_the_developers_pages_away(environment: Environment) -> None:
    """Nobody reads other people's mail in a page once mail is real."""
    environment(MULAKAT_SMTP_HOST="smtp.example")
    assert not load().dev_pages


@pytest.mark.parametrize(
    "written", ["https://a.example, https://b.example", '["https://a.example","https://b.example"]']
)
def test_lists_are_written_with_commas_or_as_json(environment: Environment, written: str) -> None:
    """Both spellings are understood."""
    environment(MULAKAT_ALLOWED_ORIGINS=written)
    assert load().allowed_origins == ("https://a.example", "https://b.example")


def test_every_mistake_is_named_at_once(environment: Environment) -> None:
    """One start says all that is wrong: a wrong value, a name that is no setting, and what production refuses."""
    environment(
        MULAKAT_ENVIRONMENT="production",
        MULAKAT_PORT="eighty",
        MULAKAT_PROT="80",
        MULAKAT_MEDIA_ADDRESSES="192.0.2.1, here",
        MULAKAT_PUBLIC_URL="mulakat.example",
    )
    with pytest.raises(BadSettings) as refused:
        load()
    named = [sentence.split(" ")[0].rstrip(":") for sentence in refused.value.sentences]
    assert named == [
        "MULAKAT_PROT",
        "MULAKAT_PORT",
        "MULAKAT_PUBLIC_URL",
        "MULAKAT_MEDIA_ADDRESSES",
        "MULAKAT_SECRET_KEY",
        "MULAKAT_NODE_URL",
        "MULAKAT_DATABASE_URL",
        "MULAKAT_REDIS_URL",
        "MULAKAT_SMTP_HOST",
        "MULAKAT_MAIL_FROM",
    ]


def test_mistakes_do_not_repeat_what_was_set(environment: Environment) -> None:
    """A secret in the wrong variable is not printed back."""
    environment(MULAKAT_PORT="hunter2-hunter2", MULAKAT_NODE_URL="hunter2-hunter2")
    with pytest.raises(BadSettings) as refused:
        load()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("192.0.2.1, 203.0.113.999", "address 2 (203.0.113.999) must be an IP address."),
        ("192.0.2.1,here", "address 2 must be an IP address, a number and not a name."),
        ('["192.0.2.1","192.0.2.0/24"]', "address 2 (192.0.2.0/24) must be an IP address."),
        ("[2001:db8::20]", "address 1 ([2001:db8::20]) must be an IP address, without brackets and without a port."),
        ('["192.0.2.1",', "must be a list with commas, or one in JSON."),
    ],
)
def test_the_address_that_is_none_is_told_by_its_place(environment: Environment, written: str, words: str) -> None:
    """Which of several it is, and what is wrong with it."""
    environment(MULAKAT_MEDIA_ADDRESSES=written)
    with pytest.raises(BadSettings) as refused:
        load()
    assert refused.value.sentences == (f"MULAKAT_MEDIA_ADDRESSES: {words}",)


@pytest.mark.parametrize("written", ["foo", "localhost", "[::]", "10.0.0.256"])
def test_media_is_received_at_an_address_and_not_at_a_name(environment: Environment, written: str) -> None:
    """It is what browsers are told, and they look no names up."""
    environment(MULAKAT_MEDIA_HOST=written)
    with pytest.raises(BadSettings, match="MULAKAT_MEDIA_HOST: must be an IP address of this machine"):
        load()


def test_whole_production_environment_is_accepted(environment: Environment, tmp_path: Path) -> None:
    """With each of the required settings production starts, and writes no key anywhere."""
    environment(**PRODUCTION)
    settings = load()
    assert settings.is_production
    assert not settings.dev_pages
    assert settings.private_redis_socket is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "MULAKAT_ENVIRONMENT"])
def test_production_refuses_to_start_without(
    environment: Environment, clean_environment: pytest.MonkeyPatch, missing: str
) -> None:
    """Each of the required settings alone keeps production from starting on an embedded default."""
    environment(**PRODUCTION)
    clean_environment.delenv(missing)
    with pytest.raises(BadSettings) as refused:
        load()
    assert [missing in sentence for sentence in refused.value.sentences] == [True]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MULAKAT_SECRET_KEY", "short"),
        ("MULAKAT_PUBLIC_URL", "http://mulakat.example"),
        ("MULAKAT_NODE_URL", "ws://mulakat.example/ws"),
        ("MULAKAT_SMTP_TLS", "none"),
        ("MULAKAT_SMS_URL", "http://sms.example/send"),
    ],
)
def test_production_refuses_what_travels_in_the_clear(environment: Environment, variable: str, value: str) -> None:
    """Addresses without TLS, mail without TLS and a key that can be guessed are refused."""
    environment(**(PRODUCTION | {variable: value}))
    with pytest.raises(BadSettings, match=variable):
        load()


def test_variables_of_the_tests_are_no_settings(environment: Environment) -> None:
    """MULAKAT_TEST_… steers tests and does not keep a process from starting."""
    environment(MULAKAT_TEST_ANYTHING="1")
    assert load().environment == "demo"


def test_settings_cannot_be_changed(make_settings: Callable[..., Settings]) -> None:
    """What was read at the start holds for the process's life."""
    with pytest.raises(ValidationError):
        make_settings().port = 1  # type: ignore[misc]  # the mistake under test


def test_secrets_are_not_shown(make_settings: Callable[..., Settings]) -> None:
    """Printing the settings prints neither the key, nor the mail server's password, nor the SMS gateway's token."""
    shown = repr(make_settings(secret_key="hunter2-key", smtp_password="hunter2-mail", sms_token="hunter2-sms"))
    assert "hunter2" not in shown


def test_text_messages_can_be_sent_where_there_is_a_gateway_or_mail_is_embedded(
    make_settings: Callable[..., Settings],
) -> None:
    """With a mail server and no gateway nobody waits for one."""
    assert make_settings().sends_sms
    assert make_settings(smtp_host="smtp.example", sms_url="https://sms.example/send/").sends_sms
    assert not make_settings(smtp_host="smtp.example").sends_sms
    assert make_settings(sms_url="https://sms.example/send/").sms_url == "https://sms.example/send/"
    with pytest.raises(ValidationError):
        make_settings(sms_url="sms.example")


def test_gateway_in_production_needs_its_token(environment: Environment) -> None:
    """An address alone is a gateway that anybody may use, or a mistake."""
    environment(**PRODUCTION, MULAKAT_SMS_URL="https://sms.example/send")
    with pytest.raises(BadSettings, match="MULAKAT_SMS_TOKEN"):
        load()
    environment(MULAKAT_SMS_TOKEN="hunter2-hunter2")
    assert load().sends_sms


TURN = "turn:turn.example:3478, turn:203.0.113.10:443?transport=tcp, turns:[2001:db8::1]:443?transport=tcp"


def test_turn_servers_are_read_in_their_order(environment: Environment) -> None:
    """Names, both families of addresses, all three ways (RFC 7065)."""
    environment(MULAKAT_TURN_URLS=TURN, MULAKAT_TURN_SECRET="shared")
    settings = load()
    assert [url.partition("?")[0] for url in settings.turn_urls] == [
        "turn:turn.example:3478",
        "turn:203.0.113.10:443",
        "turns:[2001:db8::1]:443",
    ]
    assert "shared" not in repr(settings)


@pytest.mark.parametrize(
    "wrong",
    [
        "turn://turn.example:3478",
        "stun:turn.example",
        "turn:turn.example:70000",
        "turn:turn.example?transport=tls",
        "turns:turn.example:443?transport=udp",
        "turn:[2001:db8::1::2]:443",
        "turn:a.example,turn:a.example",
        "turn:user@turn.example",
    ],
)
def test_an_address_that_no_browser_reads_is_refused(environment: Environment, wrong: str) -> None:
    """One of them would cost every call: RTCPeerConnection throws."""
    environment(MULAKAT_TURN_URLS=wrong, MULAKAT_TURN_SECRET="shared")
    with pytest.raises(BadSettings, match="MULAKAT_TURN_URLS: "):
        load()


def test_turn_servers_without_their_secret_are_refused_everywhere(environment: Environment) -> None:
    """Also outside production: credentials nobody takes are no way in."""
    environment(MULAKAT_TURN_URLS=TURN)
    with pytest.raises(BadSettings) as refused:
        load()
    assert [sentence.split()[0] for sentence in refused.value.sentences] == ["MULAKAT_TURN_SECRET"]

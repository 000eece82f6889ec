"""The settings: from environment and `.env`, checked, with a line for each that is wrong, and never with a secret in it."""

import io
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import Settings, SettingsError, read_settings

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-hush-1",
    "SLACK_APP_TOKEN": "xapp-hush-2",
    "SLACK_SIGNING_SECRET": "hush-3",
    "ZADIG_TOKEN": "hush-4",
    "DATABASE_URL": "postgresql+asyncpg://bot:hush-5@host/name",
}
REQUIRED = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "secret",
    "ZADIG_URL": "https://zadig.example.com",
    "ZADIG_TOKEN": "token",
}
# Every setting: how it is written, and what it is then.
WRITTEN: dict[str, tuple[str, Any]] = {
    "SLACK_BOT_TOKEN": ("xoxb-2", SecretStr("xoxb-2")),
    "SLACK_APP_TOKEN": ("xapp-2", SecretStr("xapp-2")),
    "SLACK_SIGNING_SECRET": ("other", SecretStr("other")),
    "SLACK_API_URL": ("https://slack-gov.com/api", "https://slack-gov.com/api/"),
    "ZADIG_URL": ("http://zadig.internal:8080/base/", "http://zadig.internal:8080/base"),
    "ZADIG_TOKEN": ("a.b.c", SecretStr("a.b.c")),
    "ZADIG_DIALECT": ("v2", "v2"),
    "ZADIG_VERSION": ("v4.2.1", "v4.2.1"),
    "ZADIG_CONCURRENCY": ("4", 4),
    "VERSION_PAGE": ("{origin}/somewhere/{id}", "{origin}/somewhere/{id}"),
    "DATABASE_URL": ("postgresql+asyncpg://bot@host/name", "postgresql+asyncpg://bot@host/name"),
    "ACCESS_FILE": ("rules/access.toml", Path("rules/access.toml")),
    "HOST": ("127.0.0.1", "127.0.0.1"),
    "PORT": ("8000", 8000),
    "POLL_SECONDS": ("2.5", 2.5),
    "IDLE_POLL_SECONDS": ("30", 30),
    "STALLED_MINUTES": ("90", 90),
    "UNCLEAR_MESSAGES": ("hold", "hold"),
    "COMMAND": ("/版本", "/版本"),
    "LOG_FORMAT": ("json", "json"),
    "LOG_LEVEL": ("debug", "DEBUG"),
}
DEFAULTS = {
    "SLACK_APP_TOKEN": None,
    "SLACK_API_URL": "https://slack.com/api/",
    "ZADIG_DIALECT": "auto",
    "ZADIG_VERSION": None,
    "ZADIG_CONCURRENCY": 8,
    "DATABASE_URL": "sqlite+aiosqlite:///release-bot.sqlite3",
    "ACCESS_FILE": None,
    "HOST": "0.0.0.0",  # noqa: S104 - what it is
    "PORT": 3000,
    "POLL_SECONDS": 10,
    "IDLE_POLL_SECONDS": 60,
    "STALLED_MINUTES": 75,
    "UNCLEAR_MESSAGES": "resend",
    "COMMAND": "/release",
    "LOG_LEVEL": "INFO",
}


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty directory and none of our environment."""
    monkeypatch.chdir(tmp_path)
    for name in WRITTEN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["environment", ".env"])
def write(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str]], None]:
    def write(settings: dict[str, str]) -> None:
        if request.param == "environment":
            for name, value in settings.items():
                monkeypatch.setenv(name, value)
        else:
            Path(".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    return write


Write = Callable[[dict[str, str]], None]


def test_every_setting_is_known_here() -> None:
    assert {name.lower() for name in WRITTEN} == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "written", "read"), [(name, *both) for name, both in WRITTEN.items()])
def test_every_setting_is_read(write: Write, name: str, written: str, read: Any) -> None:
    write(REQUIRED | {name: written})
    assert getattr(read_settings(), name.lower()) == read


def test_the_defaults_are_the_promised_ones(write: Write) -> None:
    write(REQUIRED)
    settings = read_settings()
    for name, default in DEFAULTS.items():
        assert getattr(settings, name.lower()) == default


@pytest.mark.parametrize(("terminal", "expected"), [(True, "text"), (False, "json")])
def test_logs_are_for_people_on_a_terminal_only(
    write: Write, monkeypatch: pytest.MonkeyPatch, terminal: bool, expected: str
) -> None:
    write(REQUIRED)
    monkeypatch.setattr("sys.stderr", Screen() if terminal else io.StringIO())
    assert read_settings().log_format == expected


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in REQUIRED.items()))
    monkeypatch.setenv("ZADIG_TOKEN", "of-the-environment")
    assert read_settings().zadig_token.get_secret_value() == "of-the-environment"


def test_what_others_keep_in_the_file_is_no_business_of_ours(write: Write) -> None:
    write(REQUIRED | {"SLACK_CLIENT_ID": "1", "SOMETHING": "else"})
    assert read_settings().port == 3000


@pytest.mark.parametrize("blank", ["", "  ", '""'])
@pytest.mark.parametrize("name", sorted(WRITTEN.keys() - REQUIRED.keys()))
def test_a_blank_setting_is_an_unset_one(name: str, blank: str) -> None:
    Path(".env").write_text("".join(f"{key}={value}\n" for key, value in (REQUIRED | {name: blank}).items()))
    assert getattr(read_settings(), name.lower()) == Settings.model_fields[name.lower()].get_default(
        call_default_factory=True, validated_data={}
    )


@pytest.mark.parametrize("name", REQUIRED)
def test_a_blank_required_setting_is_a_missing_one(write: Write, name: str) -> None:
    write(REQUIRED | {name: " "})
    with pytest.raises(SettingsError, match=name):
        read_settings()


def test_the_line_break_at_the_end_of_a_secret_is_not_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, f"{value}\n")
    assert read_settings().slack_bot_token.get_secret_value() == "xoxb-1"


def test_without_any_setting_there_is_a_line_for_each_that_is_needed() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value).splitlines() == [
        "SLACK_BOT_TOKEN is missing: the bot's token, `xoxb-…`",
        "SLACK_SIGNING_SECRET: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)",
        "ZADIG_URL is missing: origin of Zadig, such as `https://zadig.example.com`",
        "ZADIG_TOKEN is missing: API token, from Zadig's account settings",
    ]


WRONG = {
    "SLACK_BOT_TOKEN": {"xapp-hush": "Bot User OAuth Token"},
    "SLACK_APP_TOKEN": {"xoxb-hush": "begin with xapp-"},
    "SLACK_API_URL": {"slack.com": "https://"},
    "ZADIG_URL": {
        "zadig": "https://",
        "ftp://zadig": "https://",
        "https://": "https://",
        "https://a..b": "https://",
        f"https://{'a' * 64}.example.com": "https://",
        "https://me:hush@zadig": "without a user",
        "https://zadig?token=hush": "without a user, a query",
    },
    "ZADIG_TOKEN": {"hu sh": "a space", "hush\u2026": "U+2026", "\u201chush": "U+201C"},
    "SLACK_SIGNING_SECRET": {"hu sh": "a space"},
    "VERSION_PAGE": {
        "{origin}/{branch}": "{branch} is unknown; what can be filled in: {origin}, {project}, {id}, {name}, {type}",
        "{}": "{} is unknown",
        "{id.__class__}": "is unknown",
        "{id!r:>99}": "is unknown",
        "{origin": "'}'",
        "origin}": "'}'",
    },
    "ZADIG_DIALECT": {"v3": "'auto', 'v1' or 'v2'", "AUTO": "'auto'"},
    "ZADIG_VERSION": {"latest": "like 4.0.0", "4": "like 4.0.0", "four.oh": "like 4.0.0"},
    "DATABASE_URL": {
        "mysql://host/name": "sqlite+aiosqlite:///",
        "postgresql://bot:hush@host/name": "postgresql+asyncpg://",
    },
    "PORT": {"http": "integer", "-1": "0", "65536": "65535"},
    "POLL_SECONDS": {"0": "greater than 0", "-1": "greater than 0", "soon": "number", "1e300": "86400"},
    "IDLE_POLL_SECONDS": {"0": "greater than 0", "nan": "number", "1e300": "86400"},
    "STALLED_MINUTES": {"0": "greater than 0", "inf": "finite", "1e300": "527040"},
    "COMMAND": {
        "release": "slash",
        "/Release": "capital",
        "/a b": "spaces",
        "/": "slash",
        f"/{'a' * 32}": "32",
    },
    "LOG_FORMAT": {"xml": "'text' or 'json'"},
    "LOG_LEVEL": {"chatty": "'INFO'"},
}


@pytest.mark.parametrize(
    ("name", "value", "hint"), [(name, *pair) for name, values in WRONG.items() for pair in values.items()]
)
def test_what_makes_no_sense_is_named_together_with_what_would(
    write: Write, name: str, value: str, hint: str
) -> None:
    write(REQUIRED | {name: value})
    with pytest.raises(SettingsError) as caught:
        read_settings()
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert hint in line
    assert "hush" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "around",
    [
        "\u201c{}\u201d",
        "\u2018{}\u2019",
        "\u201e{}\u201c",
        '"{}"',
        "'{}'",
        "\u00a0{}\u00a0",
        "\ufeff{}",
        "{}\u200b",
        " {}\r",
    ],
)
@pytest.mark.parametrize("name", ["ZADIG_TOKEN", "SLACK_BOT_TOKEN", "ZADIG_URL"])
def test_what_copying_put_around_a_value_is_not_part_of_it(write: Write, name: str, around: str) -> None:
    write(REQUIRED | {name: around.format(REQUIRED[name])})
    read = getattr(read_settings(), name.lower())
    assert (read.get_secret_value() if isinstance(read, SecretStr) else read) == REQUIRED[name]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-8"])
def test_the_file_is_read_in_the_encodings_that_editors_write(encoding: str) -> None:
    lines = [f"{name}={value}\r\n" for name, value in (REQUIRED | {"COMMAND": "/版本"}).items()]
    Path(".env").write_bytes("".join(lines).encode(encoding))
    assert read_settings().command == "/版本"


def test_latin_letters_in_a_remark_of_the_file_do_no_harm_and_in_a_value_are_named() -> None:
    lines = "".join(f"{name}={value}\n" for name, value in REQUIRED.items())
    Path(".env").write_bytes(f"# Schlüssel\n{lines}".encode("latin-1"))
    assert read_settings().port == 3000
    Path(".env").write_bytes(f"COMMAND=/café\n{lines}".encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == "COMMAND: it is not UTF-8; write it in UTF-8"


def test_a_directory_in_place_of_the_file_is_named_where_something_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").mkdir()
    with pytest.raises(SettingsError, match="ZADIG_URL is missing") as caught:
        read_settings()
    assert str(caught.value).splitlines()[-1].startswith(".env is a directory")
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    assert read_settings().port == 3000


FROM_FILES = {
    "SLACK_BOT_TOKEN": "xoxb-file",
    "SLACK_APP_TOKEN": "xapp-file",
    "SLACK_SIGNING_SECRET": "file",
    "ZADIG_TOKEN": "file",
    "DATABASE_URL": "postgresql+asyncpg://bot:file@host/name",
}


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_secret_may_come_from_a_file(write: Write, name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{FROM_FILES[name]}\n")
    write({key: value for key, value in REQUIRED.items() if key != name} | {f"{name}_FILE": str(secret)})
    settings = read_settings()
    read = getattr(settings, name.lower())
    assert (read.get_secret_value() if isinstance(read, SecretStr) else read) == FROM_FILES[name]
    assert settings.secret_files == {name.lower(): secret}


NO_SECRET = {
    "absent": "ZADIG_TOKEN_FILE: absent cannot be read: No such file or directory",
    "directory": "ZADIG_TOKEN_FILE: directory cannot be read: Is a directory",
    "blank": "ZADIG_TOKEN_FILE: blank is empty",
    "torn": "ZADIG_TOKEN: it has a line break in it, which no token has; copy it again",
}


@pytest.mark.parametrize(("file", "line"), NO_SECRET.items())
def test_a_file_without_a_secret_is_named(write: Write, file: str, line: str) -> None:
    Path("directory").mkdir()
    Path("blank").write_text(" \n")
    Path("torn").write_text("hush\nhush")
    write(
        {key: value for key, value in REQUIRED.items() if key != "ZADIG_TOKEN"} | {"ZADIG_TOKEN_FILE": file}
    )
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == line


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_secret_comes_from_one_place(write: Write, name: str) -> None:
    Path("secret").write_text("hush")
    write(REQUIRED | {name: FROM_FILES[name], f"{name}_FILE": "secret"})
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert str(caught.value) == f"{name} and {name}_FILE are both set: unset one of them"


def test_secrets_are_in_no_text_about_the_settings(write: Write) -> None:
    write(REQUIRED | SECRETS)
    settings = read_settings()
    assert "hush" not in f"{settings} {settings!r}"
    assert settings.socket_mode
    write(REQUIRED | SECRETS | {"PORT": "none"})
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_given_settings_are_read_from_nowhere_else(write: Write) -> None:
    write({"PORT": "not a number", "STALLED_MINUTES": "3", "ZADIG_TOKEN": "another"})
    given = {name.lower(): value for name, value in REQUIRED.items()}
    settings = Settings(**given)
    assert (settings.port, settings.stalled_minutes) == (3000, 75)
    assert settings.zadig_token.get_secret_value() == "token"


def test_every_secret_of_the_settings_and_the_environment_beside_them_is_known_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://bot:hush%2F6@proxy:3128")
    monkeypatch.setenv("http_proxy", "bot:hush-7@proxy:3128")
    monkeypatch.setenv("PGPASSWORD", "hush-8")
    for name, value in {**SECRETS, "ZADIG_URL": "https://z"}.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    known = settings.secrets
    assert known >= {*list(SECRETS.values())[:4], "hush-5", "hush%2F6", "hush/6", "hush-7", "hush-8"}
    assert not any("host" in secret or "proxy" in secret for secret in known)
    with_query = settings.model_copy(
        update={"database_url": "postgresql+asyncpg://host/name?user=bot&password=hush-9"}
    )
    assert "hush-9" in with_query.secrets

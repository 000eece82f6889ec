"""The settings: read once from the environment, `.env` and files, checked, and never printed with their secrets."""

import re
import string
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from bot.proxies import UnusableCertificatesError, UnusableProxyError, proxy_for, trusted
from bot.setting_sources import SettingsError, cleaned, passwords_around, read_written

__all__ = ["Settings", "SettingsError", "named_access_file", "read_settings", "unlike_a_token"]

DAY_SECONDS, YEAR_MINUTES = 24 * 3600, 366 * 24 * 60
PAGE_FIELDS = ("origin", "project", "id", "name", "type")


class Settings(BaseModel):
    """Every setting, named like its environment variable; the README's table is checked against the descriptions here."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    slack_bot_token: SecretStr = Field(description="the bot's token, `xoxb-…`")
    slack_app_token: SecretStr | None = Field(
        default=None, description="`xapp-…`; when set, Socket Mode is used"
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="needed for HTTP, that is without an app token",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="another Slack-compatible server"
    )
    zadig_url: str = Field(description="origin of Zadig, such as `https://zadig.example.com`")
    zadig_token: SecretStr = Field(description="API token, from Zadig's account settings")
    zadig_dialect: Literal["auto", "v1", "v2"] = Field(
        default="auto",
        description="`v1` for Zadig 2.3.1 to 3.4.1, `v2` for 4 and later, `auto` asks the server",
    )
    zadig_version: str | None = Field(
        default=None,
        description="Zadig's version, such as `4.2.1`, where the bot cannot detect it; what is unknown counts as the release that can do least",
    )
    zadig_concurrency: int = Field(
        default=8, ge=1, le=64, description="how many requests may read versions from Zadig at once"
    )
    version_page: str = Field(
        default="{origin}/v1/projects/detail/{project}/version/detail/{id}?version={name}&type={type}",
        description="where a version's page is in Zadig; `{origin}`, `{project}`, `{id}`, `{name}` and `{type}` are filled in",
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///release-bot.sqlite3",
        repr=False,  # it may hold a password
        description="`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`",
    )
    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - a container is reached from outside
        description="address of the HTTP server; in Socket Mode it serves health and metrics",
    )
    port: int = Field(default=3000, ge=0, le=65535, description="its port")
    poll_seconds: float = Field(
        default=10,
        gt=0,
        le=DAY_SECONDS,
        description="how often a project with unsettled versions is checked",
    )
    idle_poll_seconds: float = Field(
        default=60, gt=0, le=DAY_SECONDS, description="how often a project without any is checked"
    )
    stalled_minutes: float = Field(
        default=75, gt=0, le=YEAR_MINUTES, description="after how long an unsettled version is called stalled"
    )
    unclear_messages: Literal["resend", "hold"] = Field(
        default="resend",
        description="when the bot cannot find out whether a message arrived in Slack: `resend` may send it twice, `hold` tells the person who subscribed or asked instead",
    )
    access_file: Path | None = Field(
        default=None, description="a TOML file that says who may see and change which project; see below"
    )
    command: str = Field(default="/release", description="the slash command")
    log_format: Literal["text", "json"] = Field(
        default_factory=lambda: "text" if sys.stderr.isatty() else "json",
        description="format of the log",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="lowest level that is logged"
    )

    _secret_files: Mapping[str, Path] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Also without the line break that often ends a secret in a file."""
        read = {name: cleaned(value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in read.items() if value != ""}

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret", "zadig_token")
    @classmethod
    def _could_be_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (problem := unlike_a_token(value.get_secret_value())):
            raise ValueError(problem)
        return value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_the_right_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        is_app_token = value is not None and value.get_secret_value().startswith("xapp-")
        if info.field_name == "slack_bot_token" and is_app_token:
            raise ValueError("this is an app-level token; take the Bot User OAuth Token, xoxb-…")
        if info.field_name == "slack_app_token" and value is not None and not is_app_token:
            raise ValueError("this is not an app-level token; those begin with xapp-")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _slack_can_reach_us(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("slack_app_token", "wrong") is None:
            raise ValueError("set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
        return value

    @field_validator("zadig_url", "slack_api_url")
    @classmethod
    def _is_a_url(cls, value: str, info: ValidationInfo) -> str:
        if not _is_address(value):
            raise ValueError(
                "give an address that begins with https:// or http://, without a user, a query or a fragment"
            )
        return value.rstrip("/") + ("/" if info.field_name == "slack_api_url" else "")

    @field_validator("zadig_version")
    @classmethod
    def _is_a_version(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"v?\d+\.\d+", value):
            raise ValueError("write it like 4.0.0, as Zadig shows it to administrators")
        return value

    @field_validator("version_page")
    @classmethod
    def _can_be_filled_in(cls, value: str) -> str:
        known = ", ".join(f"{{{name}}}" for name in PAGE_FIELDS)
        try:
            unknown = [one for one in _fields_of(value) if one not in PAGE_FIELDS]
        except ValueError as error:
            raise ValueError(f"{error}; what is filled in is written {known}") from None
        if unknown:
            raise ValueError(f"{{{unknown[0]}}} is unknown; what can be filled in: {known}")
        return value

    @field_validator("database_url")
    @classmethod
    def _has_an_async_driver(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("begin it with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @field_validator("command")
    @classmethod
    def _is_a_command(cls, value: str) -> str:
        if not re.fullmatch(r"/[^\sA-Z]{1,31}", value):
            raise ValueError("begin it with a slash; at most 32 characters, no spaces, no capital letters")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def socket_mode(self) -> bool:
        return self.slack_app_token is not None

    @property
    def secret_files(self) -> Mapping[str, Path]:
        """Where secrets come from that are in files, by the names of their settings."""
        return self._secret_files

    @property
    def secrets(self) -> frozenset[str]:
        """Everything in the settings, and in the environment beside them, that must not be readable anywhere."""
        values = [value for _, value in self]
        secret = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
        return frozenset({*secret, *passwords_around(value for value in values if isinstance(value, str))})


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError with a line for each that is missing or wrong."""
    written = read_written(Settings.model_fields)
    lines = [*written.problems.values()]
    settings = None
    try:
        settings = Settings.model_validate(written.values)
    except ValidationError as error:
        lines += [_line(one) for one in error.errors() if one["loc"][0] not in written.problems]
    else:
        lines += _ways_out(settings)
    if lines or settings is None:
        raise SettingsError("\n".join([*lines, *written.hints]))
    settings._secret_files = written.files  # noqa: SLF001 - read here and nowhere else
    return settings


def unlike_a_token(text: str) -> str:
    """Why a text can be no token; empty if it can. Says nothing of the rest of it."""
    strange = next((one for one in text if not "!" <= one <= "~"), None)
    if strange is None:
        return ""
    what = {" ": "a space", "\n": "a line break", "\r": "a line break"}.get(
        strange, f"the character U+{ord(strange):04X}"
    )
    return f"it has {what} in it, which no token has; copy it again"


def _ways_out(settings: Settings) -> Iterator[str]:
    """What the environment says of proxies and certificates that cannot be used."""
    try:
        trusted()
    except UnusableCertificatesError as error:
        yield str(error)
    problems: dict[str, None] = {}
    for url in (settings.slack_api_url, settings.zadig_url):
        try:
            proxy_for(url)
        except UnusableProxyError as error:
            problems[str(error)] = None
    yield from problems


def _fields_of(template: str) -> Iterator[str]:
    """What stands in braces, with everything that str.format would take for more than a name. Raises ValueError."""
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")


def _is_address(text: str) -> bool:
    """Whether it is an HTTP URL; to import what pydantic has for that takes a tenth of the start."""
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
    except ValueError:
        return False
    bare = not (parts.query or parts.fragment or parts.username or parts.password)
    return right and bare and text.isprintable() and " " not in text


def named_access_file() -> Path | None:
    """The access file that the environment or `.env` names, also where other settings make no sense."""
    name = read_written(("access_file",)).values.get("access_file")
    return Path(name) if name else None


def _line(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0])
    if problem["type"] == "missing":
        return f"{name.upper()} is missing: {Settings.model_fields[name].description}"
    return f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}"

"""The settings: read once from the environment or `.env`, checked, and never printed with their secrets."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class SettingsError(Exception):
    """Some settings are missing or make no sense; one line for each, with what to do."""


class Settings(BaseSettings):
    """Every setting, named like its environment variable; the README's table is checked against the descriptions here."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

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
        description="Zadig's own version, such as `4.0.0`: before 5.0.0 it does not say it, and some versions cannot do all",
    )
    zadig_concurrency: int = Field(
        default=8, ge=1, le=64, description="so many requests for looks may be under way at once"
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
        description="the HTTP server listens here, in Socket Mode for health and metrics",
    )
    port: int = Field(default=3000, ge=0, le=65535, description="and on this port")
    poll_seconds: float = Field(
        default=10, gt=0, description="a project with unsettled versions is looked at this often"
    )
    idle_poll_seconds: float = Field(default=60, gt=0, description="and one without, this often")
    stalled_minutes: float = Field(
        default=75, gt=0, description="after this an unsettled version is called stalled"
    )
    unclear_messages: Literal["resend", "hold"] = Field(
        default="resend",
        description="where the bot cannot find out whether a message arrived in Slack: `resend` may tell something twice, `hold` tells it whoever subscribed or asked instead",
    )
    access_file: Path | None = Field(
        default=None, description="a TOML file that says who may see and change which project; see below"
    )
    command: str = Field(default="/release", description="the slash command")
    log_format: Literal["text", "json"] = Field(
        default_factory=lambda: "text" if sys.stderr.isatty() else "json",
        description="how log lines look",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="how much is logged"
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Also without the line break that often ends a secret in a file."""
        read = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in read.items() if value != ""}

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_the_right_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        is_app_token = value is not None and value.get_secret_value().startswith("xapp-")
        if info.field_name == "slack_bot_token" and is_app_token:
            raise ValueError("this is an app-level token; take the Bot User OAuth Token, xoxb-…")
        if info.field_name == "slack_app_token" and value is not None and not is_app_token:
            raise ValueError("this is no app-level token; those begin with xapp-")
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
            raise ValueError("give an address that begins with https:// or http://")
        return value.rstrip("/") + ("/" if info.field_name == "slack_api_url" else "")

    @field_validator("zadig_version")
    @classmethod
    def _is_a_version(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"v?\d+\.\d+", value):
            raise ValueError("write it like 4.0.0, as Zadig shows it to administrators")
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


class GivenSettings(Settings):
    """Settings from arguments alone, whatever the environment and `.env` say: those of the sandbox."""

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """pydantic-settings' interface."""
        return (sources["init_settings"],)


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError with a line for each that is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(map(_line, error.errors()))) from None


def _is_address(text: str) -> bool:
    """Whether it is an HTTP URL; to import what pydantic has for that takes a tenth of the start."""
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return right and text.isprintable() and " " not in text


class _Named(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    access_file: str = ""


def named_access_file() -> Path | None:
    """The access file that the environment or `.env` names, also where other settings make no sense."""
    name = _Named().access_file.strip()
    return Path(name) if name else None


def _line(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0])
    if problem["type"] == "missing":
        return f"{name.upper()} is missing: {Settings.model_fields[name].description}"
    return f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}"

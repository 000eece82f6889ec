"""The settings: read once from the environment or `.env`, checked, and never printed with their secrets."""

import sys
from typing import Literal, Self

from pydantic import Field, HttpUrl, SecretStr, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)


class SettingsError(Exception):
    """Some settings are missing or make no sense; one line for each, with what to do."""


class Settings(BaseSettings):
    """Every setting, named like its environment variable; the README's table is checked against the descriptions here."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    slack_bot_token: SecretStr = Field(description="the bot's token, `xoxb-…`")
    slack_app_token: SecretStr | None = Field(
        default=None, description="`xapp-…`; when set, Socket Mode is used"
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="needed for HTTP, that is without an app token"
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
    version_page: str = Field(
        default="{origin}/v1/projects/detail/{project}/version/detail/{id}?version={name}&type={type}",
        description="where a version's page is in Zadig; `{origin}`, `{project}`, `{id}`, `{name}` and `{type}` are filled in",
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///release-bot.sqlite3",
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
    command: str = Field(default="/release", pattern=r"^/[^\sA-Z]{1,31}$", description="the slash command")
    log_format: Literal["text", "json"] = Field(
        default_factory=lambda: "text" if sys.stderr.isatty() else "json",
        description="`text` on a terminal, else `json`",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="how much is logged"
    )

    @field_validator("zadig_url", "slack_api_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        _URL.validate_python(value)
        return value.rstrip("/")

    @field_validator("slack_app_token", "slack_signing_secret", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("database_url")
    @classmethod
    def _has_an_async_driver(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("begin it with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @model_validator(mode="after")
    def _slack_can_reach_us(self) -> Self:
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise ValueError("set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
        return self

    @property
    def socket_mode(self) -> bool:
        return self.slack_app_token is not None


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError with a line for each that is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(
            "\n".join(_line(problem["loc"], problem["msg"]) for problem in error.errors())
        ) from None


def _line(location: tuple[int | str, ...], message: str) -> str:
    name = "_".join(str(part) for part in location).upper()
    text = message.removeprefix("Value error, ")
    return f"{name}: {text}" if name else text

"""What is delivered to the app, and what comes back."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.slack.model import Json

Envelope = Literal["slash_commands", "interactive", "events_api"]

ACK_SECONDS = 3.0
"""Slack: everything that is sent to an app is to be acknowledged within three seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """One payload on its way to the app. `name` is the command, the payload's type or the event's type."""

    envelope: Envelope
    name: str
    payload: Json
    url: str | None
    retry_attempt: int = 0
    retry_reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The app's acknowledgement, or why there is none."""

    body: Any = None
    """What came with it: parsed JSON, a text, or None."""
    error: str | None = None
    """operation_timeout, dispatch_failed (nobody reached) or http_service_error (an error status)."""
    reason: str | None = None
    """The same for the Events API: http_timeout, http_error, connection_failed, ssl_error, too_many_redirects."""
    status: int | str = "no answer"
    retry: bool = True
    """False if the app asked for no retries (x-slack-no-retry: 1)."""

    @property
    def is_acknowledged(self) -> bool:
        return self.error is None


TIMED_OUT = Answer(error="operation_timeout", reason="http_timeout", status="timeout")
NOBODY = Answer(error="dispatch_failed", reason="connection_failed", status="no receiver")

"""response_urls: five answers within thirty minutes to wherever an interaction happened."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.clock import Clock
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.ids import secret

LIFETIME_SECONDS = 30 * 60.0
MAX_USES = 5
MAX_REMEMBERED = 10_000
"""Older ones are forgotten, and unknown from then on."""

HookKind = Literal["commands", "actions", "app-actions", "app"]
"""Of a command, a click in a message, a message shortcut, a modal's channel selection."""


@dataclass(kw_only=True, slots=True)
class Hook:
    """One response_url: whose interaction, where, and on which message."""

    kind: HookKind
    secret: str
    user: str
    channel: str
    issued: float
    message_ts: str | None = None
    uses: int = 0


class Hooks:
    """Issues response_urls and counts their use."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hooks: dict[tuple[str, str], Hook] = {}

    def issue(
        self,
        kind: HookKind,
        *,
        user: str,
        channel: str,
        message_ts: str | None = None,
    ) -> str:
        """A new response_url's path, e.g. `hooks/commands/4f…`."""
        hook = Hook(
            kind=kind,
            secret=secret(32),
            user=user,
            channel=channel,
            issued=self._clock.now(),
            message_ts=message_ts,
        )
        self._hooks[kind, hook.secret] = hook
        if len(self._hooks) > MAX_REMEMBERED:
            del self._hooks[next(iter(self._hooks))]
        return f"hooks/{kind}/{hook.secret}"

    def find(self, kind: str, secret: str) -> Hook:
        """The hook, still usable. ApiError no_service, used_url or expired_url, all with status 404."""
        hook = self._hooks.get((kind, secret))
        if hook is None:
            raise ApiError("no_service", status=404)
        if hook.uses >= MAX_USES:
            raise ApiError("used_url", status=404)
        if self._clock.now() - hook.issued > LIFETIME_SECONDS:
            raise ApiError("expired_url", status=404)
        return hook

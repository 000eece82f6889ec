"""Trigger ids: the three seconds after an interaction in which an app may open a modal, once."""

from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.ids import secret

LIFETIME_SECONDS = 3.0
MAX_REMEMBERED = 10_000
"""Older ones are forgotten, and invalid from then on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    id: str
    user: str
    issued: float
    view_id: str | None
    """The modal the interaction happened in; None for commands, shortcuts, messages and the Home tab."""
    channel: str | None
    """The channel it happened in, if any."""


class Triggers:
    """Issues trigger ids and takes each back at most once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self._issued: dict[str, Trigger] = {}
        self._exchanged: set[str] = set()

    def issue(self, user: str, *, view_id: str | None = None, channel: str | None = None) -> str:
        """A new trigger id in Slack's form: three numbers and words joined by dots."""
        self._count += 1
        trigger = Trigger(
            id=f"{13345224609 + self._count}.738474920.{secret(32)}",
            user=user,
            issued=self._clock.now(),
            view_id=view_id,
            channel=channel,
        )
        self._issued[trigger.id] = trigger
        if len(self._issued) > MAX_REMEMBERED:
            oldest = next(iter(self._issued))
            del self._issued[oldest]
            self._exchanged.discard(oldest)
        return trigger.id

    def check(self, trigger_id: str) -> Trigger:
        """The trigger, not used up yet. Slack: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger_id in self._exchanged:
            raise ApiError("exchanged_trigger_id")
        if self._clock.now() - trigger.issued > LIFETIME_SECONDS:
            raise ApiError("expired_trigger_id")
        return trigger

    def exchange(self, trigger: Trigger) -> None:
        """Uses it up."""
        self._exchanged.add(trigger.id)

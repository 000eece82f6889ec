"""Slack's limits: calls a minute by tier, and one message a second in each channel with a short burst."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.slack.errors import ApiError

MINUTE = 60.0
CALLS_A_MINUTE = {"1": 1, "2": 20, "3": 50, "4": 100, "special": 600}
"""Slack: rate limits, by tier. Slack says "or more" of each; this sandbox takes the figure."""

MESSAGES_A_SECOND = 1.0
BURST_OF_MESSAGES = 5
MESSAGES_A_MINUTE = 400
"""Slack: "several hundred messages per minute" over a whole workspace."""


@dataclass(kw_only=True, slots=True)
class _Bucket:
    """Fills with one message a second up to a burst."""

    tokens: float = BURST_OF_MESSAGES
    filled: float = 0.0

    def seconds_until_free(self, now: float) -> float:
        self.tokens = min(BURST_OF_MESSAGES, self.tokens + (now - self.filled) * MESSAGES_A_SECOND)
        self.filled = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / MESSAGES_A_SECOND


@dataclass(slots=True)
class _Window:
    """The times of the calls of the last minute."""

    calls: deque[float] = field(default_factory=deque)

    def seconds_until_free(self, now: float, allowed: int) -> float:
        while self.calls and now - self.calls[0] >= MINUTE:
            self.calls.popleft()
        return 0.0 if len(self.calls) < allowed else self.calls[0] + MINUTE - now


class RateLimits:
    """Counts calls and messages, and refuses with 429 what is too much; `enabled=False` lets all pass."""

    def __init__(self, clock: Clock, *, enabled: bool) -> None:
        self.enabled = enabled
        self._clock = clock
        self._windows: defaultdict[str, _Window] = defaultdict(_Window)
        self._buckets: defaultdict[str, _Bucket] = defaultdict(_Bucket)

    def call(self, method: str, tier: str) -> None:
        """Counts a call of a Web API method; ApiError(ratelimited) with Retry-After in whole seconds."""
        if self.enabled:
            self._count(self._windows[method], CALLS_A_MINUTE[tier])

    def message(self, channel: str) -> None:
        """Counts a message to a channel, from chat.postMessage or a response_url alike."""
        if not self.enabled:
            return
        now = self._clock.now()
        bucket = self._buckets[channel]
        if wait := bucket.seconds_until_free(now):
            raise too_many(wait)
        self._count(self._windows["messages"], MESSAGES_A_MINUTE)
        bucket.tokens -= 1

    def _count(self, window: _Window, allowed: int) -> None:
        now = self._clock.now()
        if wait := window.seconds_until_free(now, allowed):
            raise too_many(wait)
        window.calls.append(now)


def too_many(wait: float) -> ApiError:
    """The refusal that names `wait` seconds; the server turns `retry_after` into the header."""
    return ApiError("ratelimited", status=429, retry_after=max(1, math.ceil(wait)))

"""When a destination, and Slack as a whole, may be written to again."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.services.delivery.digests import DigestPolicy


@dataclass(frozen=True, kw_only=True, slots=True)
class PostPolicy:
    """Pace and patience; seconds.

    A message is begun within half of `lease` and its request takes less than the other half, so that no other process sends it
    meanwhile. `pace` and `burst`: see `RateLimiter`. A channel is searched `looks_before_resending` times for an unclear message
    before it is sent again all the same; `resend_unclear` False keeps it back for good instead. Pauses are up to the share
    `jitter` shorter than said, so that processes do not ask in step. A row that cannot be rendered is dropped after
    `max_defects` attempts, one that Slack refuses with an unknown code after `max_unknown`, about half an hour.
    """

    concurrency: int = 16
    lease: int = 20
    pace: float = 1.0
    burst: int = 4
    first_wait: float = 2
    longest_wait: float = 60
    early_outage_wait: float = 15
    jitter: float = 0.1
    rng: Callable[[], float] = random.random
    max_defects: int = 10
    max_unknown: int = 32
    looks_before_resending: int = 8
    resend_unclear: bool = True
    folds: DigestPolicy = field(default_factory=DigestPolicy)

    def wait(self, attempts: int) -> float:
        """Until a row is tried again after so many attempts."""
        return self._about(min(self._doubled(attempts), self.longest_wait))

    def outage_wait(self, outages: int, *, away_for: float) -> float:
        """Until Slack is tried again after so many attempts in a row that found it away, the first `away_for` ago.

        At first every `early_outage_wait`; then after a quarter of the outage, which is how late news are when it ends.
        """
        early = min(self._doubled(outages), self.early_outage_wait)
        return self._about(min(max(early, away_for / 4), self.longest_wait))

    def _doubled(self, times: int) -> float:
        return self.first_wait * 2.0 ** min(times, 10)

    def _about(self, seconds: float) -> float:
        return seconds * (1 - self.jitter * self.rng())


class RateLimiter:
    """Slack allows a message a second and channel, and short bursts: `burst` at once, then one every `seconds`.

    `monotonic` gives seconds. What Slack asks for (Retry-After) rests a destination; an outage rests everything, and after it
    a single message tries whether Slack is back.
    """

    def __init__(self, monotonic: Callable[[], float], *, seconds: float, burst: int) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._ahead = seconds * (burst - 1)
        self._free_at: dict[str, float] = {}
        self._all_free_at = -math.inf
        self._outages = 0
        self._away_since = math.inf

    @property
    def outages(self) -> int:
        """How many attempts in a row have found Slack away."""
        return self._outages

    @property
    def away_for(self) -> float:
        """For how many seconds they have."""
        return max(self._monotonic() - self._away_since, 0)

    def sent(self, destination: str) -> None:
        """A message went out."""
        now = self._monotonic()
        earliest = max(self._free_at.get(destination, -math.inf), now - self._ahead)
        self._free_at[destination] = earliest + self._seconds

    def rest(self, destination: str, seconds: float) -> None:
        """Nothing goes there for so long."""
        until = self._monotonic() + seconds
        self._free_at[destination] = max(self._free_at.get(destination, -math.inf), until)

    def away(self, seconds: float) -> None:
        """Slack takes nothing: nothing goes anywhere for so long. Messages that were under way together count once."""
        now = self._monotonic()
        self._away_since = min(self._away_since, now)
        if now >= self._all_free_at:
            self._outages += 1
        self._all_free_at = max(self._all_free_at, now + seconds)

    def back(self) -> None:
        """Slack has answered."""
        self._outages = 0
        self._away_since = math.inf

    def wait(self, destination: str) -> float:
        """Seconds until something may go there."""
        return max(self._free_at.get(destination, -math.inf), self._all_free_at) - self._monotonic()

    def resting(self) -> frozenset[str]:
        """The destinations that nothing may go to now."""
        now = self._monotonic()
        horizon = now - self._ahead
        self._free_at = {name: at for name, at in self._free_at.items() if at > horizon}
        return frozenset(name for name, at in self._free_at.items() if at > now)

    def room(self, most: int, under_way: int) -> int:
        """How many more messages may be begun."""
        if self._monotonic() < self._all_free_at:
            return 0
        return max((1 if self._outages else most) - under_way, 0)

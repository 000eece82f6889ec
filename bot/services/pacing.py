"""When a destination, and Slack as a whole, may be written to again."""

import math
from collections.abc import Callable


class Pace:
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

    @property
    def outages(self) -> int:
        """How many attempts in a row have found Slack away."""
        return self._outages

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
        if now >= self._all_free_at:
            self._outages += 1
        self._all_free_at = max(self._all_free_at, now + seconds)

    def back(self) -> None:
        """Slack has answered."""
        self._outages = 0

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

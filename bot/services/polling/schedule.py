"""When a project is looked at again: often while something moves, seldom while nothing does, and never all at the same second."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.changes import Memory
from bot.domain.models import Status, Version
from bot.domain.outages import Cause
from bot.domain.watching import Interest
from bot.services.polling.outages import OutagePolicy

# Twice as long after each failure, but no more than so often.
MOST_DOUBLINGS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class PollPolicy:
    """How often and how much; seconds.

    A project with unsettled versions is looked at every `poll`, one without every `idle`, and after `confirm_in` where
    details and list disagree, each up to the share `jitter` sooner or later. Failed looks back off up to
    `longest_back_off`, and up to `longest_outage_wait` while Zadig is away, because much is waiting then. A look that takes
    long renews its `lease`, but not for ever: after `longest_look` somebody else may try. What has become due while nobody
    looked is looked at in its order, `catch_up` projects a second. `quiet_k8s`, `quiet_helm`, `details`: see `ProjectReader`.
    """

    poll: float = 10
    idle: float = 60
    jitter: float = 0.1
    stalled_after: int = 75 * 60
    concurrency: int = 8
    details: int = 20
    lease: int = 20
    longest_look: float = 600
    confirm_in: float = 1
    longest_back_off: float = 60
    longest_outage_wait: float = 15
    catch_up: int = 50
    quiet_k8s: int = 10
    quiet_helm: int = 300
    chance: Callable[[], float] = random.random

    @property
    def outages(self) -> OutagePolicy:
        """What lasts for two looks at what moves is an outage; what fails by itself is gathered for a look at everything."""
        return OutagePolicy(
            lasting=round(2 * self.poll), refused=round(0.8 * self.poll), gather=round(1.25 * self.idle)
        )

    def after(self, memory: Memory, interest: Interest) -> float:
        """Seconds until the next look. What is stalled moves no faster for being looked at more often."""
        moving = [seen for seen in memory.values() if seen.open and not seen.stalled]
        if any(_waits_for_list(seen.version) for seen in moving):
            return self.confirm_in
        stalled = {name for name, seen in memory.items() if seen.open and seen.stalled}
        unsettled = moving or any(ask.version_name not in stalled for ask in interest.asks)
        return self._about(self.poll if unsettled else self.idle)

    def after_failures(self, failures: int, cause: Cause) -> float:
        """Seconds until the next look after so many that failed."""
        longest = self.longest_outage_wait if cause is Cause.AWAY else self.longest_back_off
        doubled = self.poll * 2.0 ** min(failures - 1, MOST_DOUBLINGS)
        return self._about(max(self.poll, min(doubled, longest)))

    def _about(self, seconds: float) -> float:
        return seconds * (1 + self.jitter * (2 * self.chance() - 1))


def _waits_for_list(version: Version) -> bool:
    """Details say that it is over, the list does not say so yet."""
    done = version.progress is not None and version.progress.upload_status in ("success", "failed")
    return version.status is Status.CREATING and done

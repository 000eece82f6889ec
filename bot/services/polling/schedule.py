"""When a project is polled again, how much of its list is read then, and how hard Zadig may be asked."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

from bot.domain.changes import FORGET_AFTER_SECONDS, Memory, Seen
from bot.domain.models import Status, Version
from bot.domain.outages import Cause
from bot.domain.watching import Interest
from bot.services.polling.outages import OutagePolicy

# Twice as long after each failure, but no more than so often.
MAX_DOUBLINGS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class PollPolicy:
    """How often and how much; seconds.

    A project with unsettled versions is polled every `poll`, one without every `idle`, and after `confirm_in` where
    details and list disagree, each up to the share `jitter` sooner or later. Failed polls back off up to
    `longest_back_off`, and up to `longest_outage_wait` while Zadig is away, because much is waiting then. A poll that takes
    long renews its `lease`, but not for ever: after `longest_poll` another process may try. What has become due while no poll
    ran is polled in its order, `catch_up` projects a second. `quiet_k8s`, `quiet_helm`, `details`: see `ProjectReader`.
    """

    poll: float = 10
    idle: float = 60
    jitter: float = 0.1
    stalled_after: int = 75 * 60
    concurrency: int = 8
    details: int = 20
    lease: int = 20
    longest_poll: float = 600
    confirm_in: float = 1
    longest_back_off: float = 60
    longest_outage_wait: float = 15
    catch_up: int = 50
    quiet_k8s: int = 10
    quiet_helm: int = 300
    rng: Callable[[], float] = random.random

    @property
    def outages(self) -> OutagePolicy:
        """What lasts for two polls at what moves is an outage; what fails by itself is gathered for a poll at everything."""
        return OutagePolicy(
            lasting=round(2 * self.poll), refused=round(0.8 * self.poll), gather=round(1.25 * self.idle)
        )

    def after(self, memory: Memory, interest: Interest) -> float:
        """Seconds until the next poll. What is stalled moves no faster for being looked at more often."""
        moving = [seen for seen in memory.values() if seen.open and not seen.stalled]
        if any(_waits_for_list(seen.version) for seen in moving):
            return self.confirm_in
        stalled = {name for name, seen in memory.items() if seen.open and seen.stalled}
        unsettled = moving or any(ask.version_name not in stalled for ask in interest.asks)
        return self._about(self.poll if unsettled else self.idle)

    def after_failures(self, failures: int, cause: Cause) -> float:
        """Seconds until the next poll after so many that failed."""
        longest = self.longest_outage_wait if cause is Cause.AWAY else self.longest_back_off
        doubled = self.poll * 2.0 ** min(failures - 1, MAX_DOUBLINGS)
        return self._about(max(self.poll, min(doubled, longest)))

    def _about(self, seconds: float) -> float:
        return seconds * (1 + self.jitter * (2 * self.rng() - 1))


def _waits_for_list(version: Version) -> bool:
    """Details say that it is over, the list does not say so yet."""
    done = version.progress is not None and version.progress.upload_status in ("success", "failed")
    return version.status is Status.CREATING and done


class FairQuota:
    """Remembers by project whose turn it was last; knows only projects where not every version had a turn."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._last)

    def share(self, project: str, wanted: Mapping[str, int], most: int) -> frozenset[str]:
        """At most `most` of the names: those of the lowest rank first, and of one rank those that come after the last turn."""
        if len(wanted) <= most:
            self._last.pop(project, None)
            return frozenset(wanted)
        last = self._last.get(project, "")
        ordered = sorted(wanted, key=lambda name: (wanted[name], name <= last, name))
        chosen = ordered[:most]
        self._last[project] = chosen[-1]
        return frozenset(chosen)


FULL = 100
SIZES = (20, 50, FULL)
# So many new versions may have come since the last poll without a second call.
MARGIN = 10
# Everything that is usually listed is read so often, whatever is expected of it.
DEEP_SECONDS = 600


def page_size(project: str, before: Memory, wanted: Iterable[str], *, at: int) -> int:
    """The smallest page that is expected to say everything; `wanted` are the names that have to be found.

    Versions are listed by creation time, newest first. A new one therefore stands above every known one: whatever the size,
    a page that shows a known version shows everything that is newer than it, and one that does not is followed by more.
    What can still change further down has to be on the page as well: what is wanted, and what failed within a week, because
    people retry that. A version that is complete can only be deleted, which is worth no more than an edit of its card: a
    full page, read every ten minutes, is soon enough.
    """
    if not before or _is_deep(project, before, at):
        return FULL
    newest_first = sorted(
        (seen for seen in before.values() if not seen.gone), key=lambda seen: -seen.version.created_at
    )
    places = {seen.version.name: place for place, seen in enumerate(newest_first, 1)}
    needed = {*wanted, *(seen.version.name for seen in newest_first if _may_be_retried(seen, at))}
    deepest = max((places.get(name, FULL) for name in needed), default=0)
    return next((size for size in SIZES if deepest + MARGIN <= size), FULL)


def _may_be_retried(seen: Seen, at: int) -> bool:
    return seen.version.status is Status.FAILED and at - seen.version.created_at < FORGET_AFTER_SECONDS


def _is_deep(project: str, before: Memory, at: int) -> bool:
    """Once in ten minutes, each project at a time of its own."""
    shift = crc32(project.encode(errors="surrogatepass")) % DEEP_SECONDS
    last = max(seen.at for seen in before.values())
    return (at + shift) // DEEP_SECONDS != (last + shift) // DEEP_SECONDS


# So many looks in a row have to fail before it is Zadig that is taken to struggle, and not a project of it.
STRUGGLES = 3
# Pauses between attempts double from one second up to so many: while it is away, and while it refuses the token.
LONGEST_PAUSE, LONGEST_REFUSED_PAUSE = 15.0, 60.0


class AdaptiveLimit:
    """Bounds the looks under way: at most `most`.

    Looks that fail one after another, whichever project they are of, halve that down to one, with pauses in between; each
    that succeeds allows one more again. `monotonic` gives seconds, `rng` 0 to 1: processes shall not ask in step.
    """

    def __init__(self, monotonic: Callable[[], float], *, most: int, rng: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._most = most
        self._rng = rng
        self._limit = float(most)
        self._failures = 0
        self._free_at = 0.0

    @property
    def limit(self) -> int:
        """How many looks may be under way at once."""
        return int(self._limit)

    @property
    def struggling(self) -> bool:
        """Whether Zadig is taken to be in trouble."""
        return self._failures >= STRUGGLES

    def room(self, under_way: int) -> int:
        """How many more looks may begin now."""
        return 0 if self._monotonic() < self._free_at else max(self.limit - under_way, 0)

    def seen(self) -> bool:
        """A poll succeeded; whether that ends a struggle."""
        was_struggling = self.struggling
        self._failures = 0
        self._free_at = 0.0
        self._limit = min(self._limit + 1, float(self._most))
        return was_struggling

    def failed(self, *, refused: bool = False) -> None:
        """A poll found Zadig away, or, if `refused`, was turned down for what has nothing to do with its project."""
        self._failures += 1
        if self.struggling:
            self._limit = max(self._limit / 2, 1.0)
            longest = LONGEST_REFUSED_PAUSE if refused else LONGEST_PAUSE
            pause = min(2.0 ** min(self._failures - STRUGGLES, 10), longest)
            self._free_at = self._monotonic() + pause * (0.5 + self._rng() / 2)

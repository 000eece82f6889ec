"""Whether the bot is alive and ready, and how its figures stand: what operators' systems ask for."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from bot.access_file import AccessFile
from bot.database_probe import Probe
from bot.domain.errors import StoreDown
from bot.domain.ports import Clock
from bot.domain.stores import HousekeepingStore
from bot.metrics import Metrics
from bot.slack.identity import Identity
from bot.slack.people import People
from bot.slack.sockets import Sockets

log = logging.getLogger(__name__)

# A process whose ticks have stopped for so long is not alive; one that went on after so many stood still.
SILENT_SECONDS, STILL_SECONDS = 60.0, 5.0


class Health:
    """Looks at the parts while they work; `sockets` is None where Slack comes over HTTP."""

    def __init__(
        self,
        *,
        clock: Clock,
        store: HousekeepingStore,
        identity: Identity,
        people: People,
        access: AccessFile,
        sockets: Sockets | None,
        metrics: Metrics,
        zadig_refuses: Callable[[], bool],
    ) -> None:
        self._zadig_refuses = zadig_refuses
        self._clock = clock
        self._store = store
        self._probe = Probe(store, clock)
        self._identity = identity
        self._people = people
        self._access = access
        self._sockets = sockets
        self._metrics = metrics
        self._last_beat = clock.monotonic()
        self._last_moved = 0.0
        self._down_since: dict[str, float] = {}

    async def beat(self) -> None:
        """A tick that tells that ticks go on, and how long they have not: something blocked the loop, or froze the process."""
        self._last_beat = self._clock.monotonic()
        self._noted(self._connections())
        moved = asyncio.get_running_loop().time()
        if moved - (self._last_moved or moved) >= STILL_SECONDS:
            still = round(moved - self._last_moved, 1)
            log.warning("stood still", extra={"action": "stood_still", "seconds": still})
        self._last_moved = moved

    def alive(self) -> bool:
        """Whether event loop and scheduler have moved within the last minute."""
        return self._clock.monotonic() - self._last_beat < SILENT_SECONDS

    async def problems(self) -> dict[str, str]:
        """What does not answer, by part, and for how long; empty if everything does.

        Anybody may read it: it holds sentences of ours, and none of other people's servers and drivers.
        """
        found = self._noted({"database": await self._database(), **self._connections()})
        return {part: self._standing(part, problem) for part, problem in found.items()}

    async def _database(self) -> str | None:
        return await self._probe.problem() or None

    def _connections(self) -> dict[str, str | None]:
        sockets = self._sockets.problem if self._sockets is not None else ""
        return {
            "slack": self._identity.problem or None,
            "people": self._people.problem or None,
            "access": self._access.problem or None,
            "socket_mode": sockets or None,
        }

    def _noted(self, parts: Mapping[str, str | None]) -> dict[str, str]:
        """Those that are down, perhaps with a word why; since when they are is remembered."""
        for part, problem in parts.items():
            if problem is None:
                self._down_since.pop(part, None)
            else:
                self._down_since.setdefault(part, self._clock.monotonic())
        return {part: problem for part, problem in parts.items() if problem is not None}

    def _standing(self, part: str, problem: str) -> str:
        seconds = int(self._clock.monotonic() - self._down_since[part])
        return f"down for {seconds} s" + (f": {problem}" if problem else "")

    def degraded(self) -> dict[str, str]:
        """What is wrong with what people can be told of without it: Zadig's token."""
        if not self._zadig_refuses():
            return {}
        return {"zadig": "Zadig refuses the bot's token: put a valid one into ZADIG_TOKEN"}

    async def figures(self) -> bytes:
        """For Prometheus; what only the database knows is NaN while it does not answer."""
        try:
            self._metrics.counted(await self._store.figures(now=self._clock.unix()))
        except StoreDown:
            self._metrics.counted(None)
        return self._metrics.text()

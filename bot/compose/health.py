"""What `/readyz` and `/metrics` say of the connections, and whether the database takes writes."""

import asyncio
import logging
from collections.abc import Mapping

from bot.compose.connections import Connections
from bot.domain.errors import StoreDown
from bot.domain.ports import Clock
from bot.domain.stores import HousekeepingStore
from bot.slack.sockets import Sockets

log = logging.getLogger(__name__)

# An answer is as good as new for so long; a database that has not answered after so many seconds does not.
GOOD_SECONDS, TIMEOUT_SECONDS = 2.0, 4.0


class Probe:
    """Asks the store, at most once at a time; what is wrong is logged in the driver's words when it changes."""

    def __init__(self, store: HousekeepingStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._problem = ""

    async def problem(self) -> str:
        """A sentence of ours about what is wrong, empty if nothing is."""
        async with self._asking:
            now = self._clock.monotonic()
            if self._asked_at is None or not 0 <= now - self._asked_at < GOOD_SECONDS:
                await self._ask()
                self._asked_at = self._clock.monotonic()
        return self._problem

    async def _ask(self) -> None:
        before, raw = self._problem, ""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._store.ping()
        except StoreDown as error:
            self._problem, raw = str(error), error.raw
        except TimeoutError:
            self._problem = "The bot's database does not answer."
        except Exception as error:
            self._problem, raw = "The bot's database cannot be used.", type(error).__name__
            log.exception("probe failed", extra={"action": "defect"})
        else:
            self._problem = ""
        if self._problem != before:
            level = logging.WARNING if self._problem else logging.INFO
            log.log(level, "database", extra={"action": "database", "problem": self._problem, "raw": raw})


# A process whose ticks have stopped for so long is not alive; one that went on after so many stood still.
SILENT_SECONDS, STILL_SECONDS = 60.0, 5.0


class Health:
    """Looks at the parts while they work; `sockets` is None where Slack comes over HTTP."""

    def __init__(self, connections: Connections, sockets: Sockets | None) -> None:
        self._opened = connections
        self._clock = clock = connections.clock
        self._probe = Probe(connections.store.housekeeping, clock)
        self._people = connections.people
        self._sockets = sockets
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

        It is public: it holds sentences of ours, and none of other people's servers and drivers.
        """
        found = self._noted({"database": await self._probe.problem(), **self._connections()})
        now = self._clock.monotonic()
        return {
            part: f"down for {int(now - self._down_since[part])} s: {problem}"
            for part, problem in found.items()
        }

    def _connections(self) -> dict[str, str]:
        return {
            "slack": self._people.identity.problem,
            "people": self._people.problem,
            "access": self._opened.access.problem,
            "socket_mode": self._sockets.problem if self._sockets is not None else "",
        }

    def _noted(self, parts: Mapping[str, str]) -> dict[str, str]:
        """Those that are down, with a word why; since when they are is remembered."""
        for part, problem in parts.items():
            if problem:
                self._down_since.setdefault(part, self._clock.monotonic())
            else:
                self._down_since.pop(part, None)
        return {part: problem for part, problem in parts.items() if problem}

    def degraded(self) -> dict[str, str]:
        """What is wrong with what people can be told of without it: Zadig's token."""
        if not self._opened.zadig.transport.token_refused:
            return {}
        return {"zadig": "Zadig refuses the bot's token: put a valid one into ZADIG_TOKEN"}

    async def figures(self) -> bytes:
        """For Prometheus; what only the database knows is NaN while it does not answer."""
        try:
            self._opened.metrics.counted(
                await self._opened.store.housekeeping.figures(now=self._clock.unix())
            )
        except StoreDown:
            self._opened.metrics.counted(None)
        return self._opened.metrics.text()

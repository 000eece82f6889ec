"""Answers kept in memory: given at once, renewed beside, and better old than none while the other side is slow or down."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sized
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.domain.errors import Refused, ReleaseBotError

log = logging.getLogger(__name__)

Key = tuple[str, ...]
T = TypeVar("T")
DAY = 24 * 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Freshness:
    """How long an answer is good for, by its age in seconds.

    Up to `current` it is given as it is, up to `overdue` too, but it is renewed beside. Beyond, the caller waits up to
    `timeout_seconds` seconds for a new one and then gets the old one all the same, up to `limit`.
    """

    current: float
    overdue: float = DAY
    limit: float = DAY
    timeout_seconds: float = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much is kept: the answer that was used longest ago goes first. `items` counts what is in the answers.

    After a renewal that failed or took too long, the next one is not waited for for `rest` seconds.
    """

    entries: int = 2_000
    items: int = 20_000
    rest: float = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    value: Any
    read_at: float
    items: int


class StaleCache:
    """A cache by key; one read at a time for each key, and errors are no answers.

    A reader's `Refused` takes the old answer away: what a user may not see any more is not shown from memory. Every
    other `ReleaseBotError` leaves it. `monotonic` is a clock in seconds.
    """

    def __init__(self, *, monotonic: Callable[[], float], bounds: Bounds | None = None) -> None:
        self._monotonic = monotonic
        self._bounds = bounds or Bounds()
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._items = 0
        self._flights: dict[Key, asyncio.Task[Any]] = {}
        self._all_flights: set[asyncio.Task[Any]] = set()
        self._let_down: OrderedDict[Key, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def items(self) -> int:
        """How much is in the answers that are kept."""
        return self._items

    @property
    def crowded(self) -> bool:
        """Whether so much is kept that what was not asked for would only push out what was."""
        bounds = self._bounds
        return len(self._entries) >= 0.8 * bounds.entries or self._items >= 0.8 * bounds.items

    def age(self, key: Key) -> float | None:
        """Seconds since the answer was read; None if there is none."""
        entry = self._entries.get(key)
        return None if entry is None else self._monotonic() - entry.read_at

    def peek(self, key: Key, default: T) -> T:
        """The answer, whatever its age, or `default`; reads nothing and counts as no use."""
        entry = self._entries.get(key)
        return default if entry is None else entry.value

    def rests(self, key: Key, seconds: float | None = None) -> bool:
        """Whether a renewal has failed within the last `seconds` (those of the bounds if None)."""
        at = self._let_down.get(key)
        return at is not None and self._monotonic() - at < (self._bounds.rest if seconds is None else seconds)

    async def get(self, key: Key, read: Callable[[], Awaitable[T]], life: Freshness) -> T:
        """The answer from memory or by `read`. Raises what `read` raises if there is no answer that is good enough."""
        entry = self._entries.get(key)
        age = 0.0 if entry is None else self._monotonic() - entry.read_at
        if entry is None or age > life.limit:
            return await asyncio.shield(self._fly(key, read))
        self._entries.move_to_end(key)
        old: T = entry.value
        if age <= life.current or self.rests(key):
            return old
        flight = self._fly(key, read)
        return old if age <= life.overdue else await self._wait(key, flight, old, life.timeout_seconds)

    async def renew(self, key: Key, read: Callable[[], Awaitable[T]]) -> T:
        """Read now, or join the read that is under way. Raises what `read` raises."""
        return await asyncio.shield(self._fly(key, read))

    async def _wait(self, key: Key, flight: "asyncio.Task[T]", old: T, timeout_seconds: float) -> T:
        await asyncio.wait({flight}, timeout=timeout_seconds)
        if not flight.done():
            self._note(key)
            return old
        if flight.cancelled():
            return old
        error = flight.exception()
        if error is None:
            return flight.result()
        if isinstance(error, ReleaseBotError) and not isinstance(error, Refused):
            return old
        raise error

    def _fly(self, key: Key, read: Callable[[], Awaitable[T]]) -> "asyncio.Task[T]":
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(_started(read), name=f"reads {'/'.join(key)}")
            self._flights[key] = flight
            self._all_flights.add(flight)
            flight.add_done_callback(partial(self._landed, key))
        return flight

    def _landed(self, key: Key, flight: "asyncio.Task[Any]") -> None:
        """Keep the answer, unless the key was forgotten while it was read."""
        self._all_flights.discard(flight)
        wanted = self._flights.get(key) is flight
        if wanted:
            del self._flights[key]
        error = None if flight.cancelled() else flight.exception()
        if not wanted or flight.cancelled():
            return
        if error is None:
            self._keep(key, flight.result())
            return
        said = {"action": "not_renewed", "key": "/".join(key), "error": str(error)}
        if isinstance(error, ReleaseBotError):
            log.info("not renewed", extra=said)
        else:
            log.error("not renewed", exc_info=error, extra=said)
        self._note(key)
        if isinstance(error, Refused):
            self._drop(key)

    def _keep(self, key: Key, value: Any) -> None:
        old = self._entries.get(key)
        items = len(value) if isinstance(value, Sized) else 1
        self._entries[key] = _Entry(value=value, read_at=self._monotonic(), items=items)
        self._items += items - (old.items if old else 0)
        self._let_down.pop(key, None)
        while len(self._entries) > 1 and self._is_too_much():
            self._drop(next(iter(self._entries)))

    def _is_too_much(self) -> bool:
        return len(self._entries) > self._bounds.entries or self._items > self._bounds.items

    def _note(self, key: Key) -> None:
        """A renewal has failed or takes too long; as many keys are remembered as there may be answers."""
        self._let_down[key] = self._monotonic()
        self._let_down.move_to_end(key)
        while len(self._let_down) > self._bounds.entries:
            self._let_down.popitem(last=False)

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._items -= entry.items

    def forget(self, *beginning: str) -> None:
        """Whatever has a key that begins so is known to have changed, also what is just being read."""
        for keys in (self._entries, self._flights, self._let_down):
            for key in [key for key in keys if key[: len(beginning)] == beginning]:
                self._drop(key)
                self._flights.pop(key, None)
                self._let_down.pop(key, None)

    async def aclose(self) -> None:
        """Stop the reads under way."""
        flights = tuple(self._all_flights)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)


def _started(read: Callable[[], Awaitable[T]]) -> Coroutine[Any, Any, T]:
    async def run() -> T:
        return await read()

    return run()

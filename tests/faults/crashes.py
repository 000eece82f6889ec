"""Processes that die or freeze at every step between seeing a change and remembering its message."""

import asyncio
import itertools
import random
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.failpoints import Point
from tests.faults.cluster import Cluster, until
from tests.faults.ledger import Tally
from tests.faults.replicas import Replica
from tests.faults.traffic import going_on

# After this a claim is anybody's again (PostPolicy.lease, PollPolicy.lease).
LEASE_SECONDS = 20
# Whether the others rest, and for how many seconds (less than a lease): then a process does all the work there is.
LEADS = 4 * ((False, 4), (True, 12))
SUBSCRIPTIONS = (("shop", "shop"), ("shop", "releases", "thread"), ("platform", "general"))
# These are passed every second: the first looks shall be over, which announce nothing.
_LOOKS = (Point.BEFORE_LOOK, Point.AFTER_FETCH, Point.IN_TRANSACTION, Point.BEFORE_COMMIT, Point.AFTER_COMMIT)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of one death: the books, and how many seconds after it (and after the restart) all was told."""

    point: Point
    tally: Tally
    seconds: float

    def __str__(self) -> str:
        return f"{self.point}: {self.tally}, all told after {self.seconds:.1f} s"


async def dying_once(cluster: Cluster, point: Point, *, seed: int = 0) -> Trial:
    """The first process dies at this point, is started again, and the books must balance."""
    rng = random.Random(f"{point} {seed}")  # noqa: S311 - a repeatable trial
    times = (
        rng.randint(5, 9) if point in _LOOKS else 1 if point is Point.WHILE_DRAINING else rng.randint(1, 3)
    )
    first, *others = cluster.replicas
    await cluster.follow(*SUBSCRIPTIONS)
    await asyncio.gather(*(one.start() for one in others), first.start(CRASH_AT=f"{point}:{times}"))
    await cluster.remembered()
    async with going_on(cluster, every=1.0, most=40, seed=seed, projects=("shop", "platform")):
        await _lead_to(point, cluster, first)
        assert await first.ended() == -signal.SIGKILL, f"{point}: {first.last_lines()}"
    died = time.monotonic()
    await first.start()
    tally = await cluster.balanced(2 * LEASE_SECONDS + 40)
    return Trial(point=point, tally=tally, seconds=time.monotonic() - died)


async def dying_everywhere(
    cluster: Cluster, points: Sequence[Point] = tuple(Point), *, seed: int = 0
) -> Tally:
    """The processes take turns to die, each at the next point, while life goes on; in the end all of them at once."""
    await cluster.follow(*SUBSCRIPTIONS)
    await cluster.start()
    await cluster.remembered()
    async with going_on(cluster, every=2.0, seed=seed, projects=("shop", "platform")):
        for replica, point in zip(itertools.cycle(cluster.replicas), points, strict=False):
            await replica.kill()
            await replica.start(CRASH_AT=point)
            await _lead_to(point, cluster, replica)
            assert await replica.ended() == -signal.SIGKILL, f"{point}: {replica.last_lines()}"
            await replica.start()
        await asyncio.gather(*(replica.kill() for replica in cluster.replicas))
        await asyncio.gather(*(replica.start() for replica in cluster.replicas))
    return await cluster.balanced(2 * LEASE_SECONDS + 60)


async def _lead_to(point: Point, cluster: Cluster, replica: Replica) -> None:
    """Wait until it has died there. Two points need an occasion; for the others it may have to be the only one at work."""
    if point is Point.WHILE_DRAINING:
        await replica.serving()
        await asyncio.sleep(2)
        replica.signal(signal.SIGTERM)
    others = [other for other in cluster.replicas if other is not replica]
    for alone, seconds in LEADS:
        async with _at_rest(cluster, others if alone else ()):
            if await _gone(point, cluster, replica, seconds):
                break
    await cluster.slack_well()
    assert not replica.alive, f"{replica.name} never came to {point}: {replica.last_lines()}"


async def _gone(point: Point, cluster: Cluster, replica: Replica, seconds: float) -> bool:
    """Whether it ends within so many seconds."""
    for number in range(round(seconds * 10)):
        if point is Point.WHILE_FINDING and number % 20 == 0:
            await cluster.slack_fault("drop_after", method="chat.postMessage", id="lost answer")
        await asyncio.sleep(0.1)
        if not replica.alive:
            return True
    return False


@asynccontextmanager
async def _at_rest(cluster: Cluster, replicas: Sequence[Replica]) -> AsyncIterator[None]:
    """These processes stand still, for less than their lease."""
    stopped = [replica for replica in replicas if replica.alive]
    for replica in stopped:
        replica.signal(signal.SIGSTOP)
        cluster.struck()
    try:
        yield
    finally:
        for replica in stopped:
            replica.signal(signal.SIGCONT)


async def freezing(cluster: Cluster, point: Point) -> Trial:
    """One process stops for longer than its lease at this point, others take over, and it goes on as if nothing had been."""
    frozen, *others = cluster.replicas
    assert others, "somebody has to take over"
    await cluster.follow(*SUBSCRIPTIONS)
    times = 5 if point in _LOOKS else 1
    await frozen.start(FREEZE_AT=f"{point}:{times}")
    await cluster.remembered()
    async with going_on(cluster, every=1.5, most=4, projects=("shop", "platform")):
        await until(lambda: frozen.frozen, f"{frozen.name} freezes at {point}")
    cluster.struck()
    began = time.monotonic()
    await asyncio.gather(*(other.start() for other in others))
    await asyncio.sleep(LEASE_SECONDS + 5)
    frozen.signal(signal.SIGCONT)
    tally = await cluster.balanced(2 * LEASE_SECONDS + 40)
    return Trial(point=point, tally=tally, seconds=time.monotonic() - began)

"""Minutes of random troubles, deaths and freezes while versions come and go: `python -m tests.faults.soak --minutes 10`.

One process on SQLite and three on PostgreSQL, side by side. The first of the three is never hit: its memory and its open
files show what grows. In the end the books of both must balance.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.cluster import Cluster, cluster
from tests.faults.crashes import LEASE_SECONDS
from tests.faults.databases import postgres_server, sqlite_url
from tests.faults.ledger import Tally
from tests.faults.replicas import Replica
from tests.faults.troubles import SLACK, ZADIG, Trouble, running, some_versions, the_database_is_locked

# Figures of the first seconds are of a process that is still filling its caches.
WARM_SECONDS = 60


@dataclass(kw_only=True)
class Growth:
    """Memory in MiB and open files of one process, from when it was warm."""

    replica: Replica
    megabytes: list[float] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    def look(self) -> None:
        self.megabytes.append(self.replica.megabytes)
        self.descriptors.append(self.replica.descriptors)

    def __str__(self) -> str:
        if not self.megabytes:
            return "too short to say what grows"
        return (
            f"memory {self.megabytes[0]:.0f} MiB at first, {self.megabytes[-1]:.0f} MiB at last; "
            f"open files {self.descriptors[0]} at first, {self.descriptors[-1]} at last"
        )


async def a_process_is_killed(bots: Cluster) -> None:
    victim = _victim(bots)
    await some_versions(bots)
    await victim.kill()
    await some_versions(bots)
    await victim.start()


async def a_process_is_frozen(bots: Cluster) -> None:
    """For longer than its lease."""
    victim = _victim(bots)
    await some_versions(bots, most=2)
    victim.signal(signal.SIGSTOP)
    bots.struck()
    await some_versions(bots, every=(LEASE_SECONDS + 5) / 3)
    victim.signal(signal.SIGCONT)


async def a_process_is_stopped(bots: Cluster) -> None:
    victim = _victim(bots)
    await some_versions(bots)
    bots.struck()
    await victim.stop()
    await victim.start()


def _victim(bots: Cluster) -> Replica:
    """The one that has died least often, but not the first of several."""
    return min(bots.replicas[1:] or bots.replicas, key=lambda replica: len(replica.ends))


DEATHS: tuple[Trouble, ...] = (a_process_is_killed, a_process_is_frozen, a_process_is_stopped)


async def soak(
    bots: Cluster,
    seconds: float,
    *,
    seed: int,
    more: tuple[Trouble, ...] = (),
    say: Callable[[str], None] = print,
) -> Tally:
    """One trouble after the other, in a random order in which each comes before any comes again."""
    rng = random.Random(seed)  # noqa: S311 - a repeatable order
    troubles = [*SLACK.values(), *ZADIG.values(), *DEATHS, *DEATHS, *more]
    growth, end, left = Growth(replica=bots.replicas[0]), time.monotonic() + seconds, list[Trouble]()
    warm = time.monotonic() + WARM_SECONDS
    async with running(bots):
        while time.monotonic() < end:
            left = left or rng.sample(troubles, len(troubles))
            await left.pop()(bots)
            await some_versions(bots)
            await bots.balanced(3 * LEASE_SECONDS + 60, settle=0)
            if time.monotonic() > warm:
                growth.look()
                say(f"{bots.tally()}; {growth}")
        return await bots.balanced(3 * LEASE_SECONDS + 60)


async def both(minutes: float, seed: int) -> dict[str, Tally]:
    """The books of both, in the end."""
    found: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as directory, postgres_server() as postgres:

        async def one(name: str, database: str, replicas: int, *more: Trouble) -> None:
            where = Path(directory) / name
            where.mkdir()
            async with cluster(where, database=database, replicas=replicas) as bots:
                found[name] = await soak(
                    bots,
                    60 * minutes,
                    seed=seed,
                    more=more,
                    say=lambda line: print(f"{name}: {line}", flush=True),  # noqa: T201
                )

        sqlite = Path(directory) / "one process on SQLite"
        async with asyncio.TaskGroup() as group:
            group.create_task(
                one(sqlite.name, sqlite_url(sqlite), 1, the_database_is_locked(str(sqlite / "bot.sqlite3")))
            )
            group.create_task(one("three processes on PostgreSQL", postgres.url(), 3))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        for name, tally in asyncio.run(both(arguments.minutes, arguments.seed)).items():
            print(f"{name}, in the end: {tally}")  # noqa: T201


if __name__ == "__main__":
    main()

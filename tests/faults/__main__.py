"""Deaths at every named point, again and again with other numbers: `python -m tests.faults --trials 20`.

Each trial is one death at each point with one process on SQLite, and with one and with two on PostgreSQL; then three
processes of which each dies at each point in turn.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path

from bot.failpoints import Point
from tests.faults.cluster import cluster
from tests.faults.crashes import dying_everywhere, dying_once
from tests.faults.databases import Postgres, postgres_server, sqlite_url
from tests.faults.ledger import Tally

# So many clusters live side by side; they mostly wait.
SIDE_BY_SIDE = 6
Trial = Callable[[], Coroutine[None, None, Tally]]


def once(point: Point, seed: int, database: Callable[[Path], str], replicas: int) -> Trial:
    async def trial() -> Tally:
        with tempfile.TemporaryDirectory() as directory:
            where = Path(directory)
            async with cluster(where, database=database(where), replicas=replicas) as bots:
                return (await dying_once(bots, point, seed=seed)).tally

    return trial


def everywhere(seed: int, database: Callable[[Path], str]) -> Trial:
    async def trial() -> Tally:
        with tempfile.TemporaryDirectory() as directory:
            where = Path(directory)
            async with cluster(where, database=database(where), replicas=3) as bots:
                return await dying_everywhere(bots, seed=seed)

    return trial


def rows(trials: int, postgres: Postgres) -> dict[str, list[Trial]]:
    """What is tried, by what it is called."""
    seeds = range(1, trials + 1)
    own = lambda _where: postgres.url()  # noqa: E731 - beside `sqlite_url`
    return {
        "SQLite, one process": [once(point, seed, sqlite_url, 1) for point in Point for seed in seeds],
        "PostgreSQL, one process": [once(point, seed, own, 1) for point in Point for seed in seeds],
        "PostgreSQL, two processes": [once(point, seed, own, 2) for point in Point for seed in seeds],
        "PostgreSQL, three processes, every point": [everywhere(seed, own) for seed in seeds],
    }


async def run(trials: int) -> None:
    with postgres_server() as postgres:
        for name, row in rows(trials, postgres).items():
            print(f"{name}, {len(row)} trials: {sum(await side_by_side(row), Tally())}", flush=True)  # noqa: T201


async def side_by_side(trials: Iterable[Trial]) -> list[Tally]:
    room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def in_turn(trial: Trial) -> Tally:
        async with room:
            return await trial()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(trial)) for trial in trials]
    return [task.result() for task in tasks]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1)
    asyncio.run(run(parser.parse_args().trials))


if __name__ == "__main__":
    main()

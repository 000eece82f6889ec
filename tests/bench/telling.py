"""How long it takes from a version's success in Zadig to the message in Slack, against the poll interval."""

import asyncio
import random
from collections.abc import Iterator, Sequence

from tests.bench.measuring import Row, percentile
from tests.bench.servers import Server, outside, printed, whole_bot
from tests.bench.worlds import World, database

POLL_SECONDS = 5.0
WORLD = World(projects=60, versions=5, unsettled=1, active=60, delay=0.02)
# First looks announce nothing; they are spread.
WARM_SECONDS = POLL_SECONDS + 3
FINISHING_SECONDS = 15.0
# What the reference allows: half an interval and half a second, an interval and two seconds; then fixed times.
P50, P99 = POLL_SECONDS / 2 + 0.5, POLL_SECONDS + 2
SEEN_P50, SEEN_P99 = 0.05, 0.25
COMMITS = 300


async def measure() -> list[Row]:
    """One version of each project succeeds, at a random time."""
    settings = {"POLL_SECONDS": f"{POLL_SECONDS}"}
    async with (
        outside(WORLD) as around,
        database(WORLD) as address,
        whole_bot(around, address, **settings),
    ):
        await asyncio.sleep(WARM_SECONDS)
        await _finish(around)
        notes = await _told(around)
        commits = float(await printed("-m", "tests.bench.bare_commits", str(COMMITS)))
    return [*_rows(notes), _beside_the_disk(notes, 1 / commits)]


async def _finish(around: Server) -> None:
    rng = random.Random(0)  # noqa: S311 - the same times in every run
    at = sorted((rng.random() * FINISHING_SECONDS, project) for project in range(WORLD.projects))
    before = 0.0
    for second, project in at:
        await asyncio.sleep(second - before)
        before = second
        await around.get(f"/_finish?project=p{project}&version=v{WORLD.versions}")


async def _told(around: Server) -> Sequence[tuple[float, float, float]]:
    """When each version finished, was first listed, and was told of."""
    async with asyncio.timeout(4 * POLL_SECONDS):
        while True:
            notes: list[list[float | None]] = await around.get("/_notes")
            told = [
                (finished, listed, posted)
                for finished, listed, posted in notes
                if finished is not None and listed is not None and posted is not None
            ]
            if len(told) == WORLD.projects:
                return told
            await asyncio.sleep(0.2)


def _rows(notes: Sequence[tuple[float, float, float]]) -> Iterator[Row]:
    changed = [posted - finished for finished, _, posted in notes]
    listed = [posted - listed for _, listed, posted in notes]
    for what, seconds, middle, most in (
        ("from the change to the message", changed, P50, P99),
        ("from Zadig's listing it to the message", listed, SEEN_P50, SEEN_P99),
    ):
        for name, share, bound in (("p50", 0.5, middle), ("p99", 0.99, most)):
            yield Row(
                what=f"{what}: {name}",
                value=percentile(seconds, share),
                against="the poll interval",
                baseline=POLL_SECONDS,
                unit="s",
                most=bound / POLL_SECONDS,
            )


def _beside_the_disk(notes: Sequence[tuple[float, float, float]], commit: float) -> Row:
    """A card and the outcome after it: four transactions that wait for the disk before the message is sent."""
    return Row(
        what="from Zadig's listing it to the message: p50",
        value=percentile([posted - listed for _, listed, posted in notes], 0.5),
        against="SQLite alone, a commit",
        baseline=commit,
        unit="s",
    )

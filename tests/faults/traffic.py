"""Life in Zadig while the bot has its troubles: versions are created, succeed, fail, and are retried once that is known."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from tests.faults.cluster import Cluster
from tests.faults.ledger import CARD, Moment, told

PROJECTS = ("shop", "platform", "billing")
OUTCOMES = ("success", "success", "failed")


@asynccontextmanager
async def going_on(
    cluster: Cluster,
    *,
    every: float = 1.5,
    most: int = 10_000,
    seed: int = 0,
    projects: Sequence[str] = PROJECTS,
) -> AsyncIterator[None]:
    """Create a version every so many seconds until the block ends, but at most so many."""
    rng = random.Random(seed)  # noqa: S311 - a repeatable life
    wishes = [(projects[number % len(projects)], rng.choice(OUTCOMES)) for number in range(most)]
    over = asyncio.Event()
    async with asyncio.TaskGroup() as both:
        both.create_task(_live(cluster, every, wishes, over))
        yield
        over.set()


async def _live(
    cluster: Cluster, every: float, wishes: Sequence[tuple[str, str]], over: asyncio.Event
) -> None:
    retried: set[tuple[str, str]] = set()
    for number in itertools.count():
        if number < len(wishes):
            await cluster.create(*wishes[number])
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), every)
        if over.is_set():
            return
        await _retry_one(cluster, retried)
        if number % 3 == 0:
            await _delete_one(cluster)


async def _delete_one(cluster: Cluster) -> None:
    """A version that has settled for good, of which every channel has heard in a message of its own."""
    for (project, name), history in cluster.record.histories.items():
        if history[-1].status == "success" and _known(cluster, project, name, history, alone=True):
            await cluster.life.zadig(project, "delete", name)
            return


async def _retry_one(cluster: Cluster, retried: set[tuple[str, str]]) -> None:
    """A failure that every channel has heard of is retried, once: what nobody could have seen, nobody has to tell."""
    for (project, name), history in cluster.record.histories.items():
        if (
            history[-1].status == "failed"
            and (project, name) not in retried
            and _known(cluster, project, name, history)
        ):
            retried.add((project, name))
            await cluster.life.zadig(project, "retry", name)
            return


def _known(
    cluster: Cluster, project: str, name: str, history: Sequence[Moment], *, alone: bool = False
) -> bool:
    """Whether every channel has heard of all that became of it so far; `alone`: not together with others."""
    for hearing in cluster.hearings:
        if hearing.project == project:
            here = told(cluster.life.world.workspace, hearing.channel).get((project, name), [])
            outcomes = [one for one in here if one.kind != CARD]
            if len(outcomes) < len(hearing.due(history)) or (alone and any(one.folded for one in outcomes)):
                return False
    return True

"""Whenever a process dies or stands still, everything is told once, in order, and within the lease."""

from pathlib import Path

import pytest

from bot.failpoints import Point
from tests.faults.cluster import cluster, together
from tests.faults.crashes import LEASE_SECONDS, Trial, dying_everywhere, dying_once, freezing
from tests.faults.databases import Postgres, sqlite_url
from tests.faults.ledger import Tally

# Three processes die at three points at about the same time.
AT_ONCE = (
    (Point.BEFORE_LOOK, Point.AFTER_CLAIM, Point.AFTER_MARK),
    (Point.AFTER_FETCH, Point.BEFORE_POST, Point.WHILE_FINDING),
    (Point.IN_TRANSACTION, Point.AFTER_POST, Point.WHILE_DRAINING),
    (Point.BEFORE_COMMIT, Point.AFTER_COMMIT, Point.AFTER_POST),
)


async def test_a_process_that_dies_anywhere_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Each named point once, on SQLite; the first process to come back finishes what the dead one held."""

    async def die(point: Point) -> Trial:
        directory = tmp_path / point
        directory.mkdir()
        async with cluster(directory, database=sqlite_url(directory), replicas=1) as one:
            return await dying_once(one, point)

    for trial in await together(die(point) for point in Point):
        print(trial)  # noqa: T201 - the figures, for whoever looks


@pytest.mark.postgres
async def test_of_three_processes_any_may_die_anywhere(tmp_path: Path, postgres: Postgres) -> None:
    """Each named point once, on PostgreSQL, while life goes on."""
    assert {point for points in AT_ONCE for point in points} == set(Point)

    async def die(points: tuple[Point, ...]) -> Tally:
        directory = tmp_path / points[0]
        directory.mkdir()
        async with cluster(directory, database=postgres.url(), replicas=3) as three:
            return await dying_everywhere(three, points)

    for tally in await together(die(points) for points in AT_ONCE):
        print(tally)  # noqa: T201


@pytest.mark.postgres
async def test_a_process_that_is_frozen_past_its_lease_sends_nothing_that_another_has_sent(
    tmp_path: Path, postgres: Postgres
) -> None:
    """It stops just before it writes to Slack, in a transaction that others wait for, and with a look in hand."""

    async def freeze(point: Point) -> Trial:
        directory = tmp_path / point
        directory.mkdir()
        async with cluster(directory, database=postgres.url(), replicas=2) as two:
            return await freezing(two, point)

    points = (Point.BEFORE_POST, Point.IN_TRANSACTION, Point.AFTER_FETCH)
    for trial in await together(freeze(point) for point in points):
        print(trial)  # noqa: T201
        assert trial.tally.latest < 2 * LEASE_SECONDS

"""Slack and Zadig fail in every way that the sandbox knows, while versions come and go; afterwards the books balance."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.faults.cluster import PROMPT_SECONDS, cluster, together
from tests.faults.databases import Postgres, sqlite_url
from tests.faults.ledger import Tally
from tests.faults.troubles import SLACK, ZADIG, Trouble, running, some_versions

# Side by side, because most of it is waiting.
ROWS = 5


async def suffering(
    directory: Path, database: str, troubles: Mapping[str, Trouble], replicas: int = 1
) -> Tally:
    """One trouble after the other; each has to be over before the next begins."""
    async with cluster(directory, database=database, replicas=replicas) as bots, running(bots):
        for name, trouble in troubles.items():
            await trouble(bots)
            print(f"{name}: {await bots.balanced(120)}")  # noqa: T201 - the figures, for whoever looks
        return bots.tally()


@pytest.mark.parametrize("table", [SLACK, ZADIG], ids=["Slack", "Zadig"])
async def test_whatever_goes_wrong_outside_nothing_is_lost_or_doubled(
    tmp_path: Path, table: Mapping[str, Trouble]
) -> None:
    def row(number: int) -> Mapping[str, Trouble]:
        return dict(list(table.items())[number::ROWS])

    for number in range(ROWS):
        (tmp_path / f"{number}").mkdir()
    await together(
        suffering(tmp_path / f"{number}", sqlite_url(tmp_path / f"{number}"), row(number))
        for number in range(ROWS)
    )


@pytest.mark.postgres
async def test_three_processes_leave_a_channel_in_peace_that_slack_slows_down(
    tmp_path: Path, postgres: Postgres
) -> None:
    name = "Slack: one channel is slowed down"
    await suffering(tmp_path, postgres.url(), {name: SLACK[name]}, replicas=3)


async def test_while_everything_is_up_everything_is_prompt(tmp_path: Path) -> None:
    async with cluster(tmp_path, database=sqlite_url(tmp_path), replicas=1) as bots, running(bots):
        await some_versions(bots, most=6, every=2)
        tally = await bots.balanced()
        assert tally.percentile(0.5) <= PROMPT_SECONDS, str(tally)

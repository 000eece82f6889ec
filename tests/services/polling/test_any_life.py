"""Any day at all: random events, faults and restarts, and at its end everything has been told once and nothing waits."""

import random
from collections import Counter
from pathlib import Path

import pytest

from bot.domain.errors import OutcomeUnknown, ReleaseBotError, ServerDown
from bot.domain.models import Progress, Status
from bot.domain.notifications import VersionCard
from bot.domain.ports import TryLater, Unclear
from tests.services.fakes import Answer, Arrives
from tests.services.world import World

CREATING, SUCCESS, FAILED, RETRYING = Status.CREATING, Status.SUCCESS, Status.FAILED, Status.RETRYING
NO_ANSWER = Unclear(reason="no answer from Slack")
CHANNELS = ("C1", "C2", "C9")
METHODS = ("polls.claim", "polls.record", "outbox.claim", "outbox.mark_posted", "pending.interest")


class Day:
    """What can happen, each with a name of its own so that a failing day can be read."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world = world
        self.rng = rng
        self.count = 0

    def _some(self, *statuses: Status) -> str | None:
        rows = self.world.zadig.rows["shop"]
        names = [row.version.name for row in rows if row.version.status in statuses]
        return self.rng.choice(names) if names else None

    async def somebody_creates_in_zadig(self) -> None:
        self.count += 1
        self.world.zadig.add(f"v{self.count}", self.rng.choice([CREATING, CREATING, SUCCESS, FAILED]))

    async def somebody_creates_through_the_bot(self) -> None:
        self.count += 1
        await self.world.create(f"v{self.count}")

    async def the_answer_to_a_create_is_lost(self) -> None:
        self.count += 1
        lost = OutcomeUnknown("no answer")
        where = (
            self.world.zadig.calls.fails_late
            if self.rng.random() < 0.5
            else self.world.zadig.calls.fails_next
        )
        where["create"].append(lost)
        await self.world.create(f"v{self.count}")

    async def images_are_copied(self) -> None:
        if name := self._some(CREATING, RETRYING):
            self.world.zadig.copied(name, self.rng.randint(1, 3))

    async def a_version_settles(self) -> None:
        if name := self._some(CREATING):
            self.world.zadig.move(
                name, self.rng.choice([SUCCESS, FAILED]), progress=Progress(done=3, total=3)
            )
        if name := self._some(RETRYING):
            self.world.zadig.row(name).becomes = self.rng.choice([SUCCESS, FAILED])

    async def somebody_retries_in_zadig(self) -> None:
        if name := self._some(FAILED):
            self.world.zadig.move(name, RETRYING)

    async def somebody_retries_through_the_bot(self) -> None:
        if name := self._some(FAILED):
            await self.world.retry(name)

    async def somebody_deletes(self) -> None:
        if name := self._some(*Status):
            await self.world.delete(name)

    async def somebody_watches(self) -> None:
        if name := self._some(CREATING, RETRYING):
            await self.world.watch(name)

    async def zadig_is_away_for_a_moment(self) -> None:
        method = self.rng.choice(["page", "show"])
        self.world.zadig.calls.fails_next[method] += [ServerDown("away")] * self.rng.randint(1, 4)

    async def an_answer_of_slacks_is_lost(self) -> None:
        answers: tuple[Answer, ...] = (
            NO_ANSWER,
            Arrives(result=NO_ANSWER),
            TryLater(reason="ratelimited", seconds=5),
        )
        answer = self.rng.choice(answers)
        self.world.slack.answers[self.rng.choice(CHANNELS)].append(answer)

    async def the_database_is_away_for_a_moment(self) -> None:
        self.world.down.add(self.rng.choice(METHODS))
        await self.world.passes(10)
        self.world.down.clear()

    async def zadig_is_upgraded(self) -> None:
        self.world.zadig.upgrade()

    async def time_passes(self) -> None:
        await self.world.passes(self.rng.choice([5, 15, 60]))

    async def one_thing(self) -> None:
        """A refusal or an outage is what whoever acts is told; the day goes on."""
        await self.time_passes()
        happens = self.rng.choice([
            self.somebody_creates_in_zadig, self.somebody_creates_through_the_bot, self.the_answer_to_a_create_is_lost,
            self.images_are_copied, self.a_version_settles, self.a_version_settles, self.somebody_retries_in_zadig,
            self.somebody_retries_through_the_bot, self.somebody_deletes, self.somebody_watches,
            self.zadig_is_away_for_a_moment, self.an_answer_of_slacks_is_lost, self.the_database_is_away_for_a_moment,
            self.zadig_is_upgraded,
        ])  # fmt: skip
        try:
            await happens()
        except ReleaseBotError:
            self.world.down.clear()

    async def evening(self) -> None:
        """Every fault is over, and one after another everything comes to its end."""
        self.world.zadig.calls.fails_next.clear()
        self.world.slack.answers.clear()
        await self.world.passes(120)
        for row in tuple(self.world.zadig.rows["shop"]):
            if not row.version.status.settled:
                row.becomes = None
                self.world.zadig.move(row.version.name, SUCCESS)
                await self.world.passes(15)
        await self.world.passes(20 * 60, step=20)


def assert_everything_was_told_once(world: World) -> None:
    for destination, messages in world.slack.messages.items():
        keys = Counter(message.key for message in messages)
        assert not [key for key, count in keys.items() if count > 1], destination
    for row in world.zadig.rows["shop"]:
        cards = [
            message.notification
            for message in world.slack.messages["C1"]
            if isinstance(message.notification, VersionCard)
            and message.notification.version.name == row.version.name
            and message.notification.version.created_at == row.version.created_at
        ]
        assert [one.version.status for one in cards] == [row.version.status], row.version.name
        ends = [
            message.notification.kind
            for message in world.slack.messages["C2"]
            if not isinstance(message.notification, VersionCard)
            and getattr(message.notification, "version", None)
            and message.notification.version.name == row.version.name  # type: ignore[union-attr]
        ]
        assert ends[-1:] == ["version_succeeded" if row.version.status is SUCCESS else "version_failed"]


@pytest.mark.parametrize("seed", range(4))
async def test_any_day_is_told_once_and_completely(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a day, not a secret
    world = World(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")
    day = Day(world, rng)
    async with world.bot("morning") as bot:
        await world.subscribe("C1")
        await world.subscribe("C2", cards=False)
        for _ in range(15):
            await day.one_thing()
        if rng.random() < 0.5:
            await bot.stop()
    async with world.bot("afternoon") as bot:
        for _ in range(15):
            await day.one_thing()
        await day.evening()
        assert_everything_was_told_once(world)
        assert (await world.followed(), await bot.store.outbox.backlog()) == (0, 0)

"""A newer release takes over a database of each older one with rows in every state: nothing is lost, told twice or forgotten."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Table, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.changes import Seen
from bot.domain.digests import DigestRule
from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import StoreDown
from bot.domain.ports import PollOutcome, TryLater
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest, Subscription, Watch
from bot.services.delivery.digests import DigestPolicy
from bot.services.delivery.notifier import Notifier, PostPolicy
from bot.store import SqlStore, open_store
from bot.store.migrating import SCRIPTS, revisions
from bot.store.tables import metadata
from tests.domain.samples import version
from tests.services.fakes import START, Arrives, FakeClock, FakeSlack, UnreliableStore
from tests.services.outboxes import NO_ANSWER, REFUSED, SteppedNotifier, card, failed

Rows = Mapping[str, list[dict[str, Any]]]
WISHES = {
    "subscription": Subscription(channel="C1", project="shop", by="U1", since=START),
    "watch": Watch(user="U1", project="shop", version_name="v1", since=START),
    "ask": PendingRequest(
        project="shop", version_name="v1", action=Action.CREATE, user="U1", channel="C1", at=START, epoch=1
    ),
}
SEEN = {"v1": Seen(version=version(), epoch=1, since=START, at=START)}
DRAFT = Draft(id="d1", form="create_version", user="U1", channel="C1", content='{"a": 1}', at=START)
# A channel for each state that a row can be in when the old release stops.
WAITS, LATER, RESTS, CLAIMED, UNCLEAR, POSTED = "waits", "later", "rests", "claimed", "unclear", "posted"
CHANGED, DROPPED, FOLDED, FOLD_STANDS = "changed", "dropped", "folded", "fold_stands"
ONE_BY_ONE = (WAITS, POSTED, LATER, UNCLEAR, CLAIMED, RESTS)


@pytest.fixture(params=["file_url", pytest.param("empty_postgres_url", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


class Life:
    """Slack and time, which outlive every release of the bot."""

    def __init__(self) -> None:
        self.slack, self.clock = FakeSlack(), FakeClock()

    def bot(self, store: Store, *, folds: bool, down: set[str] | None = None) -> Notifier:
        return SteppedNotifier(
            store=cast("Store", UnreliableStore(store, down or set())),
            poster=self.slack,
            clock=self.clock,
            owner="an old release",
            policy=PostPolicy(
                jitter=0, folds=DigestPolicy(more_than=2 if folds else 9999), looks_before_resending=99
            ),
        )

    async def old_release(self, store: SqlStore, *, folds: bool) -> None:
        """It has done everything that a release can do, and some of it only half."""
        await store.subscriptions.subscribe(WISHES["subscription"])  # type: ignore[arg-type] # by its name
        await store.watches.watch(WISHES["watch"])  # type: ignore[arg-type] # by its name
        (claim,) = await store.polls.claim("old", now=START, limit=1, lease=60)
        assert await store.polls.record(PollOutcome(claim=claim, next_in=600, memory=SEEN), now=START)
        await store.pending.ask(WISHES["ask"])  # type: ignore[arg-type] # by its name
        await store.drafts.save(DRAFT)
        assert await store.drafts.move("d1", before=DraftState.OPEN, after=DraftState.SUBMITTED)
        assert await store.housekeeping.once("Ev1", now=START)
        await store.habits.remember("key", "value", now=START)
        await self._post(store, folds=folds)

    async def _post(self, store: SqlStore, *, folds: bool) -> None:
        """Half the storm is told, the other half is put together and waits."""
        now = int(self.clock.at)
        storms = (FOLD_STANDS,) if folds else ()
        self.slack.answers[DROPPED] = [REFUSED]
        self.slack.answers[LATER] = [TryLater(reason="service_unavailable")]
        self.slack.answers[UNCLEAR] = [Arrives(result=NO_ANSWER)]
        self.slack.answers[RESTS] = [TryLater(reason="ratelimited", seconds=30)]
        rows = [failed("v1", channel) for channel in (POSTED, DROPPED, LATER, UNCLEAR, RESTS)]
        rows += [failed(f"v{number}", storm) for storm in storms for number in range(3)]
        await store.outbox.enqueue([card("v1", CHANGED), *rows], now=now)
        await self._tick(self.bot(store, folds=folds))
        await store.outbox.enqueue([failed("v1", CLAIMED)], now=now)
        await self._tick(self.bot(store, folds=folds, down={"outbox.mark_posted"}))
        await store.outbox.enqueue([card("v1", CHANGED, done=3), failed("v1", WAITS)], now=now)
        if folds:
            await store.outbox.enqueue([failed(f"v{number}", FOLDED) for number in range(3)], now=now)
            others = frozenset((WAITS, CHANGED, CLAIMED, FOLDED))
            policy: DigestRule = DigestPolicy(more_than=2).at(now)
            await store.outbox.claim("old", now=now, limit=9, lease=20, busy=others, folding=policy)

    async def _tick(self, bot: Notifier) -> None:
        await bot.tick()
        await bot._tasks.finish()

    async def new_release(self, store: SqlStore) -> None:
        bot = self.bot(store, folds=True)
        for _ in range(120):
            await self._tick(bot)
            self.clock.passes(1)

    def keys(self, channel: str) -> list[str]:
        return [one.key for one in self.slack.messages[channel]]


async def rows_of(store: SqlStore) -> Rows:
    async with store._database.read() as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in metadata.sorted_tables
        }


def write_as(connection: Connection, revision: str, rows: Rows) -> None:
    """The schema of an older release, with these rows as far as it had a place for them."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    old = MetaData()
    old.reflect(connection)
    for table in old.sorted_tables:
        if rows.get(table.name):
            connection.execute(insert(table), [_fitting(table, row) for row in rows[table.name]])
        if connection.dialect.name == "postgresql":
            for column in (one for one in table.c if one.autoincrement is True):
                sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                connection.execute(text(f"SELECT setval({sequence}, 10000)"))


def _fitting(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Columns that are gone by now were flags."""
    return {column.name: row.get(column.name, False) for column in table.c}


@pytest.fixture(params=revisions())
async def upgraded(
    request: pytest.FixtureRequest, empty_url: str, memory_url: str
) -> AsyncIterator[tuple[Life, SqlStore, Rows]]:
    """A database of this revision that three processes of the newest release have opened at once."""
    life, revision = Life(), str(request.param)
    async with open_store(memory_url) as store:
        await life.old_release(store, folds=revision != revisions()[0])
        before = await rows_of(store)
    if empty_url.startswith("sqlite"):
        Path(str(make_url(empty_url).database)).parent.mkdir()
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(write_as, revision, before)
    await engine.dispose()
    async with AsyncExitStack() as stack:
        opened = await asyncio.gather(
            *(stack.enter_async_context(open_store(empty_url, timeout_seconds=20)) for _ in range(3))
        )
        yield life, opened[0], before


Upgraded = tuple[Life, SqlStore, Rows]


async def test_an_upgrade_keeps_every_row_as_it_was(upgraded: Upgraded) -> None:
    _, store, before = upgraded
    states = {(row["state"], bool(row["owner"]), row["uncertain"]) for row in before["outbox"]}
    assert len(states) >= 5, "rows in every state"
    after = await rows_of(store)
    assert {name: sorted(rows, key=str) for name, rows in after.items()} == {
        name: sorted(rows, key=str) for name, rows in before.items()
    }


async def test_what_an_older_release_left_half_done_is_finished_once(upgraded: Upgraded) -> None:
    life, store, before = upgraded
    await life.new_release(store)
    assert await store.outbox.backlog() == 0
    for channel in ONE_BY_ONE:
        assert life.keys(channel) == [f"outcome/{channel}/v1"], channel
    assert life.keys(DROPPED) == []
    assert life.slack.card(CHANGED).notification == card("v1", CHANGED, done=3).notification
    assert len(life.slack.messages[CHANGED]) == 1
    assert sorted(set(life.slack.searched)) == [f"outcome/{name}/v1" for name in (CLAIMED, UNCLEAR)]
    if any(row["fold"] for row in before["outbox"]):
        assert life.slack.told(FOLD_STANDS) == life.slack.told(FOLDED) == ["outcomes_folded"]


async def test_an_upgrade_forgets_nobody_and_nothing(upgraded: Upgraded) -> None:
    _, store, _ = upgraded
    interest = await store.pending.interest("shop")
    assert (*interest.subscriptions, *interest.watches, *interest.asks) == tuple(WISHES.values())
    assert await store.drafts.get("d1", user=DRAFT.user) is not None
    assert [
        one.id for one in await store.drafts.find(form=DRAFT.form, state=DraftState.SUBMITTED, limit=9)
    ] == ["d1"]
    assert not await store.housekeeping.once("Ev1", now=START + 5)
    assert await store.habits.recall("key") == "value"
    assert await store.polls.seen("shop") == SEEN


async def test_a_database_that_was_upgraded_is_refused_by_the_release_before(
    upgraded: Upgraded, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    life, store, _ = upgraded
    known = revisions()[:-1]
    monkeypatch.setattr("bot.store.migrating.revisions", lambda: known)
    with pytest.raises(StoreDown, match=f"newer release of the bot .schema {revisions()[-1]}"):
        async with open_store(empty_url):
            pytest.fail("it opened")
    monkeypatch.undo()
    await life.new_release(store)
    assert await store.outbox.backlog() == 0

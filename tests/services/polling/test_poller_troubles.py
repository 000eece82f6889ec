"""When looks happen, and what they leave alone when Zadig, the database or we ourselves break."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.errors import NotPermitted, ServerDown, Unauthorized
from bot.domain.models import Progress, Status
from bot.domain.stores import Store
from bot.services.polling.poller import Poller
from tests.services.fakes import FakeClock, FakeZadig
from tests.services.polled import STALLED_AFTER, News, ask, due_in, poll, subscribe, told

CREATING, SUCCESS, FAILED, RETRYING = Status.CREATING, Status.SUCCESS, Status.FAILED, Status.RETRYING


# When looks happen.


async def test_a_project_where_nothing_is_under_way_is_looked_at_seldom(
    poller: Poller, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    await poll(poller)
    assert await due_in(store, clock) == 60


async def test_something_under_way_makes_looks_frequent(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await poll(poller)
    assert await due_in(store, clock) == 10


async def test_an_ask_makes_looks_frequent(poller: Poller, store: Store, clock: FakeClock) -> None:
    await store.pending.ask(ask())
    await poll(poller)
    assert await due_in(store, clock) == 10


async def test_what_is_stalled_makes_looks_no_more_frequent(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    zadig.move("v1", CREATING, progress=Progress(done=3, total=3, upload_status="success"))
    await store.pending.ask(ask(in_flight=False))
    clock.passes(STALLED_AFTER)
    await poll(poller)
    assert await due_in(store, clock) == 60


async def test_who_acts_is_answered_at_the_next_look(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    await poll(poller)
    await poll(poller)
    assert len(zadig.calls.of("page")) == 1
    await store.polls.soon("shop", now=int(clock.at))
    await poll(poller)
    assert len(zadig.calls.of("page")) == 2


async def test_who_acts_during_a_look_is_not_forgotten(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    await store.polls.soon("shop", now=int(clock.at))
    gate.set()
    await poller.drain()
    assert await due_in(store, clock) == 0


async def test_being_woken_is_a_look_at_once(poller: Poller, zadig: FakeZadig, store: Store) -> None:
    await subscribe(store)
    poller.wake()
    await poller.drain()
    assert zadig.calls.of("page") == [("shop", "1")]


async def test_a_tick_waits_for_no_look(poller: Poller, zadig: FakeZadig, store: Store) -> None:
    await subscribe(store)
    await subscribe(store, "bank")
    gate = zadig.calls.hold("page")
    await poller.tick()
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    assert await store.polls.seen("shop") is None
    gate.set()
    await poller.drain()
    assert await store.polls.seen("shop") == await store.polls.seen("bank") == {}


async def test_no_more_looks_than_agreed_run_at_once(
    new_poller: Callable[..., Poller], zadig: FakeZadig, store: Store
) -> None:
    poller = new_poller(concurrency=1)
    await subscribe(store)
    await subscribe(store, "bank")
    gate = zadig.calls.hold("page")
    await asyncio.gather(poller.tick(), poller.tick(), poller.tick())
    await zadig.calls.at_gate["page"].wait()
    poller.wake()
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(zadig.calls.of("page")) == 1
    gate.set()
    await poller.drain()
    await poll(poller)
    assert len(zadig.calls.of("page")) == 2


async def test_replicas_share_the_looks(
    new_poller: Callable[..., Poller], zadig: FakeZadig, store: Store
) -> None:
    await subscribe(store)
    await subscribe(store, "bank")
    replicas = [new_poller(f"replica {number}") for number in range(3)]
    await asyncio.gather(*(replica.tick() for replica in replicas))
    await asyncio.gather(*(replica.drain() for replica in replicas))
    assert sorted(zadig.calls.of("page")) == [("bank", "1"), ("shop", "1")]


async def test_a_project_that_nobody_follows_is_not_looked_at(
    poller: Poller, zadig: FakeZadig, store: Store
) -> None:
    await subscribe(store)
    await store.subscriptions.unsubscribe("C1", "shop")
    await poll(poller)
    assert zadig.calls.made == []


# Outages of Zadig.


async def test_an_outage_is_told_once_it_has_lasted_and_the_recovery_once(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await poll(poller)
    zadig.calls.fails["page"] = ServerDown("Zadig cannot be reached.")
    stories = []
    for _ in range(6):
        clock.passes(300)
        await poll(poller)
        stories.append(await told(store, clock))
    assert stories == [[], [], [("C1", "project_unreachable")], [], [], []]
    zadig.calls.fails.clear()
    zadig.move("v1", SUCCESS)
    for _ in range(2):
        clock.passes(300)
        await poll(poller)
    assert await told(store, clock) == [
        ("C1", "project_back"),
        ("C1", "version_card"),
        ("C1", "version_succeeded"),
    ]


async def test_a_second_outage_is_told_like_the_first(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    await poll(poller)
    for _ in range(2):
        zadig.calls.fails["page"] = ServerDown("away")
        for _ in range(3):
            clock.passes(300)
            await poll(poller)
        zadig.calls.fails.clear()
        clock.passes(300)
        await poll(poller)
        assert await told(store, clock) == [("C1", "project_unreachable"), ("C1", "project_back")]


async def test_a_short_outage_is_nobodys_business(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    zadig.calls.fails_next["page"] = [ServerDown("away"), ServerDown("away")]
    for _ in range(4):
        clock.passes(60)
        await poll(poller)
    assert await told(store, clock) == []


async def test_a_token_that_is_refused_twice_is_said_at_once(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    zadig.calls.fails["page"] = Unauthorized("Zadig does not accept the bot's API token.")
    await poll(poller)
    assert await told(store, clock) == []
    clock.passes(10)
    await poll(poller)
    assert await told(store, clock) == [("C1", "project_unreachable")]


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (ServerDown("away"), [10, 15, 15, 15, 15]),
        (NotPermitted("The bot has no permission for this in shop."), [10, 20, 40, 60, 60]),
    ],
    ids=["while Zadig is away", "otherwise"],
)
async def test_a_project_that_cannot_be_seen_is_asked_for_less_and_less_often(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, *, error: Exception, pauses: list[int]
) -> None:
    await subscribe(store)
    zadig.calls.fails["page"] = error
    paused = []
    for _ in pauses:
        await poll(poller)
        paused.append(await due_in(store, clock))
        clock.passes(paused[-1])
    assert paused == pauses


async def test_an_outage_forgets_nothing(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await poll(poller)
    before = await store.polls.seen("shop")
    zadig.calls.fails["page"] = ServerDown("away")
    clock.passes(STALLED_AFTER)
    await poll(poller)
    assert await store.polls.seen("shop") == before


async def test_one_project_that_is_away_does_not_hold_up_another(
    poller: Poller, zadig: FakeZadig, store: Store
) -> None:
    await subscribe(store)
    await subscribe(store, "bank")
    zadig.calls.fails_next["page"] = [ServerDown("away")]
    await poll(poller)
    seen = [await store.polls.seen(project) for project in ("shop", "bank")]
    assert sorted(map(str, seen)) == ["None", "{}"]


# What breaks on our side.


async def test_a_claim_that_was_lost_writes_nothing(
    new_poller: Callable[..., Poller], zadig: FakeZadig, store: Store, clock: FakeClock, news: News
) -> None:
    slow, other = new_poller("slow"), new_poller("other")
    await subscribe(store)
    await poll(other)
    clock.passes(60)
    zadig.add("v1")
    gate = zadig.calls.hold("page")
    await slow.tick()
    await zadig.calls.at_gate["page"].wait()
    zadig.calls.gates.clear()
    clock.passes(120)
    await poll(other)
    assert news.heard == 1
    zadig.move("v1", FAILED)
    gate.set()
    await slow.drain()
    assert news.heard == 1
    assert await told(store, clock) == [("C1", "version_card")]
    assert (await store.polls.seen("shop") or {})["v1"].version.status is CREATING


@pytest.mark.parametrize("method", ["polls.claim", "pending.interest", "polls.seen", "polls.record"])
async def test_without_a_database_nothing_happens_and_then_everything_does(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, *, down: set[str], method: str
) -> None:
    await subscribe(store)
    await poll(poller)
    clock.passes(60)
    zadig.add("v1")
    down.add(method)
    await poll(poller)
    down.clear()
    assert await told(store, clock) == []
    clock.passes(120)
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card")]


async def test_a_defect_costs_one_look_and_is_in_the_log(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await subscribe(store)
    zadig.calls.fails_next["page"] = [ValueError("a defect")]
    await poll(poller)
    assert "a defect" in caplog.text
    assert await store.polls.seen("shop") is None
    clock.passes(120)
    await poll(poller)
    assert await store.polls.seen("shop") == {}


async def test_what_changed_is_in_the_log(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.services.polling.poll_run")
    await subscribe(store)
    await poll(poller)
    clock.passes(60)
    zadig.add("v1", FAILED)
    await poll(poller)
    changes: list[Any] = [record for record in caplog.records if getattr(record, "action", "") == "change"]
    assert [(one.project, one.version_name, one.transition, one.epoch) for one in changes] == [
        ("shop", "v1", "appeared", 1),
        ("shop", "v1", "failed", 1),
    ]


async def test_a_shutdown_waits_for_the_looks_that_are_just_beginning(poller: Poller, store: Store) -> None:
    await subscribe(store)
    ticking = asyncio.create_task(poller.tick())
    await asyncio.sleep(0)
    await poller.drain()
    assert await store.polls.seen("shop") == {}
    await ticking

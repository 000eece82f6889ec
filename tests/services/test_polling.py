"""Looks from claim to transaction: when they happen, what they write down, and what they leave alone when something breaks."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.errors import NotPermitted, ServerDown, Unauthorized
from bot.domain.models import Progress, Status
from bot.domain.ports import Message, Store
from bot.domain.watching import Action, Ask, Subscription, Watch
from bot.services.asking import IN_FLIGHT_SECONDS, MISSING_AFTER_SECONDS
from bot.services.polling import Poller, PollPolicy
from tests.services.fakes import START, FakeClock, FakeZadig

CREATING, SUCCESS, FAILED, RETRYING = Status.CREATING, Status.SUCCESS, Status.FAILED, Status.RETRYING
STALLED_AFTER = PollPolicy().stalled_after


class News:
    """How often somebody was told that there is something to post."""

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self) -> None:
        self.heard += 1


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def new_poller(zadig: FakeZadig, store: Store, clock: FakeClock, news: News) -> Callable[..., Poller]:
    def build(owner: str = "me", **policy: Any) -> Poller:
        return Poller(
            releases=zadig,
            store=store,
            clock=clock,
            owner=owner,
            policy=PollPolicy(**policy),
            on_news=news,
        )

    return build


@pytest.fixture
def poller(new_poller: Callable[..., Poller]) -> Poller:
    return new_poller()


async def look(poller: Poller) -> None:
    await poller.tick()
    await poller.drain()


async def subscribe(store: Store, project: str = "shop", channel: str = "C1", **changed: Any) -> None:
    await store.subscribe(Subscription(channel=channel, project=project, by="U1", since=START, **changed))


def ask(action: Action = Action.CREATE, **changed: Any) -> Ask:
    usual: dict[str, Any] = {"version_name": "v1", "user": "U2", "channel": "C9", "at": START}
    return Ask(project="shop", action=action, **(usual | changed))


async def told(store: Store, clock: FakeClock) -> list[tuple[str, str]]:
    """Everything that waits to be posted, in order, as destination and kind; all of it is posted then."""
    found: list[tuple[str, str]] = []
    while postings := await store.claim_postings("poster", now=int(clock.at), limit=100, lease=60):
        for posting in postings:
            found.append((posting.destination, posting.notification.kind))
            place = posting.message or Message(channel=posting.destination, ts=f"{posting.id}.1")
            await store.mark_posted(posting, place, now=int(clock.at))
    return found


async def due_in(store: Store, clock: FakeClock) -> int:
    """In how many seconds the project is looked at again."""
    for seconds in (0, 1, 10, 15, 20, 40, 60, 120):
        now = int(clock.at) + seconds
        if claims := await store.claim_looks("asking", now=now, limit=1, lease=0):
            assert len(claims) == 1
            return seconds
    raise AssertionError("it is never looked at")


# What is told.


async def test_the_first_look_remembers_and_is_silent(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, news: News
) -> None:
    zadig.add("v1")
    zadig.add("v2", FAILED)
    await subscribe(store)
    await look(poller)
    assert await told(store, clock) == []
    assert news.heard == 0
    assert set(await store.seen("shop") or ()) == {"v1", "v2"}


async def test_a_version_is_told_from_its_card_to_its_outcome(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, news: News
) -> None:
    await subscribe(store)
    await look(poller)
    clock.passes(60)
    zadig.add("v1")
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    clock.passes(10)
    zadig.copied("v1", 1)
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    clock.passes(10)
    await look(poller)
    assert await told(store, clock) == []
    clock.passes(10)
    zadig.move("v1", SUCCESS, progress=Progress(done=3, total=3))
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]
    assert news.heard == 3
    clock.passes(60)
    await look(poller)
    assert await told(store, clock) == []


async def test_details_move_a_retry_that_no_list_would_ever_end(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1", FAILED)
    await subscribe(store)
    await look(poller)
    clock.passes(60)
    zadig.move("v1", RETRYING)
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    clock.passes(10)
    zadig.row("v1").becomes = SUCCESS
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]


async def test_an_outcome_that_only_details_know_of_is_told_when_the_list_has_it(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await look(poller)
    clock.passes(60)
    zadig.row("v1").becomes = SUCCESS
    zadig.move("v1", CREATING, progress=Progress(done=3, total=3, upload_status="success"))
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    assert await due_in(store, clock) == 1
    clock.passes(1)
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]


async def test_a_version_that_is_gone_is_told_once(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await look(poller)
    zadig.remove("v1")
    zadig.calls.fails_next["show"] = [ServerDown("away")]
    for _ in range(3):
        clock.passes(10)
        await look(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_gone")]


async def test_a_followed_version_is_told_of_wherever_it_is_in_the_list(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("slow", RETRYING)
    await subscribe(store, only_failures=True, cards=False)
    await look(poller)
    for number in range(150):
        clock.passes(1)
        zadig.add(f"v{number}", SUCCESS)
    await look(poller)
    zadig.row("slow").becomes = FAILED
    clock.passes(10)
    await look(poller)
    assert await told(store, clock) == [("C1", "version_failed")]


async def test_old_versions_that_come_into_view_are_no_news(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    for number in range(150):
        clock.passes(1)
        zadig.add(f"v{number}", FAILED)
    await subscribe(store)
    await look(poller)
    for number in range(100, 150):
        zadig.remove(f"v{number}")
    for _ in range(15):
        clock.passes(60)
        await look(poller)
    assert await told(store, clock) == []
    assert "v0" in (await store.seen("shop") or {})


# Asks.


async def test_what_a_call_in_flight_makes_has_not_settled_before_it_is_answered(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await store.ask(ask())
    zadig.add("v1", SUCCESS)
    await look(poller)
    assert await told(store, clock) == [("C9", "version_card")]
    clock.passes(10)
    zadig.move("v1", CREATING)
    await store.answered(ask(), keep=True)
    await look(poller)
    clock.passes(10)
    zadig.move("v1", FAILED)
    await look(poller)
    assert await told(store, clock) == [("C9", "version_card"), ("C9", "version_failed")]
    assert (await store.interest("shop")).nobody


async def test_the_ask_of_a_process_that_died_ends_all_the_same(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await store.ask(ask())
    zadig.add("v1", SUCCESS)
    await look(poller)
    clock.passes(IN_FLIGHT_SECONDS)
    await look(poller)
    assert await told(store, clock) == [("C9", "version_card"), ("C9", "version_succeeded")]
    assert (await store.interest("shop")).nobody


async def test_what_never_appears_is_missed_and_its_project_forgotten(
    poller: Poller, store: Store, clock: FakeClock
) -> None:
    await store.ask(ask())
    await look(poller)
    clock.passes(MISSING_AFTER_SECONDS)
    await look(poller)
    assert await told(store, clock) == [("C9", "version_missing")]
    assert await store.seen("shop") is None


async def test_a_retry_that_was_refused_has_told_nobody_anything(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1", FAILED)
    await subscribe(store)
    await look(poller)
    retry = ask(Action.RETRY, epoch=1)
    await store.ask(retry)
    await look(poller)
    await store.answered(retry, keep=False)
    clock.passes(10)
    await look(poller)
    assert await told(store, clock) == []


async def test_an_ask_between_two_steps_of_a_look_is_not_lost(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    """Written down after the look read who is interested, answered before it read the list."""
    await subscribe(store)
    await look(poller)
    clock.passes(60)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    await store.ask(ask())
    zadig.add("v1", SUCCESS)
    await store.answered(ask(), keep=True)
    gate.set()
    await poller.drain()
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]
    await look(poller)
    assert await told(store, clock) == [("C9", "version_succeeded")]
    assert (await store.interest("shop")).asks == ()


async def test_a_watch_between_two_steps_of_a_look_is_not_lost(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store, cards=False)
    await look(poller)
    clock.passes(60)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    await store.watch(Watch(user="U3", project="shop", version_name="v1", since=int(clock.at)))
    zadig.move("v1", FAILED)
    gate.set()
    await poller.drain()
    assert await told(store, clock) == [("C1", "version_failed")]
    await look(poller)
    assert await told(store, clock) == [("U3", "version_failed")]
    assert await store.watches("U3") == ()


# When looks happen.


async def test_a_project_where_nothing_is_under_way_is_looked_at_seldom(
    poller: Poller, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    await look(poller)
    assert await due_in(store, clock) == 60


async def test_something_under_way_makes_looks_frequent(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await look(poller)
    assert await due_in(store, clock) == 10


async def test_an_ask_makes_looks_frequent(poller: Poller, store: Store, clock: FakeClock) -> None:
    await store.ask(ask())
    await look(poller)
    assert await due_in(store, clock) == 10


async def test_what_is_stalled_makes_looks_no_more_frequent(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    zadig.move("v1", CREATING, progress=Progress(done=3, total=3, upload_status="success"))
    await store.ask(ask(in_flight=False))
    clock.passes(STALLED_AFTER)
    await look(poller)
    assert await due_in(store, clock) == 60


async def test_who_acts_is_answered_at_the_next_look(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    await look(poller)
    await look(poller)
    assert len(zadig.calls.of("page")) == 1
    await store.look_soon("shop", now=int(clock.at))
    await look(poller)
    assert len(zadig.calls.of("page")) == 2


async def test_who_acts_during_a_look_is_not_forgotten(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    await store.look_soon("shop", now=int(clock.at))
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
    assert await store.seen("shop") is None
    gate.set()
    await poller.drain()
    assert await store.seen("shop") == await store.seen("bank") == {}


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
    await look(poller)
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
    await store.unsubscribe("C1", "shop")
    await look(poller)
    assert zadig.calls.made == []


# Outages of Zadig.


async def test_an_outage_is_told_once_it_has_lasted_and_the_recovery_once(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await look(poller)
    zadig.calls.fails["page"] = ServerDown("Zadig cannot be reached.")
    stories = []
    for _ in range(6):
        clock.passes(300)
        await look(poller)
        stories.append(await told(store, clock))
    assert stories == [[], [], [("C1", "project_unreachable")], [], [], []]
    zadig.calls.fails.clear()
    zadig.move("v1", SUCCESS)
    for _ in range(2):
        clock.passes(300)
        await look(poller)
    assert await told(store, clock) == [
        ("C1", "version_card"),
        ("C1", "project_back"),
        ("C1", "version_succeeded"),
    ]


async def test_a_second_outage_is_told_like_the_first(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    await look(poller)
    for _ in range(2):
        zadig.calls.fails["page"] = ServerDown("away")
        for _ in range(3):
            clock.passes(300)
            await look(poller)
        zadig.calls.fails.clear()
        clock.passes(300)
        await look(poller)
        assert await told(store, clock) == [("C1", "project_unreachable"), ("C1", "project_back")]


async def test_a_short_outage_is_nobodys_business(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    zadig.calls.fails_next["page"] = [ServerDown("away"), ServerDown("away")]
    for _ in range(4):
        clock.passes(60)
        await look(poller)
    assert await told(store, clock) == []


async def test_a_token_that_is_refused_twice_is_said_at_once(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    zadig.calls.fails["page"] = Unauthorized("Zadig does not accept the bot's API token.")
    await look(poller)
    assert await told(store, clock) == []
    clock.passes(10)
    await look(poller)
    assert await told(store, clock) == [("C1", "project_unreachable")]


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (ServerDown("away"), [10, 15, 15, 15, 15]),
        (NotPermitted("The bot may not do this in shop."), [10, 20, 40, 60, 60]),
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
        await look(poller)
        paused.append(await due_in(store, clock))
        clock.passes(paused[-1])
    assert paused == pauses


async def test_an_outage_forgets_nothing(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await look(poller)
    before = await store.seen("shop")
    zadig.calls.fails["page"] = ServerDown("away")
    clock.passes(STALLED_AFTER)
    await look(poller)
    assert await store.seen("shop") == before


async def test_one_project_that_is_away_does_not_hold_up_another(
    poller: Poller, zadig: FakeZadig, store: Store
) -> None:
    await subscribe(store)
    await subscribe(store, "bank")
    zadig.calls.fails_next["page"] = [ServerDown("away")]
    await look(poller)
    seen = [await store.seen(project) for project in ("shop", "bank")]
    assert sorted(map(str, seen)) == ["None", "{}"]


# What breaks on our side.


async def test_a_claim_that_was_lost_writes_nothing(
    new_poller: Callable[..., Poller], zadig: FakeZadig, store: Store, clock: FakeClock, news: News
) -> None:
    slow, other = new_poller("slow"), new_poller("other")
    await subscribe(store)
    await look(other)
    clock.passes(60)
    zadig.add("v1")
    gate = zadig.calls.hold("page")
    await slow.tick()
    await zadig.calls.at_gate["page"].wait()
    zadig.calls.gates.clear()
    clock.passes(120)
    await look(other)
    assert news.heard == 1
    zadig.move("v1", FAILED)
    gate.set()
    await slow.drain()
    assert news.heard == 1
    assert await told(store, clock) == [("C1", "version_card")]
    assert (await store.seen("shop") or {})["v1"].version.status is CREATING


@pytest.mark.parametrize("method", ["claim_looks", "interest", "seen", "record_look"])
async def test_without_a_database_nothing_happens_and_then_everything_does(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, *, down: set[str], method: str
) -> None:
    await subscribe(store)
    await look(poller)
    clock.passes(60)
    zadig.add("v1")
    down.add(method)
    await look(poller)
    down.clear()
    assert await told(store, clock) == []
    clock.passes(120)
    await look(poller)
    assert await told(store, clock) == [("C1", "version_card")]


async def test_a_defect_costs_one_look_and_is_in_the_log(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await subscribe(store)
    zadig.calls.fails_next["page"] = [ValueError("a defect")]
    await look(poller)
    assert "a defect" in caplog.text
    assert await store.seen("shop") is None
    clock.passes(120)
    await look(poller)
    assert await store.seen("shop") == {}


async def test_what_changed_is_in_the_log(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.services.polling")
    await subscribe(store)
    await look(poller)
    clock.passes(60)
    zadig.add("v1", FAILED)
    await look(poller)
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
    assert await store.seen("shop") == {}
    await ticking

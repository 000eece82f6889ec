"""What looks tell: from the first one, which is silent, to asks and watches that come at the wrong moment."""

from bot.domain.errors import ServerDown
from bot.domain.models import Progress, Status
from bot.domain.stores import Store
from bot.domain.watching import MISSING_AFTER_SECONDS, Action, Interest, Watch
from bot.services.polling.poller import Poller
from bot.services.requests.pending import IN_FLIGHT_SECONDS
from tests.services.fakes import FakeClock, FakeZadig
from tests.services.polled import News, ask, due_in, poll, subscribe, told

CREATING, SUCCESS, FAILED, RETRYING = Status.CREATING, Status.SUCCESS, Status.FAILED, Status.RETRYING


# What is told.


async def test_the_first_look_remembers_and_is_silent(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, news: News
) -> None:
    zadig.add("v1")
    zadig.add("v2", FAILED)
    await subscribe(store)
    await poll(poller)
    assert await told(store, clock) == []
    assert news.heard == 0
    assert set(await store.polls.seen("shop") or ()) == {"v1", "v2"}


async def test_a_version_is_told_from_its_card_to_its_outcome(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, news: News
) -> None:
    await subscribe(store)
    await poll(poller)
    clock.passes(60)
    zadig.add("v1")
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    clock.passes(10)
    zadig.copied("v1", 1)
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    clock.passes(10)
    await poll(poller)
    assert await told(store, clock) == []
    clock.passes(10)
    zadig.move("v1", SUCCESS, progress=Progress(done=3, total=3))
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]
    assert news.heard == 3
    clock.passes(60)
    await poll(poller)
    assert await told(store, clock) == []


async def test_details_move_a_retry_that_no_list_would_ever_end(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1", FAILED)
    await subscribe(store)
    await poll(poller)
    clock.passes(60)
    zadig.move("v1", RETRYING)
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    clock.passes(10)
    zadig.row("v1").becomes = SUCCESS
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]


async def test_an_outcome_that_only_details_know_of_is_told_when_the_list_has_it(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await poll(poller)
    clock.passes(60)
    zadig.row("v1").becomes = SUCCESS
    zadig.move("v1", CREATING, progress=Progress(done=3, total=3, upload_status="success"))
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card")]
    assert await due_in(store, clock) == 1
    clock.passes(1)
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]


async def test_a_version_that_is_gone_is_told_once(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store)
    await poll(poller)
    zadig.remove("v1")
    zadig.calls.fails_next["show"] = [ServerDown("away")]
    for _ in range(3):
        clock.passes(10)
        await poll(poller)
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_gone")]


async def test_a_followed_version_is_told_of_wherever_it_is_in_the_list(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("slow", RETRYING)
    await subscribe(store, only_failures=True, cards=False)
    await poll(poller)
    for number in range(150):
        clock.passes(1)
        zadig.add(f"v{number}", SUCCESS)
    await poll(poller)
    zadig.row("slow").becomes = FAILED
    clock.passes(10)
    await poll(poller)
    assert await told(store, clock) == [("C1", "version_failed")]


async def test_old_versions_that_come_into_view_are_no_news(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    for number in range(150):
        clock.passes(1)
        zadig.add(f"v{number}", FAILED)
    await subscribe(store)
    await poll(poller)
    for number in range(100, 150):
        zadig.remove(f"v{number}")
    for _ in range(15):
        clock.passes(60)
        await poll(poller)
    assert await told(store, clock) == []
    assert "v0" in (await store.polls.seen("shop") or {})


# Asks.


async def test_what_a_call_in_flight_makes_has_not_settled_before_it_is_answered(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await store.pending.ask(ask())
    zadig.add("v1", SUCCESS)
    await poll(poller)
    assert await told(store, clock) == [("C9", "version_card")]
    clock.passes(10)
    zadig.move("v1", CREATING)
    await store.pending.answered(ask(), keep=True)
    await poll(poller)
    clock.passes(10)
    zadig.move("v1", FAILED)
    await poll(poller)
    assert await told(store, clock) == [("C9", "version_card"), ("C9", "version_failed")]
    assert await store.pending.interest("shop") == Interest()


async def test_the_ask_of_a_process_that_died_ends_all_the_same(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await store.pending.ask(ask())
    zadig.add("v1", SUCCESS)
    await poll(poller)
    clock.passes(IN_FLIGHT_SECONDS)
    await poll(poller)
    assert await told(store, clock) == [("C9", "version_card"), ("C9", "version_succeeded")]
    assert await store.pending.interest("shop") == Interest()


async def test_what_never_appears_is_missed_and_its_project_forgotten(
    poller: Poller, store: Store, clock: FakeClock
) -> None:
    await store.pending.ask(ask())
    await poll(poller)
    clock.passes(MISSING_AFTER_SECONDS)
    await poll(poller)
    assert await told(store, clock) == [("C9", "version_missing")]
    assert await store.polls.seen("shop") is None


async def test_a_retry_that_was_refused_has_told_nobody_anything(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1", FAILED)
    await subscribe(store)
    await poll(poller)
    retry = ask(Action.RETRY, epoch=1)
    await store.pending.ask(retry)
    await poll(poller)
    await store.pending.answered(retry, keep=False)
    clock.passes(10)
    await poll(poller)
    assert await told(store, clock) == []


async def test_an_ask_between_two_steps_of_a_look_is_not_lost(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    """Written down after the look read who is interested, answered before it read the list."""
    await subscribe(store)
    await poll(poller)
    clock.passes(60)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    await store.pending.ask(ask())
    zadig.add("v1", SUCCESS)
    await store.pending.answered(ask(), keep=True)
    gate.set()
    await poller.drain()
    assert await told(store, clock) == [("C1", "version_card"), ("C1", "version_succeeded")]
    await poll(poller)
    assert await told(store, clock) == [("C9", "version_succeeded")]
    assert (await store.pending.interest("shop")).asks == ()


async def test_a_watch_between_two_steps_of_a_look_is_not_lost(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    zadig.add("v1")
    await subscribe(store, cards=False)
    await poll(poller)
    clock.passes(60)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    await store.watches.watch(Watch(user="U3", project="shop", version_name="v1", since=int(clock.at)))
    zadig.move("v1", FAILED)
    gate.set()
    await poller.drain()
    assert await told(store, clock) == [("C1", "version_failed")]
    await poll(poller)
    assert await told(store, clock) == [("U3", "version_failed")]
    assert await store.watches.of("U3") == ()

"""Many projects and many versions: bounded, spread, fair, and no more is asked than it takes."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.errors import NotPermitted, ServerDown, Unauthorized
from bot.domain.models import Page, Status, Version
from bot.domain.stores import Store
from bot.services.polling.poller import Poller
from tests.services.fakes import FakeClock, FakeZadig
from tests.services.polled import poll, subscribe, told

MANY = 40


class CountingZadig(FakeZadig):
    """Knows any project, and how many requests were under way at once; each takes a moment."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.sizes: list[int] = []
        self.now = self.most = 0
        self.looked_at: Counter[str] = Counter()
        self.overlapping: list[str] = []

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        self.sizes.append(size)
        self.rows.setdefault(project, [])
        if self.looked_at[project]:
            self.overlapping.append(project)
        self.now, self.looked_at[project] = self.now + 1, self.looked_at[project] + 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0.003)
            return await super().page(project, number=number, size=size)
        finally:
            self.now, self.looked_at[project] = self.now - 1, self.looked_at[project] - 1


@pytest.fixture
def zadig(clock: FakeClock) -> CountingZadig:
    return CountingZadig(clock)


@pytest.fixture
def crowd(store: Store) -> Callable[[], Any]:
    """Many projects, each followed by a channel."""

    async def subscribed() -> None:
        for number in range(MANY):
            await subscribe(store, f"p{number:03}", f"C{number % 7}", cards=False)

    return subscribed


async def settles(poller: Poller) -> None:
    """One tick, and everything that it leads to."""
    await poller.tick()
    await poller._tasks.finish()


async def lives(poller: Poller, clock: FakeClock, seconds: int, *, step: int = 1) -> None:
    for _ in range(0, seconds, step):
        clock.passes(step)
        await settles(poller)


async def test_one_tick_looks_at_all_that_is_due(
    poller: Poller, zadig: CountingZadig, crowd: Callable[[], Any]
) -> None:
    await crowd()
    await settles(poller)
    assert Counter(project for project, _ in zadig.calls.of("page")) == Counter(
        f"p{number:03}" for number in range(MANY)
    )
    assert zadig.most <= 8
    assert zadig.overlapping == []


@pytest.mark.parametrize("concurrency", [1, 3, 8])
async def test_so_many_requests_as_agreed_are_under_way_at_once(
    new_poller: Callable[..., Poller], zadig: CountingZadig, crowd: Callable[[], Any], concurrency: int
) -> None:
    poller = new_poller(concurrency=concurrency)
    await crowd()
    gate = zadig.calls.hold("page")
    await poller.tick()
    async with asyncio.timeout(20):
        while zadig.now < concurrency:  # noqa: ASYNC110 - until they are all there
            await asyncio.sleep(0.001)
    gate.set()
    await poller._tasks.finish()
    assert zadig.most == concurrency


async def test_replicas_share_what_is_due_and_overlap_nowhere(
    new_poller: Callable[..., Poller], zadig: CountingZadig, crowd: Callable[[], Any]
) -> None:
    await crowd()
    await asyncio.gather(*(settles(new_poller(f"replica {number}")) for number in range(3)))
    assert len(zadig.calls.of("page")) == MANY
    assert zadig.overlapping == []


async def test_an_idle_project_costs_one_small_list_call_in_its_time(
    poller: Poller, zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    for number in range(60):
        clock.passes(1)
        zadig.add(f"v{number}", Status.SUCCESS, project="shop")
    await subscribe(store)
    await settles(poller)
    zadig.calls.made.clear()
    zadig.sizes.clear()
    await lives(poller, clock, 1200, step=20)
    assert {call[0] for call in zadig.calls.made} == {"page"}
    assert len(zadig.sizes) == 20
    assert Counter(zadig.sizes) == {20: 18, 100: 2}


async def test_looks_do_not_stay_in_step(
    new_poller: Callable[..., Poller],
    zadig: CountingZadig,
    clock: FakeClock,
    crowd: Callable[[], Any],
) -> None:
    numbers = iter(range(10_000))
    poller = new_poller(jitter=0.1, rng=lambda: (next(numbers) * 37 % 100) / 100)
    await crowd()
    await settles(poller)
    zadig.calls.made.clear()
    seconds: list[int] = []
    for _ in range(14):
        before = len(zadig.calls.of("page"))
        await lives(poller, clock, 5, step=5)
        seconds.append(len(zadig.calls.of("page")) - before)
    assert max(seconds) < MANY
    assert sum(seconds) >= MANY
    assert len([count for count in seconds if count]) > 2


async def test_after_a_pause_of_the_bot_what_is_due_is_spread(
    new_poller: Callable[..., Poller],
    zadig: CountingZadig,
    clock: FakeClock,
    crowd: Callable[[], Any],
) -> None:
    await crowd()
    await settles(new_poller("before"))
    zadig.calls.made.clear()
    clock.passes(3600)
    poller = new_poller("after", catch_up=10)
    seconds = []
    for _ in range(4):
        before = len(zadig.calls.of("page"))
        await settles(poller)
        seconds.append(len(zadig.calls.of("page")) - before)
        clock.passes(1)
    assert seconds == [10] * 4


async def test_while_zadig_is_down_it_is_hardly_asked_and_then_everything_is_looked_at(
    poller: Poller, zadig: CountingZadig, store: Store, clock: FakeClock, crowd: Callable[[], Any]
) -> None:
    await crowd()
    await settles(poller)
    zadig.calls.fails["page"] = ServerDown("away")
    zadig.calls.made.clear()
    await lives(poller, clock, 600, step=5)
    assert len(zadig.calls.of("page")) < 120, "600 s, 40 projects, and a request every few seconds"
    assert await told(store, clock) == [(f"C{number}", "project_unreachable") for number in range(7)]
    zadig.calls.fails.clear()
    zadig.calls.made.clear()
    await lives(poller, clock, 30, step=2)
    assert len({project for project, _ in zadig.calls.of("page")}) == MANY
    assert await told(store, clock) == [(f"C{number}", "project_back") for number in range(7)]


@pytest.mark.parametrize(
    ("refusal", "most"),
    [(Unauthorized("no such token"), 2 * 60 + 20), (NotPermitted("not yours"), MANY * 60 + 300)],
    ids=["401", "403"],
)
async def test_a_token_that_is_refused_is_hardly_used_and_nothing_is_said_to_have_failed(
    poller: Poller,
    zadig: CountingZadig,
    store: Store,
    clock: FakeClock,
    crowd: Callable[[], Any],
    *,
    refusal: Exception,
    most: int,
) -> None:
    """For an hour: once or twice a minute if it is refused as such, else as often as idle projects are looked at."""
    await crowd()
    await settles(poller)
    for number in range(MANY):
        zadig.add("v1", project=f"p{number:03}")
    await lives(poller, clock, 120, step=5)
    zadig.calls.fails["page"] = refusal
    zadig.calls.made.clear()
    await lives(poller, clock, 3600, step=10)
    assert len(zadig.calls.of("page")) <= most
    kinds = Counter(kind for _, kind in await told(store, clock))
    assert set(kinds) == {"project_unreachable"}
    zadig.calls.fails.clear()
    await lives(poller, clock, 120, step=5)
    assert {kind for _, kind in await told(store, clock)} == {"project_back"}


async def test_projects_that_hang_hold_up_no_others(
    new_poller: Callable[..., Poller], zadig: CountingZadig, clock: FakeClock, crowd: Callable[[], Any]
) -> None:
    """Three never answer, as a server that drips; their claims are renewed, and the others are looked at in their time."""
    poller = new_poller(poll=5, idle=5)
    await crowd()
    await settles(poller)
    hanging = {"p003", "p017", "p031"}
    looked: dict[str, list[float]] = defaultdict(list)
    page = zadig.page

    async def hangs(project: str, **how: int) -> Page[Version]:
        looked[project].append(clock.at)
        if project in hanging:
            await asyncio.Event().wait()
        return await page(project, **how)

    zadig.page = hangs  # type: ignore[method-assign] # Zadig on a bad day
    for _ in range(120):
        clock.passes(1)
        await poller.tick()
        while set(poller._turns) - hanging:  # noqa: ASYNC110 - a look that is over tells nobody
            await asyncio.sleep(0.001)
    gaps = [
        late - early
        for project, times in looked.items()
        if project not in hanging
        for early, late in pairwise(times)
    ]
    assert len(looked) == MANY
    assert sorted(gaps)[-len(gaps) // 100] <= 5 + 1, "a tick late at most"
    assert max(gaps) <= 5 + 2
    assert {len(looked[project]) for project in hanging} == {1}
    await poller.drain(0)


async def test_details_are_bounded_and_everybody_gets_a_turn(
    poller: Poller, zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    for number in range(90):
        zadig.add(f"v{number:02}", Status.CREATING, project="shop")
    clock.passes(60)
    await subscribe(store)
    counts = []
    for _ in range(5):
        before = len(zadig.calls.of("show"))
        await poll(poller)
        counts.append(len(zadig.calls.of("show")) - before)
        clock.passes(10)
    assert counts == [20] * 5
    assert len({name for _, name in zadig.calls.of("show")}) == 90


async def test_retries_move_although_much_is_being_made(
    poller: Poller, zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    for number in range(60):
        zadig.add(f"v{number:02}", Status.CREATING, project="shop")
    zadig.add("z", Status.RETRYING, project="shop")
    zadig.row("z").becomes = Status.SUCCESS
    clock.passes(60)
    await subscribe(store, cards=False)
    await poll(poller)
    clock.passes(10)
    await poll(poller)
    seen = await store.polls.seen("shop") or {}
    assert seen["z"].version.status is Status.SUCCESS


async def test_nobody_learns_how_far_the_copying_is_while_others_wait_for_their_look(
    new_poller: Callable[..., Poller], zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    poller = new_poller(concurrency=1)
    for number in range(12):
        zadig.rows[f"p{number}"] = []
        zadig.add("v1", Status.CREATING, project=f"p{number}")
        await subscribe(store, f"p{number}")
    clock.passes(60)
    await settles(poller)
    assert len(zadig.calls.of("show")) == 12
    zadig.calls.made.clear()
    clock.passes(20)
    await settles(poller)
    assert len(zadig.calls.of("page")) == 12
    assert len(zadig.calls.of("show")) < 6


async def test_a_look_that_takes_long_keeps_its_claim_and_is_not_begun_twice(
    poller: Poller, zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    for _ in range(60):
        clock.passes(2)
        await poller.tick()
    assert len(zadig.calls.of("page")) == 1
    gate.set()
    await poller.drain()
    assert await store.polls.seen("shop") == {}


async def test_a_look_that_takes_for_ever_is_given_up(
    new_poller: Callable[..., Poller], zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    poller = new_poller(longest_poll=100)
    await subscribe(store)
    zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    zadig.calls.gates.clear()
    for _ in range(80):
        clock.passes(2)
        await poller.tick()
    await poller.drain()
    assert await store.polls.seen("shop") == {}


async def test_a_claim_that_waited_too_long_for_its_turn_is_left_to_others(
    new_poller: Callable[..., Poller], zadig: CountingZadig, store: Store, clock: FakeClock
) -> None:
    poller = new_poller(concurrency=1)
    await subscribe(store)
    await settles(poller)
    for number in range(3):
        await subscribe(store, f"p{number}")
    clock.passes(60)
    gate = zadig.calls.hold("page")
    await poller.tick()
    await zadig.calls.at_gate["page"].wait()
    clock.passes(15)
    gate.set()
    await poller._tasks.finish()
    first = len(zadig.calls.of("page"))
    assert first < 5
    clock.passes(10)
    zadig.calls.gates.clear()
    await settles(poller)
    assert {project for project, _ in zadig.calls.of("page")} == {"shop", "p0", "p1", "p2"}


async def test_what_a_poller_remembers_does_not_grow_with_what_it_looks_at(
    poller: Poller, clock: FakeClock, crowd: Callable[[], Any]
) -> None:
    await crowd()
    await lives(poller, clock, 130, step=10)
    assert (len(poller._turns), len(poller._claimed), len(poller._tasks._running)) == (0, 0, 0)
    assert len(poller._poll_run.project_reader.ration) == 0

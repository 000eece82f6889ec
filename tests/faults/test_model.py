"""Any history of versions, looks, deaths, freezes, faults and clock jumps: everything is told exactly once and in order."""

import asyncio
import contextlib
from collections import Counter
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain.models import Status
from bot.domain.notifications import Afterwards, Since
from bot.domain.watching import Subscription
from bot.failpoints import Point
from bot.store import open_store
from tests.faults.model import (
    PROJECT,
    START,
    Books,
    Bot,
    Died,
    Gate,
    Machine,
    ModelSlack,
    ModelZadig,
    Shown,
    dying_at,
    shown,
)

CHANNELS = ("C1", "C2")
CREATING, RETRYING, SUCCESS, FAILED = Status.CREATING, Status.RETRYING, Status.SUCCESS, Status.FAILED
FAULTS = ("429", "unreachable", "lost request", "lost answer", "slow")
DELETED = Since(what=Afterwards.DELETED)
BECAME = {SUCCESS: Afterwards.SUCCEEDED, FAILED: Afterwards.FAILED}
LEASE = 20
HOUR = 3600.0


class AnyHistory(RuleBasedStateMachine):
    """Two processes over one database; rules are what can happen, the teardown checks the books."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = contextlib.AsyncExitStack()
        self.machine = Machine()
        self.zadig = ModelZadig(self.machine)
        self.slack = ModelSlack(self.machine)
        self.books = Books()
        self.bots: list[Bot] = []

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize(before=st.integers(0, 2))
    def begin(self, before: int) -> None:
        """There may be versions from before, of which nothing is told."""
        for _ in range(before):
            self.zadig.create(FAILED)
        self.run(self._open())

    async def _open(self) -> None:
        self.store = await self.stack.enter_async_context(open_store("sqlite+aiosqlite:///:memory:"))
        for channel in CHANNELS:
            await self.store.subscriptions.subscribe(
                Subscription(
                    channel=channel, project=PROJECT, by="U1", since=int(START), in_thread=channel == "C2"
                )
            )
        self.bots = [self._born(), self._born()]
        await self.bots[0].tick()

    def _born(self) -> Bot:
        return Bot(self.store, self.books, self.zadig, self.slack, self.machine)

    # What happens in Zadig.

    @rule(status=st.sampled_from([CREATING, CREATING, SUCCESS, FAILED]))
    def a_version_appears(self, status: Status) -> None:
        note(f"{self.zadig.create(status)} appears: {status}")

    @precondition(lambda self: self.zadig.some(CREATING, RETRYING))
    @rule(data=st.data(), status=st.sampled_from([SUCCESS, FAILED]))
    def a_version_settles(self, data: st.DataObject, status: Status) -> None:
        self.zadig.move(data.draw(st.sampled_from(self.zadig.some(CREATING, RETRYING))), status)

    @precondition(lambda self: self.zadig.some(FAILED))
    @rule(data=st.data())
    def a_version_is_retried(self, data: st.DataObject) -> None:
        self.zadig.move(data.draw(st.sampled_from(self.zadig.some(FAILED))), RETRYING)

    @precondition(lambda self: self._settled_and_seen())
    @rule(data=st.data())
    def a_settled_version_is_deleted(self, data: st.DataObject) -> None:
        self.zadig.deleted.add(data.draw(st.sampled_from(self._settled_and_seen())))

    def _settled_and_seen(self) -> list[str]:
        settled = self.zadig.some(SUCCESS, FAILED)
        return [name for name in settled if self.books.seen[name][-1:] == [self.zadig.versions[name].status]]

    # What goes wrong outside.

    @rule(calls=st.integers(1, 3))
    def zadig_is_away(self, calls: int) -> None:
        self.zadig.away += calls

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def slack_fails(self, faults: list[str]) -> None:
        self.slack.faults.extend(faults)

    @rule(jump=st.sampled_from([HOUR, -HOUR, 30 * 24 * HOUR, -30 * 24 * HOUR]))
    def the_clock_is_set(self, jump: float) -> None:
        self.machine.jump += jump

    # What happens to the processes.

    @rule(seconds=st.integers(1, 12))
    def time_passes(self, seconds: int) -> None:
        self.run(self._passes(seconds))

    async def _passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.machine.passed += 1
            for bot in tuple(self.bots):
                await bot.tick()

    @rule(which=st.integers(0, 1), point=st.sampled_from(Point), times=st.integers(1, 3))
    def a_process_dies(self, which: int, point: Point, times: int) -> None:
        """On a new version, if it comes to that point within a few seconds; another one is started in its place."""
        self.zadig.create(CREATING)
        self.run(self._die(which, point, times))

    async def _die(self, which: int, point: Point, times: int) -> None:
        dying = self.bots[which]
        with dying_at(point, times) as died:
            for _ in range(6):
                self.machine.passed += 1
                with contextlib.suppress(Died):
                    await (dying.stop() if point is Point.WHILE_DRAINING else dying.tick())
                if died or point is Point.WHILE_DRAINING:
                    break
        await dying.die()
        self._replace(which)

    @rule(which=st.integers(0, 1))
    def a_process_is_stopped(self, which: int) -> None:
        self.run(self.bots[which].stop())
        self._replace(which)

    def _replace(self, which: int) -> None:
        """A process reads the wall clock when it starts, so that has been put right by then."""
        self.machine.jump = 0
        self.bots[which] = self._born()

    @rule(
        which=st.integers(0, 1),
        seconds=st.sampled_from([5, 12, LEASE + 1, 2 * LEASE]),
        looking=st.booleans(),
        news=st.sampled_from([SUCCESS, FAILED]),
    )
    def a_process_freezes(self, which: int, seconds: int, *, looking: bool, news: Status) -> None:
        """On a new version, with a look in hand or just before it sends. The other goes on, sees more, and then it does too."""
        self.zadig.create(CREATING)
        self.run(self._freeze(which, seconds, self.zadig.gate if looking else self.slack.gate, news))

    async def _freeze(self, which: int, seconds: int, gate: Gate, news: Status) -> None:
        frozen, other = self.bots[which], self.bots[1 - which]
        gate.shut()
        frozen_tick = await self._until_at(gate, frozen)
        if frozen_tick is None:
            gate.open()
            return
        for name in self.zadig.some(CREATING, RETRYING)[:1]:
            self.zadig.move(name, news)
        for _ in range(seconds):
            self.machine.passed += 1
            await other.tick()
        gate.open()
        await frozen_tick

    async def _until_at(self, gate: Gate, bot: Bot) -> asyncio.Task[None] | None:
        """What it is doing when it stands there; None if it does not come by within a few seconds."""
        there = asyncio.create_task(gate.reached.wait())
        for _ in range(6):
            self.machine.passed += 1
            tick = asyncio.create_task(bot.tick())
            await asyncio.wait((tick, there), return_when=asyncio.FIRST_COMPLETED)
            if there.done():
                return tick
        there.cancel()
        return None

    # In the end.

    def teardown(self) -> None:
        try:
            if self.bots:
                self.run(self._settle())
                self._check()
        finally:
            self.run(self.stack.aclose())
            self.loop.close()

    async def _settle(self) -> None:
        """Every fault is over, every version ends, and time enough passes."""
        self.zadig.away = 0
        self.slack.faults.clear()
        await self._passes(10)
        for name in self.zadig.some(CREATING, RETRYING):
            self.zadig.move(name, SUCCESS)
        for _ in range(60):
            await self._passes(5)
            if not await self.store.outbox.backlog() and self._seen():
                break
        for bot in self.bots:
            await bot.die()

    def _seen(self) -> bool:
        settled = all(self.books.seen[name][-1:] == [one.status] for name, one in self.zadig.versions.items())
        memory = self.books.memory
        return settled and all(name not in memory or memory[name].gone for name in self.zadig.deleted)

    def _check(self) -> None:
        assert self._seen(), "a version was never looked at"
        for channel in CHANNELS:
            stands = self.slack.channels[channel]
            twice = [key for key, count in Counter(one.key for one in stands).items() if count > 1]
            assert not twice, twice
            for name, version in self.zadig.versions.items():
                there = shown(stands, name)
                assert there.kinds == self.books.due(name), (channel, name)
                cards = [card.version.status for card in there.cards]
                assert cards in ([version.status], [] if name in self.books.old else [version.status]), (
                    channel,
                    name,
                )
                self._check_what_became_of_it(channel, name, there)

    def _check_what_became_of_it(self, channel: str, name: str, there: Shown) -> None:
        """Nothing that stands says what is over; a deletion that was seen is told in one thread, once."""
        gone = self.books.gone(name)
        assert [card.gone for card in there.cards] == [gone] * len(there.cards), (channel, name)
        assert there.deletions == (gone and bool(there.cards or there.outcomes)), (channel, name)
        if gone:
            assert [one.since for one in there.outcomes] == [DELETED] * len(there.outcomes), (channel, name)
            return
        over, last = there.outcomes[:-1], there.outcomes[-1:]
        became = [Since(what=BECAME[self.zadig.versions[name].status])] * len(over)
        assert [one.since for one in over] == became, (channel, name)
        assert [one.since for one in last] == [None] * len(last), (channel, name)


def test_any_history_is_told_exactly_once_and_in_order() -> None:
    run_state_machine_as_test(
        AnyHistory,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
            # A history that fails is printed whole: to make it short takes minutes, which is for whoever mends it.
            phases=(Phase.explicit, Phase.generate),
        ),
    )

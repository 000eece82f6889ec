"""One process's worth of world without a socket: a Zadig, a Slack and a clock that do as a test says, and bots on a real SQLite."""

import asyncio
import itertools
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import cast

from bot import failpoints
from bot.clock import SystemClock
from bot.domain.changes import Memory
from bot.domain.errors import NotFound, ServerDown
from bot.domain.models import Kind, Page, Status, Version, VersionDetails, VersionReference
from bot.domain.notifications import (
    Notification,
    VersionCard,
    VersionDeleted,
    VersionEnded,
)
from bot.domain.ports import (
    PollOutcome,
    Posted,
    PostedMessage,
    Posting,
    PostResult,
    Releases,
    TryLater,
    Unclear,
)
from bot.domain.stores import Store
from bot.failpoints import Point, reached
from bot.services.delivery.digests import DigestPolicy
from bot.services.delivery.notifier import Notifier, PostPolicy
from bot.services.polling.poller import Poller, PollPolicy
from tests.services.fakes import Instead

START = 1_700_000_000.0
PROJECT = "shop"


class Died(BaseException):
    """What a crash point raises: no handler of ours catches it, and no `finally` of ours writes anything."""


class Machine:
    """Its clocks; `jump` is what somebody has done to the wall clock."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.jump = 0.0

    def wall(self) -> float:
        return START + self.passed + self.jump

    def monotonic(self) -> float:
        return 1000.0 + self.passed


class Gate:
    """Where a process can be frozen: once shut, the next one that comes by stands there until it is opened."""

    def __init__(self) -> None:
        self._opened: asyncio.Event | None = None
        self.reached = asyncio.Event()

    def shut(self) -> None:
        self._opened = asyncio.Event()
        self.reached.clear()

    def open(self) -> None:
        if self._opened is not None:
            self._opened.set()
        self._opened = None

    async def pass_by(self) -> None:
        if self._opened is not None and not self.reached.is_set():
            self.reached.set()
            await self._opened.wait()


class ModelZadig:
    """As much of the port Releases as looks need. `away` is how many calls fail next; at `gate` a look has its answer."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.gate = Gate()
        self._ids = itertools.count(1)
        self.versions: dict[str, Version] = {}
        self.deleted: set[str] = set()
        self.away = 0

    def create(self, status: Status) -> str:
        name = f"v{len(self.versions) + 1}"
        self.versions[name] = Version(
            project=PROJECT,
            name=name,
            id=f"{next(self._ids):024x}",
            kind=Kind.K8S,
            status=status,
            status_word=str(status),
            created_at=int(START + self._machine.passed),
        )
        return name

    def move(self, name: str, status: Status) -> None:
        self.versions[name] = replace(self.versions[name], status=status, status_word=str(status))

    def some(self, *statuses: Status) -> list[str]:
        return [name for name, version in self._there().items() if version.status in statuses]

    def _there(self) -> dict[str, Version]:
        return {name: one for name, one in self.versions.items() if name not in self.deleted}

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        self._answer()
        newest = sorted(self._there().values(), key=lambda one: -one.created_at)
        await self.gate.pass_by()
        return Page(
            items=tuple(newest[(number - 1) * size : number * size]),
            total=len(newest),
            number=number,
            size=size,
        )

    async def find(self, project: str, name: str) -> Version | None:
        self._answer()
        return self._there().get(name)

    async def show(self, reference: VersionReference) -> VersionDetails:
        self._answer()
        if reference.name not in self._there():
            raise NotFound("It is not there.")
        return VersionDetails(version=self.versions[reference.name], images=())

    def _answer(self) -> None:
        if self.away:
            self.away -= 1
            raise ServerDown("away")


@dataclass(kw_only=True)
class Stands:
    """A message in Slack; `at` is when Slack got round to it."""

    operation_id: str
    key: str
    notification: Notification
    message: PostedMessage
    at: float


class ModelSlack:
    """The port Poster. Each post takes the next of `faults`; `gate` stands just before a request goes out."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._numbers = itertools.count(1)
        self.channels: dict[str, list[Stands]] = defaultdict(list)
        self.late: list[tuple[float, Posting]] = []
        self.faults: deque[str] = deque()
        self.gate = Gate()

    async def post(self, posting: Posting) -> PostResult:
        await self.gate.pass_by()
        reached(Point.BEFORE_POST)
        if self._machine.monotonic() >= posting.send_before:
            return TryLater(reason="too late to send", seconds=0)
        self._settle()
        return self._sent(posting)

    def _sent(self, posting: Posting) -> PostResult:
        match self.faults.popleft() if self.faults else "":
            case "429":
                return TryLater(reason="ratelimited", seconds=7)
            case "unreachable":
                return TryLater(reason="no connection", whole_workspace=True)
            case "lost request":
                return Unclear(reason="connection closed", settles_in=5)
            case "lost answer":
                self._stand(posting)
                return Unclear(reason="connection closed", settles_in=5)
            case "slow":
                self.late.append((self._machine.monotonic() + 14, posting))
                return Unclear(reason="time-out", settles_in=15)
            case _:
                pass
        return Posted(message=self._stand(posting))

    def _settle(self) -> None:
        """What Slack has been slow with stands by now."""
        now = self._machine.monotonic()
        for posting in [posting for at, posting in self.late if at <= now]:
            self._stand(posting)
        self.late = [(at, posting) for at, posting in self.late if at > now]

    def _stand(self, posting: Posting) -> PostedMessage:
        there = self.channels[posting.destination]
        if posting.message is not None:
            stands = next(one for one in there if one.message == posting.message)
            stands.notification = posting.notification
            return posting.message
        message = PostedMessage(channel=posting.destination, ts=f"{next(self._numbers)}.000100")
        there.append(
            Stands(
                operation_id=posting.operation_id,
                key=posting.key,
                notification=posting.notification,
                message=message,
                at=self._machine.passed,
            )
        )
        return message

    async def find(self, posting: Posting) -> PostResult:
        self._settle()
        for one in self.channels[posting.destination]:
            if one.operation_id == posting.operation_id:
                return Posted(message=one.message)
        return TryLater(reason="not in the channel")


@dataclass
class Books:
    """What was seen of each version by looks that were written down, oldest first: the simple model of what has to be told."""

    seen: dict[str, list[Status]] = field(default_factory=lambda: defaultdict(list))
    old: set[str] = field(default_factory=set)
    memory: Memory = field(default_factory=dict)
    begun: bool = False

    def write(self, outcome: PollOutcome) -> None:
        """A look was committed."""
        if outcome.memory is None:
            return
        self.memory = outcome.memory
        for name, one in outcome.memory.items():
            if not self.begun:
                self.old.add(name)
            if self.seen[name][-1:] != [one.version.status]:
                self.seen[name].append(one.version.status)
        self.begun = True

    def due(self, name: str) -> list[str]:
        """The outcomes of a version: one each time it was seen to have settled. The first look announces nothing."""
        statuses = self.seen[name][1:] if name in self.old else self.seen[name]
        return [f"version_{_ENDING[status]}" for status in statuses if status in _ENDING]

    def gone(self, name: str) -> bool:
        """Whether its deletion was seen. What was forgotten before cannot be."""
        return name in self.memory and self.memory[name].gone


_ENDING = {Status.SUCCESS: "succeeded", Status.FAILED: "failed"}


def watched(store: Store, books: Books) -> Store:
    """A store that tells the books what has been committed."""

    async def record(outcome: PollOutcome, *, now: int) -> bool:
        recorded = await store.polls.record(outcome, now=now)
        if recorded:
            books.write(outcome)
        return recorded

    return cast("Store", Instead(store, polls=Instead(store.polls, record=record)))


class Bot:
    """One process: it dies with everything that it had in mind."""

    _numbers = itertools.count(1)

    def __init__(
        self, store: Store, books: Books, zadig: ModelZadig, slack: ModelSlack, machine: Machine
    ) -> None:
        self.owner = f"bot {next(self._numbers)}"
        self._store = store
        self.clock = SystemClock(wall=machine.wall, monotonic=machine.monotonic)
        noted = watched(store, books)
        self.notifier = Notifier(
            store=noted,
            poster=slack,
            clock=self.clock,
            owner=self.owner,
            policy=PostPolicy(jitter=0, folds=DigestPolicy(more_than=10_000)),
        )
        self.poller = Poller(
            releases=cast("Releases", zadig),
            store=noted,
            clock=self.clock,
            owner=self.owner,
            policy=PollPolicy(poll=5, idle=5, jitter=0),
            on_news=lambda: None,
        )

    async def tick(self) -> None:
        """What the scheduler does every second, and everything that comes of it."""
        await self.poller.tick()
        await self.poller._tasks.finish()
        await self.notifier.tick()
        await self.notifier._tasks.finish()

    async def die(self) -> None:
        """As by SIGKILL."""
        self.notifier._closing = True
        for timer in self.notifier._timers.values():
            timer.cancel()
        await self.notifier._tasks.drain(0)
        await self.poller._tasks.drain(0)

    async def stop(self) -> None:
        """As by SIGTERM."""
        await self.poller.drain()
        await self.notifier.drain()
        await self._store.outbox.release_claims(self.owner)


@contextmanager
def dying_at(point: Point, times: int) -> Iterator[list[Point]]:
    """The process that comes to this point for the so manieth time dies there; where it died, if it did."""
    left = times
    died: list[Point] = []

    def strike(at: Point) -> None:
        nonlocal left
        left -= at is point
        if at is point and left == 0:
            died.append(at)
            raise Died

    failpoints.arm(strike)
    try:
        yield died
    finally:
        failpoints.arm(None)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The messages about one version in one channel, oldest first."""

    cards: list[VersionCard]
    outcomes: list[VersionEnded]
    deletions: int

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.outcomes]


def shown(stands: list[Stands], name: str) -> Shown:
    mine = [one.notification for one in stands if about(one.notification) == name]
    return Shown(
        cards=[one for one in mine if isinstance(one, VersionCard)],
        outcomes=[one for one in mine if isinstance(one, VersionEnded)],
        deletions=sum(isinstance(one, VersionDeleted) for one in mine),
    )


def about(notification: Notification) -> str:
    """The name of the version that it is about, if it is about one."""
    version = getattr(notification, "version", None)
    return version.name if isinstance(version, Version) else ""

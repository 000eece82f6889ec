"""A sandbox and any number of the bot's processes in front of it, whose books can be checked in the end."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

from bot.config import Settings
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.store import open_store
from tests.faults.ledger import Hearing, Record, Tally, balance
from tests.faults.replicas import Balancer, Replica
from tests.faults.wire import Door, door_to
from tests.journeys.living import ADA, Life, Person, living

Mode = Literal["http", "socket"]
T = TypeVar("T")

POLL_SECONDS, IDLE_POLL_SECONDS = 1.0, 1.0
# What the bot promises to need at most for a change while everything is up.
PROMPT_SECONDS = POLL_SECONDS + 2.0
# How often the books are looked at while waiting for them to balance.
LOOK_SECONDS = 0.2
# The books of every cluster that came to a good end, for whoever sums them up.
BOOKS: list[Tally] = []
# Alembic takes one migration at a time in a process; a lock is bound to its loop.
_migrations: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


@dataclass(kw_only=True)
class Cluster:
    """The sandbox (`life`), the bot's processes (`replicas`), what Zadig did (`record`) and who subscribed (`hearings`).

    The processes reach Slack and Zadig through doors that can be shut.
    """

    life: Life
    replicas: list[Replica]
    record: Record
    balancer: Balancer
    store: Store
    slack_door: Door
    zadig_door: Door
    hearings: list[Hearing] = field(default_factory=list)
    _struck: int = 0
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def ada(self) -> Person:
        return self.life.person(ADA)

    async def start(self, **more: str) -> None:
        """Every replica, and wait until they serve and, in Socket Mode, until they are connected."""
        for replica in self.replicas:
            await replica.start(**more)
        for replica in self.replicas:
            await replica.serving()
        if self.life.world.workspace.settings.app.socket_mode:
            await until(lambda: len(self.life.world.workspace.sockets) >= len(self.replicas), "sockets stand")

    async def subscribe(self, project: str, channel: str, *words: str) -> None:
        """A channel subscribes by its slash command, and waits for the answer."""
        where = (await self.ada.channel(channel))["id"]
        await self.ada.types(" ".join(["/release subscribe", project, *words]), channel=channel)
        await self.ada.sees("now subscribed", project, channel=channel, seconds=20)
        self.hearings.append(
            Hearing(
                channel=where,
                project=project,
                cards="nocards" not in words,
                only_failures="failures" in words,
            )
        )

    async def follow(self, *subscriptions: tuple[str, str, *tuple[str, ...]]) -> None:
        """Channels subscribe without a word, as it were before the bot was started."""
        for project, channel, *words in subscriptions:
            where = (await self.ada.channel(channel))["id"]
            wish = Subscription(
                channel=where,
                project=project,
                by=ADA,
                since=int(time.time()),
                only_failures="failures" in words,
                in_thread="thread" in words,
                cards="nocards" not in words,
            )
            await self.store.subscriptions.subscribe(wish)
            self.hearings.append(
                Hearing(channel=where, project=project, cards=wish.cards, only_failures=wish.only_failures)
            )

    async def remembered(self) -> None:
        """Wait until every project has been looked at once: what happens from then on is news."""
        for project in {hearing.project for hearing in self.hearings}:
            end = time.monotonic() + 60
            while await self.store.polls.seen(project) is None:
                assert time.monotonic() < end, f"nobody looks at {project}\n{self.last_lines()}"
                await asyncio.sleep(0.1)

    async def create(self, project: str = "shop", outcome: str = "success", **more: Any) -> str:
        """Somebody creates a version in Zadig; its name."""
        name = f"{outcome[0]}{next(self._numbers):03}"
        answer = await self.life.zadig(project, "create", name, outcome=outcome, **more)
        assert answer["ok"], answer
        return name

    def struck(self) -> None:
        """Something has been made to go wrong that nobody else counts."""
        self._struck += 1

    @property
    def faults(self) -> int:
        """How often something has been made to go wrong, deaths and shut doors included."""
        deaths = sum(end < 0 for replica in self.replicas for end in replica.ends)
        return self._struck + deaths + self.slack_door.disturbed + self.zadig_door.disturbed

    async def zadig_fault(self, kind: str, **more: Any) -> None:
        """Every answer of Zadig goes wrong in this way until it is well again."""
        self.struck()
        await self.life.zadig_fault(kind=kind, **more)

    async def slack_fault(self, kind: str, *, method: str = "*", times: int | None = 1, **more: Any) -> None:
        """Something goes wrong in Slack's Web API."""
        self._struck += times or 1
        body = {"where": "api", "kind": kind, "method": method, "times": times, **more}
        answer = await self.life.http.post("/_control/faults", json=body)
        assert answer.json()["ok"], answer.text

    async def slack_well(self) -> None:
        await self.life.http.delete("/_control/faults")

    def tally(self) -> Tally:
        books = balance(self.record, self.life.world.workspace, self.hearings)
        return replace(books, faults=self.faults)

    async def balanced(self, seconds: float = 60, *, settle: float = 1.5) -> Tally:
        """Wait until Zadig rests and everything has been told; AssertionError with what is wrong if that takes longer.

        After that a while more, in which nothing is told twice.
        """
        end = time.monotonic() + seconds
        while not (self.record.at_rest and self.tally().right) and time.monotonic() < end:  # noqa: ASYNC110 - the workspace tells nobody
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(settle)
        tally = self.tally()
        assert tally.right, f"{tally.complaints}\n{self.last_lines()}"
        assert tally.expected, "nothing happened"
        return tally

    def last_lines(self) -> str:
        return "\n".join(f"--- {one.name}\n{one.last_lines(25)}" for one in self.replicas)


async def together(trials: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all of them; they mostly wait, so they do that side by side. If one fails, the others end."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(trial) for trial in trials]
    return [task.result() for task in tasks]


async def until(true: Callable[[], bool], what: str, seconds: float = 60) -> float:
    """Wait; how long it took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds, f"waited {seconds} s in vain until {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - started


@asynccontextmanager
async def cluster(
    directory: Path, *, database: str, replicas: int, mode: Mode = "http", **settings: Any
) -> AsyncIterator[Cluster]:
    """A sandbox and so many replicas, none of which is started yet; at the end all of them are killed."""
    usual: dict[str, Any] = {
        "poll_seconds": POLL_SECONDS,
        "idle_poll_seconds": IDLE_POLL_SECONDS,
        "log_format": "json",
    }
    async with AsyncExitStack() as stack:
        life = await stack.enter_async_context(living(mode=mode, database=database, **usual | settings))
        record = await stack.enter_async_context(Record(life.world.zadig).kept())
        port = int(life.address.rpartition(":")[2])
        slack = await stack.enter_async_context(door_to(port))
        zadig = await stack.enter_async_context(door_to(port))
        through_doors = {
            "SLACK_API_URL": f"http://127.0.0.1:{slack.port}/api/",
            "ZADIG_URL": f"http://127.0.0.1:{zadig.port}/zadig",
        }
        bots = [
            Replica(
                name=f"bot-{number}",
                environment=environment(life.settings) | through_doors,
                directory=directory,
            )
            for number in range(replicas)
        ]
        balancer = Balancer(bots)
        stack.push_async_callback(balancer.aclose)
        life.bot_app.app = balancer
        for bot in bots:
            stack.push_async_callback(bot.kill)
        async with _migrations.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            store = await stack.enter_async_context(open_store(database))
        made = Cluster(
            life=life,
            replicas=bots,
            record=record,
            balancer=balancer,
            store=store,
            slack_door=slack,
            zadig_door=zadig,
        )
        yield made
        BOOKS.append(made.tally())


def environment(settings: Settings) -> dict[str, str]:
    """The variables of these settings; the address is each replica's own."""
    secret = {
        name: value.get_secret_value()
        for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret", "zadig_token")
        if (value := getattr(settings, name)) is not None
    }
    plain = settings.model_dump(exclude={*secret, "host", "port"}, exclude_none=True)
    return {name.upper(): str(value) for name, value in (plain | secret).items()}

"""How fast the whole bot answers Slack, against apps that do nothing else."""

import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.bench.hammering import Load, hammer
from tests.bench.measuring import Row
from tests.bench.payloads import command, draft, submission
from tests.bench.servers import Bare, Server, bare, outside, printed, whole_bot
from tests.bench.worlds import World, database

ROUNDS = 3
COMMANDS: Mapping[int, int] = {1: 200, 16: 1600, 64: 2560}  # so many in all, by how many at a time
WORKED: Mapping[int, int] = {1: 100, 16: 320, 64: 640}
# Few enough to be answered before the first of them are carried out, a quarter of a second after their answers.
SUBMITTED: Mapping[int, int] = {1: 96, 16: 96, 64: 128}
WORLD = World(projects=1)
COMMITS = 500
_WARM = 64


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Kind:
    """Something that is asked of the bot: what it is called, and the bounds that the reference sets.

    `rate` and `before` bound the rate of 16 at a time against Bolt and against Bolt with process_before_response.
    """

    what: str
    counts: Mapping[int, int]
    against: tuple[Bare, ...] = (Bare.BOLT, Bare.BOLT_BEFORE)
    rate: float | None = None
    before: float | None = None


HELP = Kind(what="command", counts=COMMANDS, rate=1.1, before=0.35)
WORK = Kind(what="command with work after it", counts=WORKED, against=(Bare.BOLT,))
SUBMISSION = Kind(what="submission, kept first", counts=SUBMITTED, rate=1.1)
FORGED = Kind(what="forged request", counts={16: 3200})

Asked = Kind | Bare
Bodies = Callable[[], str]


class Best:
    """The best of several rounds: of a machine that others use too, the least disturbed."""

    def __init__(self) -> None:
        self.rate, self.p50, self.p99 = 0.0, float("inf"), float("inf")

    def take(self, load: Load) -> None:
        self.rate = max(self.rate, load.rate)
        self.p50, self.p99 = min(self.p50, load.p50), min(self.p99, load.p99)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Everything that runs, and what is sent to it."""

    bot: Server
    bare: Mapping[Bare, Server]
    bodies: Mapping[Kind, Bodies]

    def on_stage(self) -> Iterator[tuple[Asked, Server, Kind]]:
        """Who is asked what, in the order in which they take turns."""
        for app, server in self.bare.items():
            yield app, server, HELP
        for kind in (HELP, WORK, SUBMISSION):
            yield kind, self.bot, kind


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    numbers = itertools.count()
    drafts = [draft(number) for number in range(ROUNDS * sum(SUBMITTED.values()))]
    unsent = iter(drafts)
    async with AsyncExitStack() as stack:
        around = await stack.enter_async_context(outside(WORLD))
        address = await stack.enter_async_context(database(WORLD, drafts))
        bot = await stack.enter_async_context(whole_bot(around, address))
        respond = f"{around.address}/api/response"
        yield Stage(
            bot=bot,
            bare={kind: await stack.enter_async_context(bare(kind, around)) for kind in Bare},
            bodies={
                HELP: lambda: command("help", next(numbers)),
                WORK: lambda: command("subscriptions", next(numbers), response_url=respond),
                SUBMISSION: lambda: submission(next(unsent)),
                FORGED: lambda: command("help", next(numbers)),
            },
        )


async def measure() -> list[Row]:
    """Rounds in turn: the bare apps, then the bot, again and again."""
    found: dict[tuple[Asked, int], Best] = {}
    forged: dict[Server, Best] = {}
    commits = 0.0
    async with stage() as here:
        for server in (*here.bare.values(), here.bot):
            await hammer(server, [here.bodies[HELP]() for _ in range(_WARM)], at_a_time=1)
        for _ in range(ROUNDS):
            for asked, server, kind in here.on_stage():
                for at_a_time, count in kind.counts.items():
                    load = await _load(here, server, kind, at_a_time, count)
                    found.setdefault((asked, at_a_time), Best()).take(load)
            for server in (here.bare[Bare.STARLETTE], here.bot):
                load = await _load(here, server, FORGED, 16, FORGED.counts[16])
                forged.setdefault(server, Best()).take(load)
            commits = max(commits, float(await printed("-m", "tests.bench.bare_commits", str(COMMITS))))
    rows = [row for kind in (HELP, WORK, SUBMISSION) for row in _rows(kind, found)]
    return [
        *rows,
        _kept(found[SUBMISSION, 16], commits),
        _turned_away(forged[here.bot], forged[here.bare[Bare.STARLETTE]]),
    ]


async def _load(here: Stage, server: Server, kind: Kind, at_a_time: int, count: int) -> Load:
    bodies = [here.bodies[kind]() for _ in range(count)]
    load = await hammer(server, bodies, at_a_time=at_a_time, forged=kind is FORGED)
    if server is here.bot:
        await server.idle()  # what goes on after the answers
    return load


def _rows(kind: Kind, found: Mapping[tuple[Asked, int], Best]) -> Iterator[Row]:
    for at_a_time in kind.counts:
        for app in kind.against:
            yield from _compared(kind, at_a_time, found[kind, at_a_time], app, found[app, at_a_time])


def _compared(kind: Kind, at_a_time: int, mine: Best, app: Bare, theirs: Best) -> Iterator[Row]:
    what = f"{kind.what}, {at_a_time} at a time"
    default = app is Bare.BOLT
    least = (kind.rate if default else kind.before) if at_a_time == 16 else None
    most = 0.35 if default and at_a_time == 1 else None
    yield Row(
        what=f"{what}: rate",
        value=mine.rate,
        against=app,
        baseline=theirs.rate,
        unit="/s",
        least=least,
    )
    for name, time, bare_time, bound in (
        ("p50", mine.p50, theirs.p50, most),
        ("p99", mine.p99, theirs.p99, None),
    ):
        yield Row(
            what=f"{what}: {name}",
            value=1e3 * time,
            against=app,
            baseline=1e3 * bare_time,
            unit="ms",
            most=bound,
        )


def _kept(mine: Best, commits: float) -> Row:
    return Row(
        what=f"{SUBMISSION.what}, 16 at a time: rate",
        value=mine.rate,
        against="SQLite alone, a commit each",
        baseline=commits,
        unit="/s",
    )


def _turned_away(mine: Best, theirs: Best) -> Row:
    return Row(
        what=f"{FORGED.what} turned away, 16 at a time: rate",
        value=mine.rate,
        against=Bare.STARLETTE,
        baseline=theirs.rate,
        unit="/s",
        least=0.8,
    )

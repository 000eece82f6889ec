"""A clock, a Zadig and a Slack in memory that behave like the real ones where a use case can tell the difference."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.errors import NotFound, NotPermitted, NotRetryable, Rejected, StoreDown
from bot.domain.models import (
    Environment,
    Image,
    Kind,
    Page,
    Progress,
    Project,
    Registry,
    Service,
    Status,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.domain.notifications import Notification, VersionCard
from bot.domain.ports import Clock, Posted, PostedMessage, Posting, PostResult, TryLater
from bot.domain.requests import CreateVersion, DeleteVersion, Field, RetryVersion
from bot.domain.stores import Store

START = 1_700_000_000


class FakeClock(Clock):
    """Time that passes when a test says so."""

    def __init__(self, at: float = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def monotonic(self) -> float:
        return self.at - START

    def passes(self, seconds: float) -> None:
        self.at += seconds


class UnreliableStore:
    """A store whose methods named in `down`, as `concern.method`, answer like a database that does not."""

    def __init__(self, store: Store, down: set[str]) -> None:
        self._store = store
        self._down = down

    def __getattr__(self, concern: str) -> "_UnreliablePart":
        return _UnreliablePart(getattr(self._store, concern), concern, self._down)


class _UnreliablePart:
    def __init__(self, part: Any, concern: str, down: set[str]) -> None:
        self._part, self._concern, self._down = part, concern, down

    def __getattr__(self, name: str) -> Any:
        return _away if f"{self._concern}.{name}" in self._down else getattr(self._part, name)


class Instead:
    """A part of a store (or a whole one) in which some methods or concerns are replaced by name."""

    def __init__(self, inner: Any, **replaced: Any) -> None:
        self._inner = inner
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


async def _away(*_: object, **__: object) -> None:
    raise StoreDown("The bot's database does not answer.")


class Calls:
    """What was called, what fails, and what is slow; shared by the methods of a fake.

    `fails[method]` is raised by every call, `fails_next[method]` by one call each (None lets one pass), before anything
    happens. `fails_late[method]` is raised by one call each after it has happened, `afterwards[method]` is run by one call
    each. `gates[method]` holds every call back.
    """

    def __init__(self) -> None:
        self.made: list[tuple[str, ...]] = []
        self.fails: dict[str, Exception] = {}
        self.fails_next: dict[str, list[Exception | None]] = defaultdict(list)
        self.fails_late: dict[str, list[Exception]] = defaultdict(list)
        self.afterwards: dict[str, list[Callable[[], object]]] = defaultdict(list)
        self.gates: dict[str, asyncio.Event] = {}
        self.at_gate: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def begin(self, method: str, *about: object) -> None:
        self.made.append((method, *(str(one) for one in about)))
        if method in self.gates:
            self.at_gate[method].set()
            await self.gates[method].wait()
        if self.fails_next[method]:
            error = self.fails_next[method].pop(0)
            if error is not None:
                raise error
        elif method in self.fails:
            raise self.fails[method]

    def end(self, method: str) -> None:
        if self.afterwards[method]:
            self.afterwards[method].pop(0)()
        if self.fails_late[method]:
            raise self.fails_late[method].pop(0)

    def of(self, method: str) -> list[tuple[str, ...]]:
        return [call[1:] for call in self.made if call[0] == method]

    def hold(self, method: str) -> asyncio.Event:
        """Calls of this method wait until the event is set."""
        self.at_gate[method].clear()
        self.gates[method] = asyncio.Event()
        return self.gates[method]


@dataclass
class Row:
    """A version as Zadig's database has it. `becomes` is what a details call finds out and writes down."""

    version: Version
    becomes: Status | None = None
    images: tuple[Image, ...] = ()


class FakeZadig:
    """The ports Releases and Catalog, dialect v1: lists without progress and labels, details that move what is retried.

    Administrators (`admin`) get an empty list for projects that do not exist, others a refusal.
    """

    def __init__(self, clock: FakeClock, *projects: str, admin: bool = True) -> None:
        self.clock = clock
        self.calls = Calls()
        self.admin = admin
        self.known = [Project(key=key, name=key.title(), kind=Kind.K8S) for key in projects or ("shop",)]
        self.rows: dict[str, list[Row]] = {project.key: [] for project in self.known}
        self.offered_environments = [Environment(key="dev", name="Dev", production=False)]
        self.offered_services = [Service(name="cart")]
        self.offered_registries = [Registry(id="r1", address="https://registry.example.com")]
        self.offered_repositories = ["charts"]
        self._ids = itertools.count(1)

    # What people and Zadig itself do.

    def add(
        self, name: str, status: Status = Status.CREATING, *, project: str = "shop", **changed: Any
    ) -> Version:
        """A new version, the newest of its project."""
        usual: dict[str, Any] = {
            "id": f"{next(self._ids):024x}",
            "kind": Kind.K8S,
            "status_word": str(status),
            "created_at": int(self.clock.at),
            "labels": (),
            "progress": Progress(done=0, total=3),
        }
        version = Version(project=project, name=name, status=status, **(usual | changed))
        self.rows[project].insert(0, Row(version=version))
        self.rows[project].sort(key=lambda row: -row.version.created_at)
        return version

    def row(self, name: str, project: str = "shop") -> Row:
        return next(row for row in self.rows[project] if row.version.name == name)

    def move(self, name: str, status: Status, *, project: str = "shop", **changed: Any) -> Version:
        """Its status changes, and with it what else is named."""
        row = self.row(name, project)
        row.version = replace(row.version, status=status, status_word=str(status), **changed)
        return row.version

    def copied(self, name: str, done: int, total: int = 3) -> None:
        row = self.row(name)
        row.version = replace(row.version, progress=Progress(done=done, total=total))

    def remove(self, name: str, project: str = "shop") -> None:
        self.rows[project].remove(self.row(name, project))

    def upgrade(self) -> None:
        """Zadig moves to its next generation: every version gets a new id."""
        for row in itertools.chain.from_iterable(self.rows.values()):
            row.version = replace(row.version, id=f"{next(self._ids):024x}")

    # The port Releases.

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        await self.calls.begin("page", project, number)
        assert 1 <= size <= 100
        if project not in self.rows:
            if not self.admin:
                raise NotPermitted(f"The bot has no permission for this in {project}.")
            return Page(items=(), total=0, number=number, size=size)
        rows = self.rows[project]
        items = tuple(_listed(row.version) for row in rows[(number - 1) * size : number * size])
        page = Page(items=items, total=len(rows), number=number, size=size)
        self.calls.end("page")
        return page

    async def find(self, project: str, name: str) -> Version | None:
        await self.calls.begin("find", project, name)
        if project not in self.rows and not self.admin:
            raise NotPermitted(f"The bot has no permission for this in {project}.")
        rows = [row for row in self.rows.get(project, []) if row.version.name == name]
        self.calls.end("find")
        return _listed(rows[0].version) if rows else None

    async def show(self, reference: VersionReference) -> VersionDetails:
        await self.calls.begin("show", reference.project, reference.name)
        for row in itertools.chain.from_iterable(self.rows.values()):
            if row.version.id == reference.id:
                if row.becomes:
                    status, row.becomes = row.becomes, None
                    row.version = replace(row.version, status=status, status_word=str(status))
                self.calls.end("show")
                return VersionDetails(version=row.version, images=row.images)
        raise NotFound(f"There is no version {reference}.")

    async def create(self, request: CreateVersion) -> None:
        await self.calls.begin("create", request.project, request.version_name)
        if any(row.version.name == request.version_name for row in self.rows[request.project]):
            raise Rejected(
                f"{request.project} already has a version with this name.", field=Field.VERSION_NAME
            )
        self.add(request.version_name, project=request.project, kind=request.kind)
        self.calls.end("create")

    async def retry(self, request: RetryVersion) -> None:
        await self.calls.begin("retry", request.project, request.version_name, request.version_id)
        row = self.row(request.version_name, request.project)
        if row.version.status is not Status.FAILED:
            about = VersionReference(project=request.project, name=request.version_name)
            raise NotRetryable(about, row.version.status)
        self.move(request.version_name, Status.RETRYING, project=request.project)
        self.calls.end("retry")

    async def delete(self, request: DeleteVersion) -> None:
        """Like Zadig: any project's version of this id, and none is fine too."""
        await self.calls.begin("delete", request.project, request.version_name)
        for rows in self.rows.values():
            rows[:] = [row for row in rows if row.version.id != request.version_id]
        self.calls.end("delete")

    # The port Catalog.

    async def projects(self) -> tuple[Project, ...]:
        await self.calls.begin("projects")
        return tuple(self.known)

    async def environments(self, project: str) -> tuple[Environment, ...]:
        await self.calls.begin("environments", project)
        return tuple(self.offered_environments)

    async def services(self, project: str, environment: Environment) -> tuple[Service, ...]:
        await self.calls.begin("services", project, environment.key)
        return tuple(self.offered_services)

    async def registries(self) -> tuple[Registry, ...]:
        await self.calls.begin("registries")
        return tuple(self.offered_registries)

    async def chart_repositories(self, project: str) -> tuple[str, ...]:
        await self.calls.begin("chart_repositories", project)
        return tuple(self.offered_repositories)


def _listed(version: Version) -> Version:
    return replace(version, labels=None, progress=None)


@dataclass(frozen=True, kw_only=True)
class Arrives:
    """An answer to a post that reaches Slack all the same."""

    result: PostResult


@dataclass
class Told:
    """A message in Slack."""

    message: PostedMessage
    key: str
    operation_id: str
    notification: Notification
    thread: PostedMessage | None
    edits: int = 0


Answer = PostResult | Arrives | Exception


@dataclass
class FakeSlack:
    """The port Poster. `answers[destination]` and `searches[destination]` are used up one by one; then all is well."""

    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    searches: dict[str, list[PostResult | Exception]] = field(default_factory=lambda: defaultdict(list))
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    posted: list[str] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)
    messages: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    before_answering: Callable[[Posting], Any] | None = None
    before_finding: Callable[[Posting], Any] | None = None
    _numbers: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    async def post(self, posting: Posting) -> PostResult:
        self.posted.append(posting.key)
        if posting.destination in self.gates:
            await self.gates[posting.destination].wait()
        if self.before_answering is not None:
            await self.before_answering(posting)
        if not self.answers[posting.destination]:
            return self._stands(posting)
        answer = self.answers[posting.destination].pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Arrives):
            self._stands(posting)
            return answer.result
        return answer if not isinstance(answer, Posted) else self._stands(posting)

    def _stands(self, posting: Posting) -> Posted:
        there = self.messages[posting.destination]
        if posting.message:
            told = next(one for one in there if one.message == posting.message)
            told.notification, told.edits = posting.notification, told.edits + 1
            return Posted(message=told.message)
        message = PostedMessage(channel=posting.destination, ts=f"{next(iter(self._numbers))}.000100")
        there.append(
            Told(
                message=message,
                key=posting.key,
                operation_id=posting.operation_id,
                notification=posting.notification,
                thread=posting.thread,
            )
        )
        return Posted(message=message)

    async def find(self, posting: Posting) -> PostResult:
        self.searched.append(posting.key)
        if self.before_finding is not None:
            await self.before_finding(posting)
        if self.searches[posting.destination]:
            answer = self.searches[posting.destination].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        for told in self.messages[posting.destination]:
            if told.operation_id == posting.operation_id:
                return Posted(message=told.message)
        return TryLater(reason="not in the channel")

    def told(self, destination: str) -> list[str]:
        """The kinds of the messages there, oldest first."""
        return [one.notification.kind for one in self.messages[destination]]

    def card(self, destination: str, name: str = "v1") -> Told:
        """The newest card of this version."""
        return next(
            one
            for one in reversed(self.messages[destination])
            if isinstance(one.notification, VersionCard) and one.notification.version.name == name
        )

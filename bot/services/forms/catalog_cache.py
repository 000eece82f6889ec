"""What forms offer, from memory: kept warm beside the requests for the projects that people use or channels follow."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.domain.errors import ReleaseBotError
from bot.domain.models import (
    Environment,
    Kind,
    Page,
    Project,
    Registry,
    Service,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.domain.ports import Catalog, Clock, Releases
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion
from bot.services.forms.stale_cache import DAY, Bounds, Freshness, Key, StaleCache

log = logging.getLogger(__name__)

PROJECTS: Key = ("projects",)
REGISTRIES: Key = ("registries",)
# Which projects, environments and registries there are seldom changes; what runs in an environment changes all day.
SELDOM = Freshness(current=60)
OFTEN = Freshness(current=60, overdue=300)
# The names that are taken: a name that was freed must not be refused for long.
AT_ONCE = Freshness(current=5, overdue=5, limit=300)
# Older than this is worth saying.
TELL_AFTER_SECONDS = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class CachePolicy:
    """How warm memory is kept; seconds.

    `at_once` reads at most begin with a tick. Lists are renewed every `lists`; what runs in an environment every
    `services` while a user has used it within `recently`, else every `idle`. A read that failed rests for `rest`. At most
    `projects` with at most `environments` each are kept warm; `used` uses of them are remembered.
    """

    at_once: int = 2
    lists: float = 300
    services: float = 240
    recently: float = 3600
    idle: float = 6 * 3600
    rest: float = 60
    projects: int = 200
    environments: int = 6
    used: int = 500


Read = Callable[[], Awaitable[Any]]


class CachedCatalog:
    """Implements the port `Catalog` over another one. `followed` says which projects channels hear of."""

    def __init__(
        self,
        catalog: Catalog,
        *,
        clock: Clock,
        followed: Callable[[], Awaitable[Iterable[str]]],
        warmth: CachePolicy | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._followed = followed
        self._warmth = warmth or CachePolicy()
        self._cache = StaleCache(monotonic=clock.monotonic, bounds=bounds)
        self._used: OrderedDict[Key, float] = OrderedDict()

    async def projects(self) -> tuple[Project, ...]:
        """As in the port."""
        return await self._cache.get(PROJECTS, self._catalog.projects, SELDOM)

    async def environments(self, project: str) -> tuple[Environment, ...]:
        """As in the port; the project counts as used."""
        self._touch(_environments(project))
        return await self._cache.get(
            _environments(project), lambda: self._catalog.environments(project), SELDOM
        )

    async def services(self, project: str, environment: Environment) -> tuple[Service, ...]:
        """As in the port; the environment counts as used."""
        key = _services(project, environment.key)
        self._touch(key)
        return await self._cache.get(key, lambda: self._catalog.services(project, environment), OFTEN)

    async def registries(self) -> tuple[Registry, ...]:
        """As in the port."""
        return await self._cache.get(REGISTRIES, self._catalog.registries, SELDOM)

    async def chart_repositories(self, project: str) -> tuple[str, ...]:
        """As in the port."""
        return await self._cache.get(
            _repositories(project), lambda: self._catalog.chart_repositories(project), SELDOM
        )

    async def renew(self, project: str = "") -> None:
        """Ask again for the project's environments, or for the projects: something is missing among them. Never raises.

        Waits as long as for an answer that is overdue, and not at all if it was read a moment ago.
        """
        key = _environments(project) if project else PROJECTS
        read = (lambda: self._catalog.environments(project)) if project else self._catalog.projects
        try:
            await self._cache.get(key, read, Freshness(current=1, overdue=1))
        except ReleaseBotError as error:
            log.info(
                "not renewed", extra={"action": "not_renewed", "key": "/".join(key), "error": str(error)}
            )

    def as_of(self, project: str = "", environment: str = "") -> int | None:
        """When the oldest of what is offered was read (unix seconds), if that is worth saying.

        It is once that was more than ten minutes ago, and sooner while Zadig does not say anything newer.
        """
        keys = [PROJECTS]
        keys += [REGISTRIES, _environments(project), _repositories(project)] if project else []
        keys += [_services(project, environment)] if environment else []
        oldest = max((self._telling_age(key) for key in keys), default=0.0)
        return int(self._clock.now().timestamp() - oldest) if oldest else None

    def _telling_age(self, key: Key) -> float:
        """Seconds; 0 for what is fresh enough, and for what is not there."""
        age = self._cache.age(key) or 0.0
        tell_after = SELDOM.current if self._cache.rests(key, TELL_AFTER_SECONDS) else TELL_AFTER_SECONDS
        return age if age > tell_after else 0.0

    async def tick(self) -> None:
        """Renew a few of the answers that will be wanted; called every few seconds, from the start on."""
        due = list(islice(self._due(await self._wanted()), self._warmth.at_once))
        await asyncio.gather(*(self._cache.renew(key, read) for key, read in due), return_exceptions=True)

    async def aclose(self) -> None:
        """Stop the reads under way."""
        await self._cache.aclose()

    async def _wanted(self) -> list[str]:
        """The projects that people use, the latest first, then those that channels follow."""
        used = [key[1] for key in reversed(self._used) if self._since_use(key) < DAY]
        try:
            followed = list(await self._followed())
        except ReleaseBotError:
            followed = []
        known = {project.key for project in self._known_projects()}
        return [key for key in dict.fromkeys([*used, *followed]) if key in known][: self._warmth.projects]

    def _due(self, wanted: list[str]) -> Iterator[tuple[Key, Read]]:
        for key, read, every in self._reads(wanted):
            age = self._cache.age(key)
            if (age is None or age >= every) and not self._cache.rests(key, self._warmth.rest):
                yield key, read

    def _reads(self, wanted: list[str]) -> Iterator[tuple[Key, Read, float]]:
        """What is kept warm, with how often; lists before what depends on them."""
        lists = self._warmth.lists
        helm = {project.key for project in self._known_projects() if project.kind is Kind.HELM}
        yield PROJECTS, self._catalog.projects, lists
        yield REGISTRIES, self._catalog.registries, lists
        for project in wanted:
            yield _environments(project), _reading(self._catalog.environments, project), lists
            if project in helm:
                yield _repositories(project), _reading(self._catalog.chart_repositories, project), lists
            for environment in self._known_environments(project)[: self._warmth.environments]:
                key = _services(project, environment.key)
                recent = self._since_use(key) < self._warmth.recently
                if recent or not self._cache.crowded:
                    every = self._warmth.services if recent else self._warmth.idle
                    yield key, _reading(self._catalog.services, project, environment), every

    def _known_projects(self) -> tuple[Project, ...]:
        return self._cache.peek(PROJECTS, ())

    def _known_environments(self, project: str) -> tuple[Environment, ...]:
        return self._cache.peek(_environments(project), ())

    def _touch(self, key: Key) -> None:
        self._used[key] = self._clock.monotonic()
        self._used.move_to_end(key)
        while len(self._used) > self._warmth.used:
            self._used.popitem(last=False)

    def _since_use(self, key: Key) -> float:
        at = self._used.get(key)
        return DAY if at is None else self._clock.monotonic() - at


def _environments(project: str) -> Key:
    return ("environments", project)


def _services(project: str, environment: str) -> Key:
    return ("services", project, environment)


def _repositories(project: str) -> Key:
    return ("chart_repositories", project)


def _reading(read: Callable[..., Awaitable[Any]], *about: object) -> Read:
    return lambda: read(*about)


class CachedReleases:
    """Implements the port `Releases` over another one, with pages from memory for seconds; a write forgets the project's."""

    def __init__(self, releases: Releases, *, clock: Clock, bounds: Bounds | None = None) -> None:
        self._releases = releases
        self._cache = StaleCache(monotonic=clock.monotonic, bounds=bounds or Bounds(entries=200, items=5_000))

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        """As in the port, up to five seconds old; up to five minutes while Zadig is slow or down."""
        key: Key = ("page", project, str(number), str(size))
        return await self._cache.get(
            key, lambda: self._releases.page(project, number=number, size=size), AT_ONCE
        )

    async def find(self, project: str, name: str) -> Version | None:
        """As in the port, never from memory."""
        return await self._releases.find(project, name)

    async def show(self, reference: VersionReference) -> VersionDetails:
        """As in the port, never from memory."""
        return await self._releases.show(reference)

    async def create(self, request: CreateVersion) -> None:
        """As in the port."""
        try:
            await self._releases.create(request)
        finally:
            self._forget(request.project)

    async def retry(self, request: RetryVersion) -> None:
        """As in the port."""
        try:
            await self._releases.retry(request)
        finally:
            self._forget(request.project)

    async def delete(self, request: DeleteVersion) -> None:
        """As in the port."""
        try:
            await self._releases.delete(request)
        finally:
            self._forget(request.project)

    def _forget(self, project: str) -> None:
        self._cache.forget("page", project)

    async def aclose(self) -> None:
        """Stop the reads under way."""
        await self._cache.aclose()

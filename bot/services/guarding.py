"""Zadig as one person may see and change it: the ports again, with the policy in front."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.domain.access import Person, Policy, Right
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.models import (
    Environment,
    Page,
    Project,
    Registry,
    Service,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.domain.ports import Catalog, Releases
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion

WhoIs = Callable[[str], Awaitable[Person]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Somebody who acts in a channel; `who_is` finds out about them when that matters and not before."""

    user: str
    channel: str
    policy: Policy
    who_is: WhoIs

    async def may(self, right: Right, project: str) -> bool:
        return self.policy.allows(right, project, await self.who_is(self.user), self.channel)

    async def among(self, right: Right, projects: Iterable[Project]) -> tuple[Project, ...]:
        """Those in which the person has a right."""
        person = await self.who_is(self.user)
        return tuple(one for one in projects if self.policy.allows(right, one.key, person, self.channel))

    async def must_see(self, project: str) -> None:
        """Raises NotFound, as for a project that does not exist: what people may not see is not shown to them."""
        if not await self.may(Right.READ, project):
            raise NotFound(
                f"There is no project {project} in Zadig.",
                remedy="Ask the people who run the bot if it should be there.",
            )

    async def must_change(self, project: str, *, production: bool = False) -> None:
        """Raises NotFound or NotAllowed."""
        await self.must_see(project)
        if not await self.may(Right.CHANGE, project):
            raise NotAllowed(
                f"You may look at versions of {project}, but not create, retry or delete them.",
                may=self.policy.holders(Right.CHANGE, project),
            )
        if production and not await self.may(Right.PRODUCTION, project):
            raise NotAllowed(
                f"You may not make versions from production environments of {project}.",
                may=self.policy.holders(Right.PRODUCTION, project),
            )

    async def changeable(self, projects: Iterable[Project]) -> tuple[Project, ...]:
        """Those in which the person may make versions. Raises NotAllowed if that is none of several."""
        visible = tuple(projects)
        found = await self.among(Right.CHANGE, visible)
        if visible and not found:
            raise NotAllowed("You may look at versions, but not create, retry or delete any.")
        return found

    async def production_by(self, project: str) -> frozenset[str]:
        """Those who may make versions from production environments, if the person may not; else nobody."""
        if await self.may(Right.PRODUCTION, project):
            return frozenset()
        return self.policy.holders(Right.PRODUCTION, project)


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardedReleases:
    """Implements the Releases port for one actor."""

    inner: Releases
    actor: Actor

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        """Raises NotFound for projects that the person may not see."""
        await self.actor.must_see(project)
        return await self.inner.page(project, number=number, size=size)

    async def find(self, project: str, name: str) -> Version | None:
        """Raises NotFound for projects that the person may not see."""
        await self.actor.must_see(project)
        return await self.inner.find(project, name)

    async def show(self, reference: VersionReference) -> VersionDetails:
        """Raises NotFound for projects that the person may not see."""
        await self.actor.must_see(reference.project)
        return await self.inner.show(reference)

    async def create(self, request: CreateVersion) -> None:
        """Raises NotAllowed before anything is sent."""
        await self.actor.must_change(request.project, production=request.production)
        await self.inner.create(request)

    async def retry(self, request: RetryVersion) -> None:
        """Raises NotAllowed before anything is sent. The environment that is named is not touched by a retry."""
        await self.actor.must_change(request.project)
        await self.inner.retry(request)

    async def delete(self, request: DeleteVersion) -> None:
        """Raises NotAllowed before anything is sent."""
        await self.actor.must_change(request.project, production=request.for_production)
        await self.inner.delete(request)


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardedCatalog:
    """Implements the Catalog port for one actor. Zadig checks no permission on environments' details, so this must."""

    inner: Catalog
    actor: Actor

    async def projects(self) -> tuple[Project, ...]:
        """Those that the person may see."""
        return await self.actor.among(Right.READ, await self.inner.projects())

    async def environments(self, project: str) -> tuple[Environment, ...]:
        """Without the production ones for those who may not make versions from them."""
        await self.actor.must_see(project)
        found = await self.inner.environments(project)
        if await self.actor.may(Right.PRODUCTION, project):
            return found
        return tuple(one for one in found if not one.production)

    async def services(self, project: str, environment: Environment) -> tuple[Service, ...]:
        """Raises NotFound for projects that the person may not see."""
        await self.actor.must_see(project)
        return await self.inner.services(project, environment)

    async def registries(self) -> tuple[Registry, ...]:
        """All: they belong to no project."""
        return await self.inner.registries()

    async def chart_repositories(self, project: str) -> tuple[str, ...]:
        """Raises NotFound for projects that the person may not see."""
        await self.actor.must_see(project)
        return await self.inner.chart_repositories(project)

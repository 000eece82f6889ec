"""Zadig as one person may see and change it: the ports again, with the policy in front."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.access import CHANGING, MEMBERS, Membership, Person, Policy, Right
from bot.domain.errors import AN_OPERATOR, CHECK_SAYS_MORE, NotAllowed, NotFound, PersonUnknown
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
from bot.services.origins import Origins

ASK_A_MEMBER = "Ask a member of the workspace, or the people who run the bot."
GIVE_THE_SCOPE = f"{AN_OPERATOR}give the app the scope users:read and install it again{CHECK_SAYS_MORE}."

WhoIs = Callable[[str], Awaitable[Person]]
IsIn = Callable[[str, str], Awaitable[bool]]  # a user, a channel


async def never_in(_user: str, _channel: str) -> bool:
    """No channel is known to have this member."""
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A user who acts; `who_is` finds out about them when that matters and not before.

    `channel` is where they act: a command or a click in it has proved that they can (`here`). What they do in a form that
    was opened there counts as done there only while `is_in` says that they are a member of it. `origins` knows what
    versions were made from. Raises ValueError without a user: without one there is nothing to be done.
    """

    user: str
    channel: str
    policy: Policy
    who_is: WhoIs
    origins: Origins
    here: bool = True
    is_in: IsIn = never_in
    _looked: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.user:
            raise ValueError("an actor is a user")

    async def _who(self, right: Right) -> Person:
        """For looking, as found out once; for changes, as Slack says now (see `bot.slack.people`)."""
        if right is Right.READ and self._looked:
            return self._looked[0]
        person = await self.who_is(self.user)
        self._looked[:] = [person]
        return person

    async def _where(self) -> str:
        """The channel that rights can come from; empty if it is none that a rule names, or the person has left it."""
        if self.here or not self.channel:
            return self.channel
        if self.channel not in self.policy.named(self.channel[:1]):
            return ""
        return self.channel if await self.is_in(self.user, self.channel) else ""

    async def today(self, now: datetime) -> date:
        """The date where the user is."""
        return (await self._who(Right.READ)).zone.day(now)

    async def may(self, right: Right, project: str) -> bool:
        person = await self._who(right)
        return self.policy.allows(right, project, person, await self._where())

    async def among(self, right: Right, projects: Iterable[Project]) -> tuple[Project, ...]:
        """Those in which the person has a right."""
        person, where = await self._who(right), await self._where()
        return tuple(one for one in projects if self.policy.allows(right, one.key, person, where))

    async def must_be_let_in(self) -> None:
        """Raises NotAllowed or PersonUnknown for those who may look at nothing at all, whichever project it is."""
        person = await self._who(Right.READ)
        if not self.policy.lets_in(person, await self._where()):
            self._refuse_outsider(person)

    def _refuse_outsider(self, person: Person) -> None:
        """The reason that is true, where it is not one of the project. Nothing for members."""
        match person.standing:
            case Membership.GUEST if not self.policy.lets_in(person, self.channel):
                may = self.policy.holders(Right.READ, "") - {MEMBERS}
                raise NotAllowed("Guests cannot use this bot.", remedy=ASK_A_MEMBER, may=may)
            case Membership.GUEST:
                raise NotAllowed("Guests cannot see this project, if there is one.", remedy=ASK_A_MEMBER)
            case Membership.UNVERIFIED:
                raise NotAllowed(
                    "Slack does not list you as a member of this workspace, so you cannot use this bot.",
                    remedy=ASK_A_MEMBER,
                )
            case Membership.REFUSED:
                raise PersonUnknown(
                    "Slack does not let this bot find out who you are, so you cannot use it.",
                    remedy=GIVE_THE_SCOPE,
                )
            case _:
                return

    async def sees(self, project: str) -> bool:
        """False for members who may not see it: to them it is a project that does not exist. Raises what is true for others."""
        if await self.may(Right.READ, project):
            return True
        self._refuse_outsider(await self._who(Right.READ))
        return False

    async def must_set_up_channels(self) -> None:
        """To change what the channel hears in which they act: for those of whom Slack says that they are members.

        Raises NotAllowed or PersonUnknown.
        """
        person = await self._who(Right.CHANGE)
        if person.standing is Membership.GUEST:
            raise NotAllowed("Guests cannot change a channel's subscriptions.", remedy=ASK_A_MEMBER)
        if person.standing is Membership.SILENT:
            raise PersonUnknown("Slack can't confirm who you are right now, so you can't change anything.")
        self._refuse_outsider(person)

    async def must_see(self, project: str) -> None:
        """Raises NotFound, as for a project that does not exist: what people may not see is not shown to them."""
        if not await self.sees(project):
            raise NotFound(f"There is no project {project} in Zadig.")

    async def must_change(self, project: str, *, production: bool = False) -> None:
        """Raises NotFound, NotAllowed or PersonUnknown."""
        await self.must_see(project)
        if not await self.may(Right.CHANGE, project):
            await self._refuse_change(project)
        if production and not await self.may(Right.PRODUCTION, project):
            raise NotAllowed(
                f"You don't have permission to create versions from the production environments of {project}.",
                may=self.policy.holders(Right.PRODUCTION, project),
            )

    async def _refuse_change(self, project: str) -> None:
        """Of a project that may be polled, or of all (`project` is empty)."""
        person = await self._who(Right.READ)
        if self.policy.suspended:
            raise NotAllowed(
                "The bot's access file cannot be read right now, so nothing can be changed.",
                remedy=f"{AN_OPERATOR}fix the access file{CHECK_SAYS_MORE}.",
            )
        if person.standing is Membership.SILENT:
            raise PersonUnknown("Slack can't confirm who you are right now, so you can't change anything.")
        if person.standing not in CHANGING:
            self._refuse_outsider(person)
        who = "Guests" if person.standing is Membership.GUEST else "You"
        what = f"versions of {project}, but not create, retry or delete them" if project else ""
        raise NotAllowed(
            f"{who} may look at {what or 'versions, but not create, retry or delete any'}.",
            may=self.policy.holders(Right.CHANGE, project) if project else frozenset(),
        )

    async def must_change_made(self, version: VersionReference) -> None:
        """To delete or retry a version. What was made from production takes the right for production.

        Where it is unknown what it was made from, and a rule says who has that right, it takes the right as well.
        """
        await self.must_change(version.project)
        if await self.may(Right.PRODUCTION, version.project):
            return
        production = await self.origins.from_production(version)
        if production is False or (
            production is None and not self.policy.limits(Right.PRODUCTION, version.project)
        ):
            return
        raise NotAllowed(
            f"{version} was made from a production environment."
            if production
            else f"Zadig does not say whether {version} was made from a production environment.",
            remedy="Retrying or deleting it needs permission to create versions from production environments.",
            may=self.policy.holders(Right.PRODUCTION, version.project),
        )

    async def changeable(self, projects: Iterable[Project]) -> tuple[Project, ...]:
        """Those in which the person may make versions. Raises NotAllowed or PersonUnknown if that is none of several."""
        visible = tuple(projects)
        found = await self.among(Right.CHANGE, visible)
        if visible and not found:
            await self._refuse_change("")
        return found

    async def production_by(self, project: str) -> frozenset[str]:
        """Those who may make versions from production environments, if the person may not; else none."""
        if await self.may(Right.PRODUCTION, project):
            return frozenset()
        return self.policy.holders(Right.PRODUCTION, project)


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardedReleases:
    """Implements the Releases port for one actor.

    A project that they may not see is asked about like any other, and answers like one that does not exist: neither words
    nor time tell the two apart.
    """

    inner: Releases
    actor: Actor

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        """Empty for projects that the person may not see."""
        seen = await self.actor.sees(project)
        found = await self.inner.page(project, number=number, size=size)
        return found if seen else Page(items=(), total=0, number=number, size=size)

    async def find(self, project: str, name: str) -> Version | None:
        """None for projects that the person may not see."""
        seen = await self.actor.sees(project)
        found = await self.inner.find(project, name)
        return found if seen else None

    async def show(self, reference: VersionReference) -> VersionDetails:
        """Raises NotFound for projects that the person may not see."""
        await self.actor.must_see(reference.project)
        return await self.inner.show(reference)

    async def create(self, request: CreateVersion) -> None:
        """Raises NotAllowed or PersonUnknown before anything is sent."""
        await self.actor.must_change(request.project, production=request.production)
        await self.actor.origins.remember(request)
        await self.inner.create(request)

    async def retry(self, request: RetryVersion) -> None:
        """Raises NotAllowed or PersonUnknown before anything is sent. The environment that is named is not touched by a retry."""
        await self.actor.must_change_made(_of(request))
        await self.inner.retry(request)

    async def delete(self, request: DeleteVersion) -> None:
        """Raises NotAllowed or PersonUnknown before anything is sent."""
        await self.actor.must_change(request.project, production=request.for_production)
        await self.actor.must_change_made(_of(request))
        await self.inner.delete(request)


def _of(request: RetryVersion | DeleteVersion) -> VersionReference:
    return VersionReference(project=request.project, name=request.version_name, id=request.version_id)


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

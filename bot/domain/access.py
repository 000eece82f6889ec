"""Who may see and change which project; a policy is a value, and asking it costs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.meaning import folded

# Asked for every project of a list, again and again.
_form = lru_cache(maxsize=4096)(folded)


class Right(StrEnum):
    """What a person may do in a project; `PRODUCTION` is needed on top of `CHANGE` for production environments."""

    READ = "read"
    CHANGE = "change"
    PRODUCTION = "production"


EVERYONE = "everyone"
MEMBERS = "members"


class Membership(StrEnum):
    """How a person stands to the workspace, as far as Slack says.

    Only an account that Slack positively calls one of the workspace's own (or of its organisation's) is a member.
    """

    MEMBER = "member"
    GUEST = "guest"  # a guest, or a person of another company in a shared channel
    UNVERIFIED = "unverified"  # deactivated, a bot, or an account that Slack does not find or show
    SILENT = "silent"  # Slack did not answer: they may look as members do, and change nothing
    REFUSED = "refused"  # Slack does not let the bot ask, or does not take its token


# Those who can have a right to change something.
CHANGING = frozenset({Membership.MEMBER, Membership.GUEST})
# Those for whom a rule counts that names them, one of their groups or the channel that they act in.
_NAMEABLE = CHANGING | {Membership.SILENT}


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """Where a person's clock stands: the name of the time zone (`Europe/Berlin`), and seconds from UTC where that is unknown."""

    name: str = ""
    offset: int = 0

    def day(self, now: datetime) -> date:
        """The date there; that of UTC where that is unknown."""
        try:
            return now.astimezone(ZoneInfo(self.name)).date()
        except (ValueError, OSError, KeyError):  # no name, or none that this machine knows
            hours = timedelta(seconds=self.offset)
            return (now.astimezone(UTC) + hours).date() if abs(hours) < _DAY else now.astimezone(UTC).date()


_DAY = timedelta(days=1)
UNKNOWN_ZONE = Zone()


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A Slack user: their id, their standing, and the ids of those user groups that the policy names.

    `zone` gives no rights. `unsure`: Slack did not say who is in one of those groups, so they may be in more.
    """

    id: str
    standing: Membership
    groups: frozenset[str] = frozenset()
    zone: Zone = field(default=UNKNOWN_ZONE, compare=False)
    unsure: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """For each right those who have it; None: as the more general rule says.

    `everyone`, `members` (all but guests), or ids of users (`U…`, `W…`), of user groups (`S…`) and of channels (`C…`,
    `G…`: members who act in that channel; guests who act there may look).
    """

    read: frozenset[str] | None = None
    change: frozenset[str] | None = None
    production: frozenset[str] | None = None

    def of(self, right: Right) -> frozenset[str] | None:
        return {Right.READ: self.read, Right.CHANGE: self.change, Right.PRODUCTION: self.production}[right]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """`general` holds for every project, `projects` by key goes before it.

    Without any rule members may read and change everything. Users who are named for changing may read; production needs
    changing. While it is `suspended`, because the file it comes from cannot be read any more, nothing can be changed.
    """

    general: Rules = field(default_factory=Rules)
    projects: Mapping[str, Rules] = field(default_factory=dict)
    suspended: bool = False

    def allows(self, right: Right, project: str, person: Person, channel: str = "") -> bool:
        """Whether this person, acting in this channel, may do it."""
        match right:
            case Right.READ:
                changes = self._who(Right.CHANGE, project)
                return self._looks(self._who(Right.READ, project), person, channel) or (
                    changes is not None and self._looks(changes, person, channel)
                )
            case Right.CHANGE:
                return self._changes(Right.CHANGE, project, person, channel)
            case Right.PRODUCTION:
                return all(
                    self._changes(one, project, person, channel) for one in (Right.CHANGE, Right.PRODUCTION)
                )

    def lets_in(self, person: Person, channel: str = "") -> bool:
        """Whether there can be a project that this person, acting in this channel, may look at."""
        return any(self.allows(Right.READ, project, person, channel) for project in ("", *self.projects))

    def limits(self, right: Right, project: str) -> bool:
        """Whether a rule says who has this right."""
        return self._who(right, project) is not None

    def named(self, prefix: str) -> frozenset[str]:
        """All ids of a kind that any rule names: `S` for user groups."""
        rules = (self.general, *self.projects.values())
        named = (one.of(right) or frozenset() for one in rules for right in Right)
        return frozenset(name for names in named for name in names if name.startswith(prefix))

    def holders(self, right: Right, project: str) -> frozenset[str]:
        """Those who have a right, as the rules name them."""
        who = self._who(right, project)
        return frozenset({MEMBERS}) if who is None else who

    def rules_of(self, project: str) -> Rules:
        """Those of its own. A key that only differs in case or form means this project: a rule that misses opens it."""
        exact = self.projects.get(project)
        if exact is not None or not self.projects:
            return exact or Rules()
        alike = (rules for key, rules in self.projects.items() if _form(key) == _form(project))
        return next(alike, Rules())

    def _who(self, right: Right, project: str) -> frozenset[str] | None:
        specific = self.rules_of(project).of(right)
        return self.general.of(right) if specific is None else specific

    def _looks(self, who: frozenset[str] | None, person: Person, channel: str) -> bool:
        """Silence from Slack keeps members from nothing that they could look at."""
        member = person.standing in (Membership.MEMBER, Membership.SILENT)
        if who is None:
            return member
        named = person.standing in _NAMEABLE and (_named(who, person) or (channel and channel in who))
        return EVERYONE in who or (MEMBERS in who and member) or bool(named)

    def _changes(self, right: Right, project: str, person: Person, channel: str) -> bool:
        """Only for those of whom Slack says who they are; a channel may be shared with others, so it counts for members."""
        who, member = self._who(right, project), person.standing is Membership.MEMBER
        if self.suspended:
            return False
        if person.standing not in CHANGING or who is None:
            return member
        through_members = MEMBERS in who or bool(channel and channel in who)
        return EVERYONE in who or (member and through_members) or _named(who, person)


def _named(who: frozenset[str], person: Person) -> bool:
    return person.id in who or not person.groups.isdisjoint(who)

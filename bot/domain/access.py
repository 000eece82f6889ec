"""Who may see and change which project; a policy is a value, and asking it costs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Right(StrEnum):
    """What a person may do in a project; `PRODUCTION` is needed on top of `CHANGE` for production environments."""

    READ = "read"
    CHANGE = "change"
    PRODUCTION = "production"


EVERYONE = "everyone"
MEMBERS = "members"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody in Slack: their id, whether they are a guest, and the ids of those user groups that the policy names."""

    id: str
    guest: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """For each right those who have it; None: as the more general rule says.

    `everyone`, `members` (all but guests), or ids of users (`U…`, `W…`), of user groups (`S…`) and of channels (`C…`,
    `G…`: whoever acts in that channel).
    """

    read: frozenset[str] | None = None
    change: frozenset[str] | None = None
    production: frozenset[str] | None = None

    def of(self, right: Right) -> frozenset[str] | None:
        return {Right.READ: self.read, Right.CHANGE: self.change, Right.PRODUCTION: self.production}[right]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """`general` holds for every project, `projects` by key goes before it.

    Without any rule members may read and change everything. Whoever is named for changing may read; production needs
    changing.
    """

    general: Rules = field(default_factory=Rules)
    projects: Mapping[str, Rules] = field(default_factory=dict)

    def allows(self, right: Right, project: str, person: Person, channel: str = "") -> bool:
        """Whether this person, acting in this channel, may do it."""
        has = {one: self._has(one, project, person, channel) for one in Right}
        match right:
            case Right.READ:
                named = self._who(Right.CHANGE, project) is not None
                return has[Right.READ] or (named and has[Right.CHANGE])
            case Right.CHANGE:
                return has[Right.CHANGE]
            case Right.PRODUCTION:
                return has[Right.CHANGE] and has[Right.PRODUCTION]

    def named(self, prefix: str) -> frozenset[str]:
        """All ids of a kind that any rule names: `S` for user groups."""
        rules = (self.general, *self.projects.values())
        named = (one.of(right) or frozenset() for one in rules for right in Right)
        return frozenset(name for names in named for name in names if name.startswith(prefix))

    def holders(self, right: Right, project: str) -> frozenset[str]:
        """Those who have a right, as the rules name them."""
        who = self._who(right, project)
        return frozenset({MEMBERS}) if who is None else who

    def _who(self, right: Right, project: str) -> frozenset[str] | None:
        specific = self.projects.get(project, Rules()).of(right)
        return self.general.of(right) if specific is None else specific

    def _has(self, right: Right, project: str, person: Person, channel: str) -> bool:
        who = self._who(right, project)
        if who is None:
            return not person.guest
        return (
            EVERYONE in who
            or (MEMBERS in who and not person.guest)
            or person.id in who
            or bool(channel and channel in who)
            or not person.groups.isdisjoint(who)
        )

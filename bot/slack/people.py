"""Who people are, as far as access goes: members or not, in which of the user groups that the policy names, and in which channels."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import UNKNOWN_ZONE, Membership, Person, Zone
from bot.domain.ports import Clock
from bot.slack.failures import SlackFailed, TooManyPages, asked, pages
from bot.slack.identity import Identity, Workspace, code_of

log = logging.getLogger(__name__)

# Nothing that lets a person change something is older.
KEPT_SECONDS = 60.0
MAX_KEPT = 10_000
# Of a channel's members; in a larger channel no user is found who is not among the first of them.
PAGE, MAX_PAGES = 999, 20
SCOPE = "users:read"

_GUEST_FLAGS = ("is_restricted", "is_ultra_restricted", "is_stranger")
_SLACKBOT = "USLACKBOT"  # of which Slack does not say that it is a bot
_NO_SUCH_USER = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
Answer = TypeVar("Answer")


class CachedAnswers(Generic[Answer]):
    """Answers of Slack's for `KEPT_SECONDS`; what it did not answer is not here."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[float, Answer]] = {}

    def get(self, key: str, now: float) -> Answer | None:
        at, answer = self._answers.get(key, (float("-inf"), None))
        return answer if now - at < KEPT_SECONDS else None

    def put(self, key: str, answer: Answer, now: float) -> Answer:
        if len(self._answers) >= MAX_KEPT:
            self._answers.clear()
        self._answers[key] = (now, answer)
        return answer


@dataclass(slots=True)
class People:
    """Asks Slack, and remembers its answers for a minute; `groups` are the ids of the user groups that matter.

    A user group or a channel that cannot be read has no members: rules that name it then let no one in. `problem` says
    why Slack does not tell at all who people are; empty if it does.
    """

    client: AsyncWebClient
    clock: Clock
    identity: Identity
    groups: frozenset[str] = frozenset()
    problem: str = ""
    answered: bool = False  # ever
    _standings: CachedAnswers[Membership] = field(default_factory=CachedAnswers)
    _zones: CachedAnswers[Zone] = field(default_factory=CachedAnswers)
    _members: CachedAnswers[frozenset[str]] = field(default_factory=CachedAnswers)
    _present: CachedAnswers[bool] = field(default_factory=CachedAnswers)

    async def who_is(self, user: str, *, team: str = "") -> Person:
        """At most one question about the person and one for each group. `team` is the one that a payload says they are of."""
        standing, groups = await asyncio.gather(self._standing(user, team), self._groups())
        mine = frozenset(group for group, users in groups.items() if users and user in users)
        zone = self._zones.get(user, self.clock.monotonic()) or UNKNOWN_ZONE
        return Person(id=user, standing=standing, groups=mine, zone=zone, unsure=None in groups.values())

    async def _groups(self) -> dict[str, frozenset[str] | None]:
        """The members of every group that matters; None where Slack does not say."""
        groups = sorted(self.groups)
        found = await asyncio.gather(*(self._members_of(group) for group in groups))
        return dict(zip(groups, found, strict=True))

    async def _standing(self, user: str, team: str) -> Membership:
        workspace = await self.identity.found_out()
        if workspace is None:
            return Membership.REFUSED if self.identity.refused else Membership.SILENT
        if team and not workspace.enterprise and team != workspace.team:
            return Membership.GUEST
        kept = self._standings.get(user, self.clock.monotonic())
        return kept or await self._asked_about(user, workspace)

    async def _asked_about(self, user: str, workspace: Workspace) -> Membership:
        try:
            answer = await asked(self.client.users_info(user=user))
        except SlackFailed as error:
            return self._without_answer(user, error)
        self.blame("")
        self.answered = True
        account, now = answer.get("user"), self.clock.monotonic()
        self._zones.put(user, zone_of(account), now)
        return self._standings.put(user, standing_of(account, workspace), now)

    def _without_answer(self, user: str, error: SlackFailed) -> Membership:
        if error.code in _NO_SUCH_USER:
            self.blame("")
            return self._standings.put(user, Membership.UNVERIFIED, self.clock.monotonic())
        if not error.silent:
            self.blame(f"Slack refuses to say who people are: {code_of(error) or error.status}.")
            return Membership.REFUSED
        log.warning("person unknown", extra={"action": "person_unknown", "user": user, "error": str(error)})
        return Membership.SILENT

    def look_at_scopes(self) -> None:
        """Say that Slack will refuse to tell who people are before a user has to find out."""
        scopes = self.identity.scopes
        if scopes and SCOPE not in scopes and not self.answered:
            self.blame(f"The app lacks the scope {SCOPE}.")

    def blame(self, why: str) -> None:
        """Keep why Slack does not tell who people are, and log it when it changes."""
        problem = f"{why} Nothing can be changed until that is fixed." if why else ""
        if problem != self.problem:
            level = logging.ERROR if problem else logging.INFO
            log.log(level, "people", extra={"action": "people", "problem": problem})
        self.problem = problem

    async def _members_of(self, group: str) -> frozenset[str] | None:
        kept = self._members.get(group, self.clock.monotonic())
        if kept is not None:
            return kept
        try:
            answer = await asked(self.client.usergroups_users_list(usergroup=group))
        except SlackFailed as error:
            fields = {"action": "group_unknown", "group": group, "error": str(error)}
            log.warning("group unknown", extra=fields)
            return None
        members = frozenset(answer.get("users") or ())
        return self._members.put(group, members, self.clock.monotonic())

    async def is_in(self, user: str, channel: str) -> bool:
        """Whether a person is a member of a channel, as Slack has said within the last minute; False if it does not say."""
        return bool(await self.presence(user, channel))

    async def presence(self, user: str, channel: str) -> bool | None:
        """The same; None if Slack does not say."""
        key = f"{channel}/{user}"
        kept = self._present.get(key, self.clock.monotonic())
        if kept is not None:
            return kept
        try:
            return self._present.put(key, await self._is_listed(user, channel), self.clock.monotonic())
        except SlackFailed as error:
            fields = {"action": "channel_unknown", "channel": channel, "error": str(error)}
            log.warning("channel unknown", extra=fields)
            return None

    async def _is_listed(self, user: str, channel: str) -> bool:
        listing = pages(self.client.conversations_members, at_most=MAX_PAGES, channel=channel, limit=PAGE)
        with suppress(TooManyPages):
            async for page in listing:
                if user in (page.get("members") or ()):
                    return True
        return False


def standing_of(account: object, workspace: Workspace) -> Membership:
    """What an account of `users.info` is to the workspace: https://docs.slack.dev/reference/objects/user-object."""
    if not isinstance(account, Mapping):
        return Membership.UNVERIFIED
    if account.get("deleted") or account.get("is_bot") or account.get("id") == _SLACKBOT:
        return Membership.UNVERIFIED
    if any(account.get(flag) for flag in _GUEST_FLAGS):
        return Membership.GUEST
    return Membership.MEMBER if _is_of(account, workspace) else Membership.GUEST


def zone_of(account: object) -> Zone:
    if not isinstance(account, Mapping):
        return UNKNOWN_ZONE
    name, offset = account.get("tz"), account.get("tz_offset")
    return Zone(
        name=name if isinstance(name, str) else "",
        offset=offset if isinstance(offset, int) and not isinstance(offset, bool) else 0,
    )


def _is_of(account: Mapping[str, Any], workspace: Workspace) -> bool:
    if workspace.team and account.get("team_id") == workspace.team:
        return True
    organisation = account.get("enterprise_user")
    return (
        bool(workspace.enterprise)
        and isinstance(organisation, Mapping)
        and organisation.get("enterprise_id") == workspace.enterprise
    )

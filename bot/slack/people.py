"""Who people are, as far as access goes: guests or not, and in which of the user groups that the policy names."""

import logging
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Person
from bot.domain.ports import Clock
from bot.slack.failures import SlackFailed, asked

log = logging.getLogger(__name__)

# People rarely become guests or change groups; until then nobody waits for Slack twice.
KEPT_SECONDS = 300.0
MOST_PEOPLE = 10_000

_GUEST_FLAGS = ("is_restricted", "is_ultra_restricted", "is_stranger")


@dataclass(slots=True)
class People:
    """Asks Slack, and remembers the answers for a while; `groups` are the ids of the user groups that matter.

    A user group that cannot be read has no members: rules that name it then let nobody in. Somebody who cannot be
    looked up counts as a member of the workspace: otherwise nobody could work while Slack has trouble.
    """

    client: AsyncWebClient
    clock: Clock
    groups: frozenset[str] = frozenset()
    _guests: dict[str, tuple[float, bool]] = field(default_factory=dict)
    _members: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)

    async def who_is(self, user: str) -> Person:
        """At most one question about the person and one for each group, and none if the answers are fresh."""
        groups = [group for group in sorted(self.groups) if user in await self._members_of(group)]
        return Person(id=user, guest=await self._is_guest(user), groups=frozenset(groups))

    async def _is_guest(self, user: str) -> bool:
        at, guest = self._guests.get(user, (float("-inf"), False))
        if self.clock.monotonic() - at < KEPT_SECONDS:
            return guest
        try:
            info = (await asked(self.client.users_info(user=user))).get("user") or {}
            guest = any(info.get(flag) for flag in _GUEST_FLAGS)
        except SlackFailed as error:
            log.warning(
                "person unknown", extra={"action": "person_unknown", "user": user, "error": str(error)}
            )
        if len(self._guests) >= MOST_PEOPLE:
            self._guests.clear()
        self._guests[user] = (self.clock.monotonic(), guest)
        return guest

    async def _members_of(self, group: str) -> frozenset[str]:
        at, members = self._members.get(group, (float("-inf"), frozenset[str]()))
        if self.clock.monotonic() - at < KEPT_SECONDS:
            return members
        try:
            answer = await asked(self.client.usergroups_users_list(usergroup=group))
            members = frozenset(answer.get("users") or ())
        except SlackFailed as error:
            log.warning(
                "group unknown", extra={"action": "group_unknown", "group": group, "error": str(error)}
            )
        self._members[group] = (self.clock.monotonic(), members)
        return members

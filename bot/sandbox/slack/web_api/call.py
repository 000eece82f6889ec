"""One call of the Web API, and what may be asked of it."""

from dataclasses import dataclass, field

from bot.sandbox.slack.arguments import Arguments, invalid_argument
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Channel, ChannelKind, Person
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.workspace import Workspace

SCOPE_FAMILY: dict[ChannelKind, str] = {"channel": "channels", "private": "groups", "im": "im"}
"""Slack's scopes speak of channels, groups (private channels) and ims."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call that has passed authentication."""

    workspace: Workspace
    arguments: Arguments
    scopes: tuple[str, ...]
    """What the token holds."""
    is_app_level: bool = False
    warnings: list[str] = field(default_factory=list)

    def has_scope(self, scope: str) -> bool:
        return scope in self.scopes

    def require_scope(self, *scopes: str) -> None:
        """ApiError(missing_scope) unless the token holds one of these."""
        if scopes and not set(scopes) & set(self.scopes):
            raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(self.scopes))

    def require_for(self, channel: Channel, permission: str) -> None:
        """The scope for this kind of channel, e.g. `groups:history` for a private one."""
        self.require_scope(f"{SCOPE_FAMILY[channel.kind]}:{permission}")

    def channel(self, name: str = "channel") -> Channel:
        """The channel that the app may know of: any public one, its own private ones and direct messages.

        ApiError(channel_not_found), also for `U…` and for what the app cannot see. Slack: conversations.*
        """
        channel_id = self.arguments.text(name)
        if channel_id is None:
            raise invalid_argument(f"missing required field: {name}")
        channel = self.workspace.conversations.find(channel_id)
        if channel is None or not channel.visible_to(BOT_USER_ID):
            raise ApiError("channel_not_found")
        return channel

    def joined_channel(self) -> Channel:
        """A channel that the app is a member of; ApiError(not_in_channel) for other public ones."""
        channel = self.channel()
        if BOT_USER_ID not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def person(self, name: str = "user") -> Person:
        """The account of this id, the app's own included; ApiError(user_not_found) otherwise."""
        person = self.workspace.directory.find(self.arguments.required(name))
        if person is None:
            raise ApiError("user_not_found")
        return person

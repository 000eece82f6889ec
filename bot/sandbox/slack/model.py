"""What a workspace is made of: a team, people, channels, messages, views."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Values: TypeAlias = dict[str, dict[str, Json]]
"""A view's or message's `state.values`: block_id → action_id → the element's value in Slack's shape."""

ChannelKind: TypeAlias = Literal["channel", "private", "im"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    id: str
    name: str
    domain: str
    enterprise: str = ""
    """The id of the organisation on Enterprise Grid that the workspace belongs to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An account that the workspace knows, the app's bot user included.

    `team` is another workspace whose account it is, empty for this one; `enterprise` the organisation that has it, if any.
    `is_guest`: in some channels only; with `is_ultra` in one only. `unseen` is what `users.info` answers instead of it.
    """

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    is_guest: bool = False
    is_ultra: bool = False
    is_stranger: bool = False
    is_deleted: bool = False
    team: str = ""
    enterprise: str = ""
    unseen: Literal["", "user_not_found", "user_not_visible"] = ""
    tz: str = "Europe/London"
    tz_offset: int = 0
    color: str = "4bbe2e"

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Message:
    """A message of a channel, or one that only `ephemeral_for` sees and that no history has."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    username: str | None = None
    icons: Json | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    is_broadcast: bool = False
    edited: Json | None = None
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_for: str | None = None
    states: dict[str, Values] = field(default_factory=dict)
    """What each person has chosen in its elements."""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def all_blocks(self) -> Iterator[tuple[Json, int | None]]:
        """Its own blocks and those of its attachments, with the attachment's number (from 1) or None."""
        for block in self.blocks:
            yield block, None
        for number, attachment in enumerate(self.attachments, start=1):
            for block in attachment.get("blocks") or []:
                yield block, number


@dataclass(kw_only=True, slots=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    created: int
    creator: str
    members: list[str] = field(default_factory=list)
    with_user: str | None = None
    """The person at the other end of a direct message with the app."""
    is_general: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    """Whether another workspace shares it (Slack Connect)."""
    topic: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[Message]] = field(default_factory=dict)
    """The replies to each message that has some, oldest first."""
    ephemerals: dict[str, Message] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)
    last_ts: str | None = None

    def visible_to(self, user: str, *, is_guest: bool = False) -> bool:
        """Public channels are open to everyone but guests; the others to their members."""
        return user in self.members or (self.kind == "channel" and not is_guest)

    def replies(self, thread_ts: str) -> list[Message]:
        return self.threads.get(thread_ts, [])

    def add(self, message: Message) -> None:
        if message.ephemeral_for is not None:
            self.ephemerals[message.ts] = message
            return
        self.messages[message.ts] = message
        if message.is_reply and message.thread_ts is not None:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def remove(self, message: Message) -> None:
        if message.ephemeral_for is not None:
            del self.ephemerals[message.ts]
            return
        del self.messages[message.ts]
        if message.is_reply and message.thread_ts is not None:
            self.threads[message.thread_ts].remove(message)

    def shown_to(self, user: str, ts: str) -> Message | None:
        """The message as this person may see it: one of the channel, or an ephemeral one of their own."""
        if ts in self.messages:
            return self.messages[ts]
        message = self.ephemerals.get(ts)
        return message if message is not None and message.ephemeral_for == user else None


@dataclass(kw_only=True, slots=True)
class View:
    """A modal or Home tab on a user's screen. `content` is what the app sent, with Slack's defaults filled in."""

    id: str
    user: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    opened_in: str | None = None
    """The channel in which a user was when the stack was opened, if it was opened from one."""

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        return list(self.content["blocks"])

    @property
    def external_id(self) -> str:
        return str(self.content["external_id"])

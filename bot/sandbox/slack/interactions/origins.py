"""Where an element stands that a user uses: in a view, or in a message of a channel."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.sandbox.slack import elements, wire
from bot.sandbox.slack.directory import Directory
from bot.sandbox.slack.elements import Placed
from bot.sandbox.slack.model import Channel, Json, Message, Person, Values, View
from bot.sandbox.slack.workspace import Workspace

CHANNEL_NAMES = {"private": "privategroup", "im": "directmessage"}
"""How payloads name what is not a public channel."""


def channel_name(channel: Channel) -> str:
    return CHANNEL_NAMES.get(channel.kind, channel.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class InView:
    """In a modal or the Home tab."""

    view: View

    @property
    def holder(self) -> str:
        """A key for what the app has suggested here."""
        return self.view.id

    @property
    def channel_id(self) -> str | None:
        return None

    @property
    def modal_id(self) -> str | None:
        """The modal that triggers from here can push onto."""
        return self.view.id if self.view.type == "modal" else None

    def described(self, _: Directory) -> Json:
        """`container` and `view` of a payload."""
        return {"container": {"type": "view", "view_id": self.view.id}, "view": wire.view(self.view)}

    def keep(self, workspace: Workspace, _: Person, placed: Placed, value: Json) -> None:
        workspace.views.put(self.view, placed.block_id, placed.action_id, value)


@dataclass(frozen=True, kw_only=True, slots=True)
class InMessage:
    """In a message, or with a number in one of its attachments."""

    channel: Channel
    message: Message
    attachment: int | None = None

    @property
    def holder(self) -> str:
        """A key for what the app has suggested here."""
        return f"{self.channel.id}/{self.message.ts}"

    @property
    def channel_id(self) -> str | None:
        return self.channel.id

    @property
    def modal_id(self) -> str | None:
        return None

    @property
    def is_ephemeral(self) -> bool:
        return self.message.ephemeral_for is not None

    def described(self, directory: Directory) -> Json:
        """`container`, `channel` and `message` of a payload; ephemeral messages are not sent along."""
        described: Json = {
            "container": self._container(),
            "channel": {"id": self.channel.id, "name": channel_name(self.channel)},
        }
        if not self.is_ephemeral:
            described["message"] = wire.message(self.channel, self.message, directory)
        return described

    def _container(self) -> Json:
        container: Json = {
            "type": "message",
            "message_ts": self.message.ts,
            "channel_id": self.channel.id,
            "is_ephemeral": self.is_ephemeral,
        }
        if self.attachment is not None:
            container |= {
                "type": "message_attachment",
                "attachment_id": self.attachment,
                "is_app_unfurl": False,
            }
        if self.message.is_reply:
            container["thread_ts"] = self.message.thread_ts
        return container

    def keep(self, _: Workspace, who: Person, placed: Placed, value: Json) -> None:
        values = self.values(who)
        values[placed.block_id][placed.action_id] = value
        self.message.states[who.id] = values

    def values(self, who: Person) -> Values:
        """What this person has chosen in the message, initial values included."""
        blocks = [block for block, _ in self.message.all_blocks()]
        return elements.state_of(blocks, self.message.states.get(who.id))


Origin: TypeAlias = InView | InMessage

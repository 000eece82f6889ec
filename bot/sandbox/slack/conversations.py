"""The channels and their messages: the one place that changes them, and that tells screens and the app."""

from collections.abc import Callable, Iterable, Iterator

from bot.sandbox.clock import Clock
from bot.sandbox.slack import screen, wire
from bot.sandbox.slack.directory import Directory
from bot.sandbox.slack.ids import Ids, ts_after
from bot.sandbox.slack.model import Channel, Json, Message, Person
from bot.sandbox.slack.stream import Stream

Announce = Callable[[Channel, Json], None]
"""Tells the app of an event in a channel (its `event` object), if the app listens to such."""

_PREFIX = {"channel": "C", "private": "C", "im": "D"}
_CHANNEL_TYPE = {"channel": "channel", "private": "group", "im": "im"}


class Conversations:
    """All channels by id. Whether a user may do a thing is asked elsewhere; here it is done."""

    def __init__(
        self,
        channels: Iterable[Channel],
        *,
        clock: Clock,
        ids: Ids,
        directory: Directory,
        stream: Stream,
        announce: Announce,
    ) -> None:
        self._channels = {channel.id: channel for channel in channels}
        self._clock = clock
        self._ids = ids
        self._directory = directory
        self._stream = stream
        self._announce = announce

    def __iter__(self) -> Iterator[Channel]:
        return iter(list(self._channels.values()))

    def find(self, channel_id: str) -> Channel | None:
        return self._channels.get(channel_id)

    def named(self, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((one for one in self if one.kind != "im" and one.name == wanted), None)

    def direct(self, user: str) -> Channel | None:
        """The app's direct message with this person."""
        return next((one for one in self if one.with_user == user), None)

    def next_ts(self, channel: Channel) -> str:
        channel.last_ts = ts_after(self._clock.now(), channel.last_ts)
        return channel.last_ts

    def post(self, channel: Channel, message: Message) -> Message:
        """Adds a message (its ts made by `next_ts`) to the channel, or to one person's screen if it is ephemeral."""
        channel.add(message)
        if message.ephemeral_for is not None:
            self.show(channel, message)
            return message
        if message.user in channel.members and not message.bot_id:
            channel.last_read[message.user] = message.ts
        self.show(channel, message)
        self._show_parent(channel, message)
        self._announce(channel, self._message_event(channel, wire.message(channel, message, self._directory)))
        return message

    def change(self, channel: Channel, message: Message, *, before: Json) -> None:
        """Tells of a message that has been changed in place; `before` is its wire form until now."""
        self.show(channel, message)
        if message.ephemeral_for is None:
            after = wire.message(channel, message, self._directory)
            changed = {
                "subtype": "message_changed",
                "hidden": True,
                "message": after,
                "previous_message": before,
            }
            self._announce(channel, self._message_event(channel, changed | {"ts": self.next_ts(channel)}))

    def delete(self, channel: Channel, message: Message) -> None:
        """Removes a message; a parent with replies leaves a tombstone, as at Slack."""
        if message.ephemeral_for is not None:
            channel.remove(message)
            self._gone(channel, message)
            return
        before = wire.message(channel, message, self._directory)
        if channel.replies(message.ts):
            message.subtype, message.user, message.bot_id = "tombstone", "USLACKBOT", None
            message.text, message.blocks, message.attachments = "This message was deleted.", [], []
            message.metadata = None
            self.show(channel, message)
        else:
            channel.remove(message)
            self._gone(channel, message)
            self._show_parent(channel, message)
        deleted = {
            "subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts, "previous_message": before,
        }  # fmt: skip
        self._announce(channel, self._message_event(channel, deleted | {"ts": self.next_ts(channel)}))

    def react(self, channel: Channel, message: Message, *, name: str, user: str) -> None:
        message.reactions.setdefault(name, []).append(user)
        self.show(channel, message)
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        event = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item": item,
            "item_user": message.user,
        }
        self._announce(channel, event | {"event_ts": ts_after(self._clock.now(), None)})

    def create(self, name: str, *, creator: str, is_private: bool, members: Iterable[str]) -> Channel:
        channel = Channel(
            id=self._ids.next(_PREFIX["channel"]),
            name=name,
            kind="private" if is_private else "channel",
            created=int(self._clock.now()),
            creator=creator,
            members=list(dict.fromkeys([creator, *members])),
        )
        self._channels[channel.id] = channel
        self.show_channel(channel)
        described = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
        self._announce(channel, {"type": "channel_created", "channel": described})
        return channel

    def join(self, channel: Channel, user: str) -> None:
        channel.members.append(user)
        self.show_channel(channel)
        self.system_message(channel, user, "channel_join", f"<@{user}> has joined the channel")
        self._membership_event(channel, user, "member_joined_channel")

    def leave(self, channel: Channel, user: str) -> None:
        channel.members.remove(user)
        self._stream.publish("channel", to=[user].__contains__, channel=screen.channel(channel, user))
        self.show_channel(channel)
        self.system_message(channel, user, "channel_leave", f"<@{user}> has left the channel")
        self._membership_event(channel, user, "member_left_channel")

    def archive(self, channel: Channel, *, user: str, archived: bool) -> None:
        channel.is_archived = archived
        self.show_channel(channel)
        kind = "channel_archive" if archived else "channel_unarchive"
        self._announce(channel, {"type": kind, "channel": channel.id, "user": user})

    def system_message(self, channel: Channel, user: str, subtype: str, text: str) -> None:
        message = Message(ts=self.next_ts(channel), channel=channel.id, user=user, text=text, subtype=subtype)
        self.post(channel, message)

    def show(self, channel: Channel, message: Message) -> None:
        """Sends a new or changed message to the screens of those who may see it."""
        for person in self._watching():
            if self._sees(channel, person) and message.ephemeral_for in {None, person.id}:
                shown = screen.message(channel, message, user=person.id)
                self._stream.publish(
                    "message", to=[person.id].__contains__, channel=channel.id, message=shown
                )

    def show_channel(self, channel: Channel) -> None:
        for person in self._watching():
            if self._sees(channel, person):
                shown = screen.channel(channel, person.id)
                self._stream.publish("channel", to=[person.id].__contains__, channel=shown)

    def _show_parent(self, channel: Channel, message: Message) -> None:
        parent = channel.messages.get(message.thread_ts or "") if message.is_reply else None
        if parent is not None:
            self.show(channel, parent)

    def _gone(self, channel: Channel, message: Message) -> None:
        watching = {one.id for one in self._directory.everyone() if self._sees(channel, one)}
        if message.ephemeral_for is not None:
            watching &= {message.ephemeral_for}
        self._stream.publish("message_deleted", to=watching.__contains__, channel=channel.id, ts=message.ts)

    def _watching(self) -> list[Person]:
        return [person for person in self._directory.everyone() if self._stream.is_watched_by(person.id)]

    def _sees(self, channel: Channel, person: Person) -> bool:
        return channel.visible_to(person.id, is_guest=person.is_guest)

    def _message_event(self, channel: Channel, fields: Json) -> Json:
        where = {"channel": channel.id, "channel_type": _CHANNEL_TYPE[channel.kind]}
        return {"type": "message", **fields, **where, "event_ts": fields["ts"]}

    def _membership_event(self, channel: Channel, user: str, kind: str) -> None:
        event: Json = {
            "type": kind,
            "user": user,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": self._directory.team.id,
        }
        self._announce(channel, event)

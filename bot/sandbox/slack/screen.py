"""People, channels, messages and views as the page for people shows them (the control API's shapes)."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.ids import ts_micros
from bot.sandbox.slack.model import Channel, Json, Message, Person, View

MESSAGES_SHOWN = 200


def person(one: Person) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "real_name": one.real_name,
        "is_bot": one.is_bot,
        "is_guest": one.is_guest,
        "tz": one.tz,
        "color": one.color,
        "initials": one.initials,
    }


def message(channel: Channel, one: Message, *, user: str | None = None) -> Json:
    """A message; `user` adds what this person has chosen in its elements as `state`."""
    thread = wire.thread_fields(channel, one)
    shown: Json = {
        "ts": one.ts,
        "user": one.user,
        "text": one.text,
        "reply_count": thread.get("reply_count", 0),
        "reply_users": thread.get("reply_users", []),
        "latest_reply": thread.get("latest_reply"),
        "is_ephemeral": one.ephemeral_for is not None,
    }
    if one.ephemeral_for is not None:
        shown["ephemeral_id"] = one.ts
    for name in (
        "thread_ts",
        "bot_id",
        "username",
        "icons",
        "blocks",
        "attachments",
        "edited",
        "subtype",
        "metadata",
    ):
        if value := getattr(one, name):
            shown[name] = value
    if one.reactions:
        shown["reactions"] = one.reactions
    if user is not None and user in one.states:
        shown["state"] = {"values": one.states[user]}
    return shown


def messages(channel: Channel, user: str) -> list[Json]:
    """What this person sees in the channel, oldest first, the last `MESSAGES_SHOWN`."""
    own = [one for one in channel.ephemerals.values() if one.ephemeral_for == user]
    visible = sorted([*channel.messages.values(), *own], key=lambda one: ts_micros(one.ts))
    return [message(channel, one, user=user) for one in visible[-MESSAGES_SHOWN:]]


def channel(one: Channel, user: str) -> Json:
    """A channel as this person's sidebar has it, without its messages."""
    shown: Json = {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "is_archived": one.is_archived,
        "is_member": user in one.members,
        "unread": unread(one, user),
        "last_read": one.last_read.get(user, "0"),
        "topic": one.topic,
        "members": one.members,
    }
    if one.with_user is not None:
        shown["with_user"] = one.with_user
    return shown


def unread(one: Channel, user: str) -> int:
    """How many messages of other people stand in the channel itself (not in threads) after the last one read."""
    if user not in one.members:
        return 0
    read = ts_micros(one.last_read.get(user, "0"))
    return sum(
        ts_micros(ts) > read and each.user != user and (not each.is_reply or each.is_broadcast)
        for ts, each in one.messages.items()
    )


def view(one: View) -> Json:
    return {
        "id": one.id,
        "type": one.type,
        "callback_id": one.content["callback_id"],
        "title": one.content.get("title"),
        "submit": one.content.get("submit"),
        "close": one.content.get("close"),
        "blocks": one.content["blocks"],
        "state": {"values": one.values},
        "errors": one.errors,
        "hash": one.hash,
        "root_view_id": one.root_view_id,
        "previous_view_id": one.previous_view_id,
    }

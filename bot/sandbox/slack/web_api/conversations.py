"""conversations.list, info, members, open, join, leave, and users.conversations."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Channel, ChannelKind, Json
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.web_api.call import SCOPE_FAMILY, Call
from bot.sandbox.slack.web_api.paging import page

_TYPES: dict[str, ChannelKind | None] = {
    "public_channel": "channel",
    "private_channel": "private",
    "im": "im",
    "mpim": None,
}
"""The values of `types`; there are no group direct messages here."""


async def list_(call: Call) -> Json:
    """All channels that the app may know of, of the `types` asked for."""
    kinds = _kinds(call)
    found = [one for one in call.workspace.conversations if one.kind in kinds and one.visible_to(BOT_USER_ID)]
    return _listed(call, found)


async def users_conversations(call: Call) -> Json:
    """The channels that `user` (default: the app) is a member of, as far as the app may know of them."""
    kinds = _kinds(call)
    user = call.person().id if call.arguments.text("user") else BOT_USER_ID
    found = [
        one
        for one in call.workspace.conversations
        if one.kind in kinds and user in one.members and one.visible_to(BOT_USER_ID)
    ]
    return _listed(call, found)


def _kinds(call: Call) -> set[ChannelKind]:
    """The kinds that `types` names, each with its scope held. Slack: conversations.list, argument types."""
    names = [name.strip() for name in (call.arguments.text("types") or "public_channel").split(",")]
    if unknown := [name for name in names if name not in _TYPES]:
        raise ApiError("invalid_types", detail=f"unknown: {', '.join(unknown)}")
    kinds = {kind for name in names if (kind := _TYPES[name]) is not None}
    for kind in sorted(kinds):
        call.require_scope(f"{SCOPE_FAMILY[kind]}:read")
    return kinds


def _listed(call: Call, channels: list[Channel]) -> Json:
    if call.arguments.flag("exclude_archived"):
        channels = [one for one in channels if not one.is_archived]
    shown, metadata = page(channels, call.arguments, lambda one: one.id)
    return {
        "channels": [wire.conversation(one, member=BOT_USER_ID) for one in shown],
        "response_metadata": metadata,
    }


async def info(call: Call) -> Json:
    channel = call.channel()
    call.require_for(channel, "read")
    described = wire.conversation(channel, member=BOT_USER_ID)
    if call.arguments.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    return {"channel": described}


async def members(call: Call) -> Json:
    channel = call.channel()
    call.require_for(channel, "read")
    shown, metadata = page(channel.members, call.arguments, str)
    return {"members": shown, "response_metadata": metadata}


async def open_(call: Call) -> Json:
    """The app's direct message with one person; group direct messages are not in this sandbox."""
    channel = _direct(call)
    opened: Json = {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    if call.arguments.flag("return_im"):
        opened["channel"] = wire.conversation(channel, member=BOT_USER_ID)
    return opened


def _direct(call: Call) -> Channel:
    if call.arguments.text("channel"):
        channel = call.channel()
        if channel.kind != "im":
            raise ApiError("method_not_supported_for_channel_type")
        return channel
    users = [each.strip() for each in (call.arguments.text("users") or "").split(",") if each.strip()]
    if not users:
        raise ApiError("users_list_not_supplied")
    if any(call.workspace.directory.find(user) is None for user in users):
        raise ApiError("user_not_found")
    if len(users) > 1:
        raise ApiError("not_in_this_sandbox", detail="group direct messages: open one with a single person")
    channel_or_none = call.workspace.conversations.direct(users[0])
    if channel_or_none is None:
        raise ApiError("cannot_dm_bot")
    return channel_or_none


async def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID in channel.members:
        call.warnings.append("already_in_channel")
    else:
        call.workspace.conversations.join(channel, BOT_USER_ID)
    return {"channel": wire.conversation(channel, member=BOT_USER_ID)}


async def leave(call: Call) -> Json:
    channel = call.channel()
    if channel.kind == "im":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_general:
        raise ApiError("cant_leave_general")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID not in channel.members:
        return {"not_in_channel": True}
    call.workspace.conversations.leave(channel, BOT_USER_ID)
    return {}

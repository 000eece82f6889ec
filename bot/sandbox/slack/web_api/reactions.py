"""reactions.add."""

from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.web_api.call import Call


async def add(call: Call) -> Json:
    name = call.arguments.required("name").strip(":")
    if call.arguments.text("timestamp") is None:
        raise ApiError("no_item_specified")
    channel = call.joined_channel()
    message = channel.messages.get(call.arguments.required("timestamp"))
    if message is None:
        raise ApiError("message_not_found")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID in message.reactions.get(name, []):
        raise ApiError("already_reacted")
    call.workspace.conversations.react(channel, message, name=name, user=BOT_USER_ID)
    return {}

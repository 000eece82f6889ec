"""conversations.history and conversations.replies."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.ids import ts_micros
from bot.sandbox.slack.model import Channel, Json, Message
from bot.sandbox.slack.web_api.call import Call
from bot.sandbox.slack.web_api.paging import page


async def history(call: Call) -> Json:
    """The channel's own messages, newest first; of threads only the parents and what was broadcast."""
    channel = call.joined_channel()
    call.require_for(channel, "history")
    own = [one for one in channel.messages.values() if not one.is_reply or one.is_broadcast]
    found = [one for one in reversed(own) if _is_between(call, one)]
    return {**_listed(call, channel, found), "pin_count": 0}


async def replies(call: Call) -> Json:
    """A thread, oldest first: its parent, then what `oldest` and `latest` leave of the replies."""
    channel = call.joined_channel()
    call.require_for(channel, "history")
    message = channel.messages.get(call.arguments.required("ts"))
    if message is None:
        raise ApiError("thread_not_found")
    found = [one for one in channel.replies(message.ts) if _is_between(call, one)]
    return _listed(call, channel, [message, *found])


def _is_between(call: Call, message: Message) -> bool:
    """Whether it lies within `oldest` and `latest`, themselves excluded unless `inclusive`."""
    ts = ts_micros(message.ts)
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    if call.arguments.flag("inclusive") and ts in {oldest, latest}:
        return True
    return (oldest is None or ts > oldest) and (latest is None or ts < latest)


def _bound(call: Call, name: str) -> int | None:
    value = call.arguments.text(name)
    if value is None:
        return None
    try:
        return ts_micros(value)
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def _listed(call: Call, channel: Channel, messages: list[Message]) -> Json:
    shown, metadata = page(messages, call.arguments, lambda one: one.ts)
    all_metadata = call.arguments.flag("include_all_metadata")
    answer: Json = {
        "messages": [
            wire.message(channel, one, call.workspace.directory, all_metadata=all_metadata) for one in shown
        ],
        "has_more": bool(metadata["next_cursor"]),
    }
    if metadata["next_cursor"]:
        answer["response_metadata"] = metadata
    return answer

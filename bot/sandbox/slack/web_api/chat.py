"""chat.postMessage, update, delete, postEphemeral, getPermalink."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.composing import LONGEST_UPDATE, Content, read_content
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Channel, Json, Message
from bot.sandbox.slack.people import BOT_ID, BOT_USER_ID
from bot.sandbox.slack.web_api.call import Call

_NOT_REPLIABLE = frozenset({"channel_join", "channel_leave", "tombstone"})


async def post_message(call: Call) -> Json:
    content = read_content(call.arguments, call.workspace.ids)
    if content.is_empty:
        raise ApiError("no_text")
    channel = _channel_to_post_in(call)
    thread_ts = thread_parent(call, channel)
    call.workspace.limits.message(channel.id)
    call.warnings.extend(content.warnings)
    broadcast = thread_ts is not None and call.arguments.flag("reply_broadcast")
    message = content.fill(
        Message(
            ts=call.workspace.conversations.next_ts(channel),
            channel=channel.id,
            user=BOT_USER_ID,
            bot_id=BOT_ID,
            thread_ts=thread_ts,
            is_broadcast=broadcast,
            subtype="thread_broadcast" if broadcast else None,
        )
    )
    _customize(call, message)
    call.workspace.conversations.post(channel, message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": wire.message(channel, message, call.workspace.directory, all_metadata=True),
    }


def _channel_to_post_in(call: Call) -> Channel:
    """Channels by id or name, people by id (their direct message with the app). Slack: chat.postMessage."""
    target = call.arguments.required("channel")
    conversations = call.workspace.conversations
    channel = conversations.find(target) or conversations.direct(target) or conversations.named(target)
    if channel is None or not channel.visible_to(BOT_USER_ID):
        raise ApiError("channel_not_found")
    if channel.kind == "im" and not call.workspace.app.messages_tab:
        raise ApiError("messages_tab_disabled")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID not in channel.members and not call.has_scope("chat:write.public"):
        raise ApiError("not_in_channel")
    return channel


def thread_parent(call: Call, channel: Channel) -> str | None:
    """The thread to reply in; ApiError(cannot_reply_to_message) unless it is a message that can have replies."""
    thread_ts = call.arguments.text("thread_ts")
    if thread_ts is None:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.is_reply or parent.subtype in _NOT_REPLIABLE:
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def _customize(call: Call, message: Message) -> None:
    """Another name or icon, for which chat:write.customize is needed."""
    arguments = call.arguments
    username, icon_url, icon_emoji = (arguments.text(name) for name in ("username", "icon_url", "icon_emoji"))
    if not (username or icon_url or icon_emoji):
        return
    call.require_scope("chat:write.customize")
    message.username = username
    message.subtype = "bot_message"
    if icon_emoji:
        message.icons = {"emoji": icon_emoji}
    elif icon_url:
        message.icons = {"image_48": icon_url}


async def update(call: Call) -> Json:
    """Changes one of the app's own messages. What was not given stays, but a text alone removes the blocks."""
    content = read_content(call.arguments, call.workspace.ids, longest=LONGEST_UPDATE)
    channel = call.channel()
    message = _message(call, channel)
    if channel.is_archived:
        raise ApiError("is_inactive")
    if message.bot_id != BOT_ID:
        raise ApiError("cant_update_message")
    call.warnings.extend(content.warnings)
    before = wire.message(channel, message, call.workspace.directory)
    rewrite(message, content)
    if not content.blocks:
        message.edited = {"user": BOT_USER_ID, "ts": call.workspace.conversations.next_ts(channel)}
    call.workspace.conversations.change(channel, message, before=before)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": wire.message(channel, message, call.workspace.directory, all_metadata=True),
    }


def rewrite(message: Message, content: Content) -> None:
    """Slack's rules for updates.

    `text` without `blocks` removes the blocks, `blocks` without `text` keeps the text, attachments and metadata stay
    unless given. ApiError(no_text) if nothing would be left.
    """
    text = message.text if content.text is None else content.text
    blocks = content.blocks
    if blocks is None:
        blocks = [] if content.text is not None else message.blocks
    attachments = message.attachments if content.attachments is None else content.attachments
    nothing_given = content.text is None and content.blocks is None and content.attachments is None
    if nothing_given or not (text or blocks or attachments):
        raise ApiError("no_text")
    message.text, message.blocks, message.attachments = text, blocks, attachments
    if content.metadata is not None:
        message.metadata = content.metadata or None


async def delete(call: Call) -> Json:
    channel = call.channel()
    message = _message(call, channel)
    if message.bot_id != BOT_ID:
        raise ApiError("cant_delete_message")
    call.workspace.conversations.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def _message(call: Call, channel: Channel) -> Message:
    """The message that `ts` names; ephemeral ones cannot be found."""
    message = channel.messages.get(call.arguments.required("ts"))
    if message is None or message.subtype == "tombstone":
        raise ApiError("message_not_found")
    return message


async def post_ephemeral(call: Call) -> Json:
    """Shows a message to one member of a channel; it has a ts, but no history has it."""
    content = read_content(call.arguments, call.workspace.ids, longest=LONGEST_UPDATE)
    if content.is_empty:
        raise ApiError("no_text")
    user = call.arguments.required("user")
    channel = _channel_to_post_in(call)
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    message = content.fill(
        Message(
            ts=call.workspace.conversations.next_ts(channel),
            channel=channel.id,
            user=BOT_USER_ID,
            bot_id=BOT_ID,
            thread_ts=thread_parent(call, channel),
            ephemeral_for=user,
        )
    )
    message.metadata = None
    call.workspace.conversations.post(channel, message)
    return {"message_ts": message.ts}


async def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = channel.messages.get(call.arguments.required("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    link = f"{call.workspace.url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}

"""Carries out an app's answer to an interaction, from a response_url or with an acknowledgement."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.composing import read_content
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.hooks import Hook
from bot.sandbox.slack.model import Channel, Message
from bot.sandbox.slack.people import BOT_ID, BOT_USER_ID
from bot.sandbox.slack.workspace import Workspace


def use(workspace: Workspace, kind: str, secret: str, arguments: Arguments) -> None:
    """One use of a response_url; refused ones do not count."""
    hook = workspace.hooks.find(kind, secret)
    workspace.limits.message(hook.channel)
    say(workspace, hook, arguments)
    hook.uses += 1


def say(workspace: Workspace, hook: Hook, arguments: Arguments) -> None:
    """Posts, replaces or deletes where the hook points; the app need not be a member there.

    Slack: handling user interaction, message responses. ApiError as of chat.postMessage.
    """
    channel = workspace.conversations.find(hook.channel)
    if channel is None or channel.is_archived:
        raise ApiError("is_archived" if channel else "channel_not_found", status=404)
    origin = channel.shown_to(hook.user, hook.message_ts) if hook.message_ts else None
    if arguments.flag("delete_original"):
        _delete(workspace, channel, origin)
        return
    content = read_content(arguments, workspace.ids)
    if content.is_empty:
        raise ApiError("no_text")
    if arguments.flag("replace_original") and origin is not None and origin.bot_id == BOT_ID:
        before = wire.message(channel, origin, workspace.directory)
        metadata = content.metadata if content.metadata is not None else origin.metadata
        content.fill(origin).metadata = metadata or None
        workspace.conversations.change(channel, origin, before=before)
        return
    in_channel = arguments.text("response_type") == "in_channel"
    message = Message(
        ts=workspace.conversations.next_ts(channel),
        channel=channel.id,
        user=BOT_USER_ID,
        bot_id=BOT_ID,
        thread_ts=_thread(channel, arguments),
        ephemeral_for=None if in_channel else hook.user,
    )
    content.fill(message).metadata = None
    workspace.conversations.post(channel, message)


def _delete(workspace: Workspace, channel: Channel, origin: Message | None) -> None:
    if origin is None or origin.bot_id != BOT_ID:
        raise ApiError("cant_delete_message", status=404)
    workspace.conversations.delete(channel, origin)


def _thread(channel: Channel, arguments: Arguments) -> str | None:
    """The thread that is asked for; an answer to a click in a thread goes to the channel without it."""
    thread_ts = arguments.text("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise ApiError("cannot_reply_to_message")
    return thread_ts

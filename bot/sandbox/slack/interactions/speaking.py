"""A person types: a message into a channel or thread, or a slash command; and reads."""

import html
import re
from collections.abc import Callable

from bot.sandbox.slack.answering import say
from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import ApiError, NotPossibleError
from bot.sandbox.slack.hooks import Hook
from bot.sandbox.slack.ids import ts_micros
from bot.sandbox.slack.interactions import acting, payloads
from bot.sandbox.slack.manifest import SlashCommand
from bot.sandbox.slack.model import Channel, Json, Message, Person
from bot.sandbox.slack.workspace import Workspace

_MENTION = re.compile(r"(?<![\w&;])([@#])([\w.-]*\w)")
_LINK = re.compile(r"(?<![<|])\bhttps?://[^\s<>|]+")


async def type_text(
    workspace: Workspace, user: str, channel_id: str, text: str, thread_ts: str | None = None
) -> Json:
    """A text that begins with `/` is a slash command, anything else a message."""
    who = acting.person(workspace, user)
    channel = acting.joined(workspace, who, channel_id)
    if text.startswith("/") and not text.startswith("//"):
        if thread_ts is not None:
            raise NotPossibleError("not_in_threads", "slash commands of apps do not work in threads")
        return await run_command(workspace, who, channel, text)
    return {"ok": True, "ts": say_as_person(workspace, who, channel, text, thread_ts).ts}


def say_as_person(
    workspace: Workspace, who: Person, channel: Channel, text: str, thread_ts: str | None
) -> Message:
    if not text.strip():
        raise NotPossibleError("empty", "an empty message cannot be sent")
    if thread_ts is not None and (thread_ts not in channel.messages or channel.messages[thread_ts].is_reply):
        raise NotPossibleError("no_such_thread", f"there is no message {thread_ts} to reply to")
    message = Message(
        ts=workspace.conversations.next_ts(channel),
        channel=channel.id,
        user=who.id,
        text=encoded(workspace, text, names=True),
        thread_ts=thread_ts,
    )
    return workspace.conversations.post(channel, message)


async def run_command(workspace: Workspace, who: Person, channel: Channel, line: str) -> Json:
    """Delivers a slash command and shows its answer.

    `{"ok": true, "ack": …}` or `{"ok": false, "error": …}` with what the person read: unknown_command,
    operation_timeout, dispatch_failed, http_service_error, invalid_command_response.
    """
    name, _, text = line.partition(" ")
    command = workspace.app.command(name)
    if command is None:
        acting.notice(workspace, who, channel.id, f"{name} is not a valid command.", "unknown_command")
        return {"ok": False, "error": "unknown_command"}
    payload = payloads.command(
        workspace,
        who,
        channel,
        command=name,
        text=_command_text(workspace, command, text.strip()),
        trigger_id=workspace.triggers.issue(who.id, channel=channel.id),
    )
    async with acting.pending(workspace, who, name):
        answer = await acting.deliver(workspace, "slash_commands", name, payload)
    error = answer.error
    if error is None:
        error = _show_answer(workspace, who, channel, line, answer.body)
    if error is not None:
        acting.notice(workspace, who, channel.id, f'{name} failed with the error "{error}"', error)
        return {"ok": False, "error": error}
    return {"ok": True, "ack": answer.body}


def _show_answer(workspace: Workspace, who: Person, channel: Channel, line: str, body: object) -> str | None:
    """Posts what came with the acknowledgement: a text, or a message as JSON; ephemeral unless in_channel."""
    if body is None or body in ("", {}):
        return None
    values = body if isinstance(body, dict) else {"text": str(body)}
    if values.get("response_type") == "in_channel":
        say_as_person(workspace, who, channel, line, None)
    hook = Hook(kind="commands", secret="", user=who.id, channel=channel.id, issued=workspace.clock.now())
    try:
        say(workspace, hook, Arguments(values))
    except ApiError:
        return "invalid_command_response"
    return None


def _command_text(workspace: Workspace, command: SlashCommand, text: str) -> str:
    """With should_escape names become ids. Slack: implementing slash commands."""
    return encoded(workspace, text, names=command.should_escape)


def encoded(workspace: Workspace, text: str, *, names: bool) -> str:
    """Typed text as Slack stores it: `&`, `<` and `>` escaped; with `names` also `@name`, `#channel` and links."""
    escaped = html.escape(text, quote=False)
    if not names:
        return escaped
    linked = _LINK.sub(lambda found: f"<{found.group()}>", escaped)
    return _MENTION.sub(_mention(workspace), linked)


def _mention(workspace: Workspace) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "@":
            person = workspace.directory.named(name)
            return f"<@{person.id}>" if person is not None else found.group()
        channel = workspace.conversations.named(name)
        if channel is None:
            return found.group()
        return f"<#{channel.id}|{channel.name if channel.kind == 'channel' else ''}>"

    return replaced


def read_up_to(workspace: Workspace, user: str, channel_id: str, ts: str) -> Json:
    """Marks a channel as read up to a message."""
    who = acting.person(workspace, user)
    channel = acting.channel(workspace, who, channel_id)
    try:
        newer = ts_micros(ts) > ts_micros(channel.last_read.get(who.id, "0"))
    except ValueError:
        raise NotPossibleError("invalid_ts", "ts is a message's timestamp, e.g. 1700000000.000100") from None
    if newer:
        channel.last_read[who.id] = ts
        workspace.conversations.show_channel(channel)
    return {"ok": True}

"""The control API's calls that change the world around people: channels, the app, time, what goes wrong."""

from dataclasses import replace
from typing import get_args

from bot.sandbox.slack.control import requests
from bot.sandbox.slack.delivery.parcel import Envelope
from bot.sandbox.slack.delivery.socket import Reason
from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.ids import secret
from bot.sandbox.slack.interactions import acting
from bot.sandbox.slack.model import Channel, Json, Person
from bot.sandbox.slack.people import ADA
from bot.sandbox.slack.settings import VERIFICATION_TOKEN
from bot.sandbox.slack.workspace import Workspace


async def create_channel(workspace: Workspace, body: requests.CreateChannel) -> Json:
    if workspace.conversations.named(body.name) is not None:
        raise NotPossibleError("name_taken", f"there is a #{body.name} already")
    for user in body.members:
        _known(workspace, user)
    channel = workspace.conversations.create(
        body.name, creator=body.user or ADA.id, is_private=body.is_private, members=body.members
    )
    return {"channel": channel.id}


async def membership(workspace: Workspace, body: requests.Membership) -> Json:
    """A user (the app's bot user too) joins or leaves a channel."""
    channel = _channel(workspace, body.channel)
    _known(workspace, body.user)
    if channel.kind == "im":
        raise NotPossibleError("direct_message", "nobody joins or leaves a direct message")
    if body.present and body.user not in channel.members:
        workspace.conversations.join(channel, body.user)
    if not body.present and body.user in channel.members:
        workspace.conversations.leave(channel, body.user)
    return {}


async def account(workspace: Workspace, body: requests.Account) -> Json:
    """A user joins, is made a guest, is deactivated, or comes from another company."""
    known = body.model_dump(exclude={"user"})
    workspace.directory.put(Person(id=body.user, real_name=body.name.title(), **known))
    return {}


async def organisation(workspace: Workspace, body: requests.Organisation) -> Json:
    """The workspace becomes part of an organisation on Enterprise Grid, or leaves it."""
    workspace.directory.team = replace(workspace.directory.team, enterprise=body.enterprise)
    return {}


async def archive(workspace: Workspace, body: requests.Archive) -> Json:
    channel = _channel(workspace, body.channel)
    if channel.kind == "im" or channel.is_general:
        raise NotPossibleError("cannot_archive", "neither #general nor a direct message can be archived")
    workspace.conversations.archive(channel, user=body.user or ADA.id, archived=body.archived)
    return {}


async def share(workspace: Workspace, body: requests.Share) -> Json:
    """Another company's workspace joins a channel (Slack Connect), or leaves it."""
    channel = _channel(workspace, body.channel)
    if channel.kind == "im":
        raise NotPossibleError("direct_message", "a direct message is shared with nobody")
    channel.is_ext_shared = body.shared
    return {}


def _channel(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.conversations.find(channel_id)
    if channel is None:
        raise NotPossibleError("no_such_channel", f"there is no channel {channel_id}")
    return channel


def _known(workspace: Workspace, user: str) -> None:
    if workspace.directory.find(user) is None:
        raise NotPossibleError("unknown_person", f"there is nobody with the id {user}")


async def add_fault(workspace: Workspace, body: Fault) -> Json:
    return {"fault": workspace.faults.add(body).model_dump(), "faults": workspace.faults.listed()}


async def token(workspace: Workspace, body: requests.Token) -> Json:
    workspace.revoke(revoked=body.revoked)
    return {"tokens": {"revoked": workspace.is_revoked}}


async def change_clock(workspace: Workspace, body: requests.ClockChange) -> Json:
    if body.rate is not None:
        workspace.clock.set_rate(body.rate)
    workspace.clock.advance(body.advance)
    return {"now": workspace.clock.now(), "rate": workspace.clock.rate}


async def limits(workspace: Workspace, body: requests.Limits) -> Json:
    workspace.limits.enabled = body.enabled
    return {"enabled": body.enabled}


async def change_app(workspace: Workspace, body: requests.AppChange) -> Json:
    changes = body.model_dump(exclude_unset=True)
    try:
        workspace.configure(**changes)
    except (KeyError, AttributeError, TypeError) as error:
        raise NotPossibleError("invalid_manifest", f"the manifest cannot be read: {error!r}") from error
    return {"app": workspace.directory.bot.real_name}


async def probe(workspace: Workspace, body: requests.Probe) -> Json:
    """Asks the app's address what Slack asks it beside the day's work; `{"answer", "error"}`.

    `url_verification` is answered with the challenge, `ssl_check` with nothing. Both are for HTTP only.
    """
    if workspace.dispatcher.over_sockets or workspace.settings.request_url is None:
        raise NotPossibleError("no_address", "the app has no request_url, or Socket Mode is on")
    if body.kind == "ssl_check":
        payload: Json = {"ssl_check": "1", "token": VERIFICATION_TOKEN}
        envelope: Envelope = "slash_commands"
    else:
        payload = {"type": body.kind, "token": VERIFICATION_TOKEN, "challenge": secret(32)}
        envelope = "events_api"
    answer = await acting.deliver(workspace, envelope, body.kind, payload)
    return {"sent": payload, "answer": answer.body, "error": answer.error}


async def disconnect_sockets(workspace: Workspace, body: requests.SocketChange) -> Json:
    """Sends disconnect frames to the app's sockets; the reason `drop` closes them without one."""
    count = len(workspace.sockets)
    if body.reason == "drop":
        await workspace.sockets.drop()
        return {"connections": count}
    for reason in get_args(Reason):
        if reason == body.reason:
            await workspace.sockets.disconnect(reason)
            return {"connections": count}
    raise NotPossibleError("unknown_reason", f"one of {', '.join(get_args(Reason))}, drop")


async def reset(workspace: Workspace, _: requests.Nothing) -> Json:
    await workspace.reset()
    return {}

"""Who acts where: finds people, channels and messages for them, and brings what they did to the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sandbox.slack.delivery import Answer, Parcel
from bot.sandbox.slack.delivery.parcel import Envelope
from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.model import Channel, Json, Message, Person, View
from bot.sandbox.slack.workspace import Workspace


def person(workspace: Workspace, user: str) -> Person:
    found = workspace.directory.human(user)
    if found is None:
        known = ", ".join(one.id for one in workspace.directory.everyone() if not one.is_bot)
        raise NotPossibleError("unknown_person", f"act as one of {known}")
    return found


def channel(workspace: Workspace, who: Person, channel_id: str) -> Channel:
    """A channel that this person sees."""
    found = workspace.conversations.find(channel_id)
    if found is None or not found.visible_to(who.id, is_guest=who.is_guest):
        raise NotPossibleError("channel_not_visible", f"{who.name} sees no channel {channel_id}")
    return found


def joined(workspace: Workspace, who: Person, channel_id: str) -> Channel:
    """A channel in which this person can write."""
    found = channel(workspace, who, channel_id)
    if who.id not in found.members:
        raise NotPossibleError("not_a_member", f"{who.name} has to join #{found.name} first")
    if found.is_archived:
        raise NotPossibleError("channel_is_archived", f"nobody can write in #{found.name} any more")
    if found.kind == "im" and not (workspace.app.messages_tab and not workspace.app.messages_tab_read_only):
        raise NotPossibleError("messages_tab_is_off", "the app takes no direct messages")
    return found


def message(place: Channel, who: Person, ts: str) -> Message:
    found = place.shown_to(who.id, ts)
    if found is None:
        raise NotPossibleError("message_not_visible", f"{who.name} sees no message {ts} in {place.id}")
    return found


def view_on_screen(workspace: Workspace, who: Person, view_id: str) -> View:
    """The modal on top, or the Home tab: what lies below the top modal cannot be reached."""
    home, top = workspace.views.home(who.id), workspace.views.top(who.id)
    for view in (top, home):
        if view is not None and view.id == view_id:
            return view
    raise NotPossibleError("view_not_on_screen", f"{who.name} has no view {view_id} in front of them")


async def deliver(workspace: Workspace, envelope: Envelope, name: str, payload: Json) -> Answer:
    """Brings one interaction to the app and waits for the answer, at most three seconds."""
    return await workspace.dispatcher.send(
        Parcel(envelope=envelope, name=name, payload=payload, url=_url(workspace, envelope, name))
    )


def _url(workspace: Workspace, envelope: Envelope, name: str) -> str | None:
    """The workspace's setting, else the manifest's URL for this sort of thing."""
    settings, app = workspace.settings, workspace.app
    if name == "block_suggestion":
        return settings.options_url or settings.request_url or app.urls.options
    if envelope == "slash_commands":
        command = app.command(name)
        return settings.request_url or (command.url if command is not None else None)
    return settings.request_url or app.urls.interactivity


@asynccontextmanager
async def pending(workspace: Workspace, who: Person, what: str) -> AsyncIterator[None]:
    """Lets this person's screens show that something is on its way."""

    def tell(state: str) -> None:
        workspace.stream.publish("pending", to=[who.id].__contains__, id=what, state=state)

    tell("started")
    try:
        yield
    finally:
        tell("ended")


def notice(workspace: Workspace, who: Person, channel_id: str | None, text: str, kind: str) -> None:
    """A line that only this person sees, as Slackbot writes it."""
    workspace.stream.publish("notice", to=[who.id].__contains__, channel=channel_id, text=text, kind=kind)

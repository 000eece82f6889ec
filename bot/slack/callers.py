"""Who acts and where, read from payloads: what rights are asked with."""

from dataclasses import dataclass
from typing import Protocol

from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Clicked, Opened, Typed, ViewState


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who acts, as a payload says it: `team` is the user's own, `channel` where they act.

    `thread` is the `ts` of the message in whose thread that is. `here`: Slack says that it happens in this channel now; else it is where the form was opened that they act in.
    """

    user: str
    team: str = ""
    channel: str = ""
    thread: str = ""
    here: bool = True


class _InView(Protocol):
    """A payload of something that happens in a view, or may."""

    @property
    def user(self) -> str: ...

    @property
    def team(self) -> str: ...

    @property
    def view(self) -> ViewState | None: ...


def typing(typed: Typed) -> Caller:
    """A command is typed in a channel."""
    return Caller(user=typed.user, team=typed.team, channel=typed.channel, thread=typed.thread)


def clicking(clicked: Clicked) -> Caller:
    """In a message, which stands in a channel, or in a view."""
    return using(clicked, channel=clicked.channel, thread=clicked.thread)


def using(payload: _InView, *, channel: str = "", thread: str = "") -> Caller:
    """Slack says of a message in which channel it stands; of a form only the form itself says where it was opened."""
    opened_in, opened_under = "", ""
    if payload.view:
        opened_in = FormMetadata.opened_in(payload.view.private_metadata)
        opened_under = FormMetadata.thread_of(payload.view.private_metadata)
    return Caller(
        user=payload.user,
        team=payload.team,
        channel=channel or opened_in,
        thread=thread if channel else opened_under,
        here=bool(channel),
    )


def opening(opened: Opened) -> Caller:
    """Home is in no channel."""
    return Caller(user=opened.user)

"""What each kind of notification looks like: the table, and the footnotes that any of them can get."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from bot.domain.endings import Ending
from bot.domain.notifications import (
    DestinationLost,
    Fallback,
    Notification,
    OutcomeDigest,
    ProjectBack,
    ProjectUnreachable,
    VersionCard,
    VersionEnded,
    WatchesEnded,
)
from bot.slack.text import duration
from bot.slack.views import rich
from bot.slack.views.blocks import Message, say
from bot.slack.views.links import Links
from bot.slack.views.outcome_digest import outcomes_folded
from bot.slack.views.project_reachability import destination_lost, project_back, project_unreachable
from bot.slack.views.rich import Piece, channel, sentence
from bot.slack.views.subscription_changes import subscription_changed
from bot.slack.views.version_card import version_card
from bot.slack.views.version_outcome import (
    version_deleted,
    version_ended,
)
from bot.slack.views.watches import watches_ended

# A notification older than this says so; below it is what looking and posting take.
LATE_AFTER_SECONDS = 300


class Renderer(Protocol):
    """Says one kind of notification."""

    def __call__(self, notification: Any, /, *, links: Links) -> Message: ...


RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "version_card": version_card,
        **dict.fromkeys(Ending, version_ended),
        "version_deleted": version_deleted,
        "outcomes_folded": outcomes_folded,
        "project_unreachable": project_unreachable,
        "project_back": project_back,
        "destination_lost": destination_lost,
        "subscription_changed": subscription_changed,
        "watches_ended": watches_ended,
    }
)


def render(
    notification: Notification,
    *,
    links: Links,
    late_seconds: int = 0,
    direct: bool = False,
    quiet: bool = False,
) -> Message:
    """The message of a notification.

    `late_seconds` is how long ago it happened; cards show what is now and are never late. `direct` says that it goes to
    one person, who is told why. A card that is `quiet` mentions no one: that would notify them.
    """
    if quiet and isinstance(notification, VersionCard):
        said = version_card(notification, links=links, quiet=True)
    else:
        said = RENDERERS[notification.kind](notification, links=links)
    late = list(_lateness(notification, late_seconds))
    notes = [*([one] for one in late), *(_why_you(notification) if direct else ())]
    text = " ".join([said.text if said.text.endswith(".") or not late else f"{said.text}.", *late])
    return say(text, *said.blocks, *([rich.told(*notes)] if notes else []))


def _lateness(notification: Notification, seconds: int) -> Iterator[str]:
    if seconds >= LATE_AFTER_SECONDS and not isinstance(notification, VersionCard):
        yield f"Posted {duration(seconds)} late."
    match notification:
        case VersionEnded(unseen=unseen) | OutcomeDigest(unseen=unseen) if unseen >= LATE_AFTER_SECONDS:
            yield f"Noticed up to {duration(unseen)} late: the bot couldn't reach Zadig."


def is_late(notification: Notification, seconds: int) -> bool:
    """Whether a message says itself that it comes late; `seconds` as in `render`."""
    return any(_lateness(notification, seconds))


def _why_you(notification: Notification) -> Iterator[list[Piece]]:
    match notification:
        case VersionEnded(instead=Fallback() as instead):
            reason = sentence(instead.reason) or ["the reason is unknown."]
            yield [
                "You're getting this because the message couldn't be posted in ",
                channel(instead.channel),
                ": ",
                *reason,
            ]
        case WatchesEnded():
            return
        case DestinationLost():
            yield ["You're getting this because you subscribed that channel or requested a version there."]
        case ProjectUnreachable() | ProjectBack():
            yield ["You're getting this because you're watching a version of this project or requested one."]
        case OutcomeDigest():
            yield [
                "You're getting this because you're watching these versions or requested them, or because the message couldn't be posted in a channel."
            ]
        case _:
            yield ["You're getting this because you're watching this version or requested it."]

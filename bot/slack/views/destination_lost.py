"""A channel can no longer be told anything; said to the person who subscribed or asked."""

from bot.domain.notifications import DestinationLost
from bot.slack.views import rich
from bot.slack.views.blocks import say
from bot.slack.views.links import Links
from bot.slack.views.message import Message
from bot.slack.views.rich import Piece, bold, channel, emoji, link, marked, sentence


def destination_lost(told: DestinationLost, *, links: Links) -> Message:
    lost: list[Piece] = ["The bot can no longer post in ", channel(told.channel), " about "]
    why = sentence(told.reason) or ["the reason is unknown."]
    linked = link(links.project(told.project), told.project)
    return say(
        marked(*lost, bold(told.project), ": ", *why),
        rich.told(
            [emoji(":mailbox_with_no_mail:"), " ", *lost, linked, ": ", *why],
            ["It has stopped trying. Once this is fixed, subscribe the channel again."],
        ),
    )

"""A channel cannot be told anything any more; said to the person who subscribed or asked."""

from bot.domain.notifications import DestinationLost
from bot.slack.text import channel_mention, link, phrase, sentence
from bot.slack.views.blocks import say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Said


def destination_lost(told: DestinationLost, *, links: Links) -> Said:
    channel, reason = channel_mention(told.channel), sentence(told.reason) or "no reason is known."
    return say(
        f"The bot can no longer tell {channel} about the versions of {phrase(told.project)}: {reason}",
        section(
            f":mailbox_with_no_mail: The bot can no longer tell {channel} about the versions of "
            f"*{link(links.project(told.project), told.project)}*: {reason}\n"
            "It has given up telling that channel. Once this is put right, subscribe the channel again."
        ),
    )

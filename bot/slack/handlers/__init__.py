"""What happens when people type and click: one module a feature; this list is all of them."""

from bot.slack.create import exceptions as create_exceptions
from bot.slack.create import handler as create
from bot.slack.handlers import delete, details, folded, help, listing, retry, show, subscribe, watch  # noqa: A004 - the word
from bot.slack.parts import Feature

FEATURES: tuple[Feature, ...] = (
    listing.FEATURE,
    show.FEATURE,
    create.FEATURE,
    create_exceptions.FEATURE,
    retry.FEATURE,
    delete.FEATURE,
    subscribe.FEATURE,
    watch.FEATURE,
    folded.FEATURE,
    details.FEATURE,
    help.FEATURE,
)

"""What happens when people type and click: one module a feature; this list is all of them."""

from bot.slack.context import Feature
from bot.slack.create import exceptions as create_exceptions
from bot.slack.create import handler as create
from bot.slack.handlers import (
    delete,
    details,
    digest,
    help,  # noqa: A004 - named like its word
    listing,
    retry,
    show,
    subscribe,
    watch,
)

FEATURES: tuple[Feature, ...] = (
    listing.FEATURE,
    show.FEATURE,
    create.FEATURE,
    create_exceptions.FEATURE,
    retry.FEATURE,
    delete.FEATURE,
    subscribe.FEATURE,
    watch.FEATURE,
    digest.FEATURE,
    details.FEATURE,
    help.FEATURE,
)

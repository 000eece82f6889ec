"""What happens when people type and click: one module a feature; this list is all of them."""

from bot.slack.handlers import (
    create,
    delete,
    details,
    folded,
    help,  # noqa: A004 - named like its word
    image_tags,
    listing,
    retry,
    show,
    subscribe,
    watch,
)
from bot.slack.parts import Feature

FEATURES: tuple[Feature, ...] = (
    listing.FEATURE,
    show.FEATURE,
    create.FEATURE,
    image_tags.FEATURE,
    retry.FEATURE,
    delete.FEATURE,
    subscribe.FEATURE,
    watch.FEATURE,
    folded.FEATURE,
    details.FEATURE,
    help.FEATURE,
)

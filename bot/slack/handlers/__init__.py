"""What happens when people type and click: one module a feature; this list is all of them."""

from bot.slack.handlers import create, delete, folded, help, listing, retry, show, subscribe, watch  # noqa: A004 - named like its word
from bot.slack.parts import Feature

FEATURES: tuple[Feature, ...] = (
    listing.FEATURE,
    show.FEATURE,
    create.FEATURE,
    retry.FEATURE,
    delete.FEATURE,
    subscribe.FEATURE,
    watch.FEATURE,
    folded.FEATURE,
    help.FEATURE,
)

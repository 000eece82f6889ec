"""The card: the one message per version and channel that is edited while the version is made."""

from collections.abc import Iterator

from bot.domain.models import Status
from bot.domain.notifications import VersionCard
from bot.slack.text import symbol
from bot.slack.views.blocks import Message, actions, say
from bot.slack.views.links import Links
from bot.slack.views.rich import Piece, dotted, emoji, exact, marked, told, when
from bot.slack.views.version_actions import menu
from bot.slack.views.version_lines import (
    STANDINGS,
    deleted,
    labels,
    name_of,
    origin,
    progress_line,
    reason_in_a_line,
    requested,
    title,
)

LABELS = 300
DESCRIPTION = 300
GONE = ":wastebasket:"
STALLED = ":warning:"


def version_card(card: VersionCard, *, links: Links, quiet: bool = False) -> Message:
    """How the version stands now; a version that is gone can no longer be acted upon.

    Slack notifies whom a new message mentions, and an edit notifies no one: a `quiet` card leaves people out.
    """
    standing = [" ", *_standing(card, quiet=quiet), "."]
    named = name_of(card.version) if card.gone else title(card.version, links)
    choice = None if card.gone else menu(card.version, 0)
    return say(
        marked(name_of(card.version), *standing),
        told([emoji(_symbol(card)), " ", named, *standing], *_lines(card), *_origin(card, quiet=quiet)),
        *actions([choice] if choice else []),
    )


def _symbol(card: VersionCard) -> str:
    if card.gone:
        return GONE
    return STALLED if card.stalled else symbol(card.version.status)


def mentions(card: VersionCard) -> bool:
    """Whether a quiet card says less than it will after its first edit."""
    return bool(card.asked_by or (card.gone and card.deleted_by))


def _standing(card: VersionCard, *, quiet: bool) -> list[Piece]:
    if card.gone:
        return ["was deleted"] if quiet and card.deleted_by else ["was ", *deleted(card.deleted_by)]
    if card.stalled:
        return ["has been in progress since ", when(card.since)]
    return [STANDINGS[card.version.status]]


def _lines(card: VersionCard) -> Iterator[list[Piece]]:
    version = card.version
    if version.progress and not card.gone:
        yield progress_line(version.progress, version.kind)
    if version.status is Status.FAILED and not card.gone:
        yield reason_in_a_line(version)
    if version.description.strip():
        yield [exact(version.description.strip(), DESCRIPTION)]


def _origin(card: VersionCard, *, quiet: bool) -> Iterator[list[Piece]]:
    yield dotted(origin(card.version), [] if quiet else requested(card.asked_by))
    if card.version.labels:
        yield labels(card.version.labels, LABELS)

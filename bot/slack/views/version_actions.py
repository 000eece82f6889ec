"""What can be done with a version, as buttons or as a menu: one table says what, and when."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bot.domain.models import Retryable, Status, Version, VersionReference
from bot.slack.ids import Click
from bot.slack.metadata import VersionAction
from bot.slack.views.blocks import BUTTON_VALUE, OPTION_VALUE, Block, button, option


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One thing to do: `possible` says for which versions, `label` ends in … where a form opens first."""

    action: str
    label: str
    possible: Callable[[Version], bool] = lambda _: True
    style: str = ""


def _can_be_retried(version: Version) -> bool:
    """Also where a list does not say enough to know: the form that asks looks again."""
    return version.status is Status.FAILED and version.retryable is not Retryable.NO


def _must_be_recreated(version: Version) -> bool:
    return version.status is Status.FAILED and version.retryable is Retryable.NO


OFFERS = (
    Offer(action="show", label="Show"),
    Offer(action="retry", label="Retry…", possible=_can_be_retried),
    Offer(action="recreate", label="Delete and create again…", possible=_must_be_recreated),
    Offer(action="watch", label="Watch", possible=lambda version: not version.status.settled),
    Offer(action="template", label="Use as template…"),
    Offer(action="delete", label="Delete…", style="danger"),
)
ALL = frozenset(offer.action for offer in OFFERS)


def buttons(version: Version, only: Collection[str] = ALL, *, suffix: str = "") -> list[Block]:
    """Those of the actions in `only` that are possible, as buttons `version_button.<action>`, with a suffix if given."""
    return [
        button(
            offer.label,
            f"{Click.VERSION_BUTTON}.{offer.action}{suffix}",
            value,
            style=offer.style,
            spoken=f"{offer.label.rstrip('…')} {version.project}/{version.name}",
        )
        for offer, value in _offers(version, only)
        if len(value) <= BUTTON_VALUE
    ]


def recreate(reference: VersionReference) -> list[Block]:
    """The button for a version of which only project, name and id are known; nothing for one that has no id."""
    if not reference.id:
        return []
    offer = next(one for one in OFFERS if one.action == "recreate")
    action = VersionAction(
        action=offer.action, project=reference.project, name=reference.name, id=reference.id
    )
    value = action.pack()
    shown = button(
        offer.label,
        f"{Click.VERSION_BUTTON}.{offer.action}",
        value,
        spoken=f"{offer.label[:-1]}: {reference}",
    )
    return [shown] if len(value) <= BUTTON_VALUE else []


def menu(version: Version, number: int, only: Collection[str] = ALL) -> Block | None:
    """Those of the actions in `only` that are possible as an overflow menu `version_menu.<number>`.

    Project, name and id have to fit into the 150 characters of an option. Where they do not, a button stands in that
    shows the version, with the same things to do as buttons; None where even that has no room.
    """
    options = [option(offer.label, value) for offer, value in _offers(version, only)]
    if all(len(each["value"]) <= OPTION_VALUE for each in options):
        return {"type": "overflow", "action_id": f"{Click.VERSION_MENU}.{number}", "options": options}
    instead = buttons(version, {"show"}, suffix=f".{number}")
    return instead[0] if instead else None


def _offers(version: Version, only: Collection[str]) -> Iterator[tuple[Offer, str]]:
    for offer in OFFERS:
        if offer.action in only and offer.possible(version):
            action = VersionAction(
                action=offer.action, project=version.project, name=version.name, id=version.id
            )
            yield offer, action.pack()

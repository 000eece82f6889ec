"""What can have a value of its own in the form that creates a version: the tag of an image, the version of a chart."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.models import Kind
from bot.domain.requests import Field
from bot.slack.create.constants import ALL_IMAGES, images_of
from bot.slack.create.form import CreateForm
from bot.slack.forms.state import BLOCK_ID, identifier
from bot.slack.ids import OF

# More charts and images than this are folded away behind a button: few people have something to say about each of them.
UNFOLDED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What can have a value of its own: `field` is `image_tag` of an image or `chart_version` of a chart."""

    field: Field
    name: str

    @property
    def block(self) -> str:
        return block_of(self.field, self.name)


def block_of(field: str, thing: str) -> str:
    """The block id of one of a repeated field's inputs: `image_tag:cart/app`."""
    return identifier(f"{field}{OF}{thing}", BLOCK_ID)


def things_of(form: CreateForm) -> tuple[Thing, ...]:
    """The charts and images of the chosen services, service by service; none where Zadig could not be asked for them."""
    return tuple(_things(form)) if form.ready else ()


def _things(form: CreateForm) -> Iterator[Thing]:
    for name, service in form.chosen_services.items():
        if form.kind is Kind.HELM:
            yield Thing(field=Field.CHART_VERSION, name=name)
        for key in images_of({name: service}):
            yield Thing(field=Field.IMAGE_TAG, name=key)


def copied_things(form: CreateForm, not_copied: Collection[str] | None) -> tuple[Thing, ...]:
    """Those that are asked about: what is typed for an image that is not copied is kept for when it is."""
    stays = frozenset(not_copied or ())
    things = things_of(form)
    return tuple(
        one for one in things if one.field is not Field.IMAGE_TAG or not stays & {one.name, ALL_IMAGES}
    )


def is_folded(things: Sequence[Thing]) -> bool:
    """Whether there are too many for an input each in the form itself."""
    return len(things) > UNFOLDED


def unfolded_things(form: CreateForm) -> dict[str, Thing]:
    """The charts and images with an input in the form itself, by block id."""
    things = copied_things(form, form.not_copied)
    return {} if is_folded(things) else {thing.block: thing for thing in things}

"""Which inputs the form that creates a version shows, in order: drawing and reading both go by this."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from bot.domain.models import Kind
from bot.domain.requests import Field
from bot.slack.forms.create_terms import KIND, Stage, images_of
from bot.slack.forms.lines import Line, lines_of
from bot.slack.forms.state import BLOCK_ID, identifier
from bot.slack.ids import OF

if TYPE_CHECKING:
    from bot.slack.forms.create_form import CreateForm

# Slack: 100 blocks in a modal. At most 13 other inputs, and notes, reasons, explanations and the summary need the rest.
THINGS = 70
# Slack: 250 kB for a whole modal. Seventy pairs of the longest Kubernetes names weigh less.
THING_BYTES = 10_000


def block_of(field: str, thing: str) -> str:
    """The block id of one of a repeated field's inputs: `image_tag:cart/app`."""
    return identifier(f"{field}{OF}{thing}", BLOCK_ID)


def _fit(things: Collection[str]) -> bool:
    return len(things) <= THINGS and sum(len(thing.encode()) for thing in things) <= THING_BYTES


def chart_blocks(form: "CreateForm") -> dict[str, str]:
    """The block ids of the inputs for chart versions, by service; empty where they do not fit."""
    if form.kind is not Kind.HELM or not _fit(form.chosen_services):
        return {}
    return {name: block_of(Field.CHART_VERSION, name) for name in form.chosen_services}


def image_blocks(form: "CreateForm") -> dict[str, str]:
    """The block ids of the inputs for image tags, by `service/container`; empty where they do not fit."""
    images = form.chosen_images
    charts = form.chosen_services if form.kind is Kind.HELM else {}
    if not _fit([*charts, *images]):
        return {}
    return {key: block_of(Field.IMAGE_TAG, key) for key in images}


def inputs(form: "CreateForm") -> tuple[str, ...]:
    """The block ids of all inputs that the form shows, from top to bottom."""
    return tuple(_inputs(form))


def _inputs(form: "CreateForm") -> Iterator[str]:
    if form.missing is Field.PROJECT:
        return
    yield Field.PROJECT
    if form.projects is None:
        yield KIND
    if form.stage is Stage.PROJECT or form.missing is Field.ENVIRONMENT:
        return
    yield Field.ENVIRONMENT
    if form.choices.environments is None:
        yield Field.PRODUCTION
    yield from (Field.VERSION_NAME, Field.DESCRIPTION, Field.LABELS, Field.REGISTRY)
    if form.kind is Kind.HELM:
        yield Field.CHART_REPOSITORY
    if form.ready:
        yield from _contents(form)


def _contents(form: "CreateForm") -> Iterator[str]:
    yield Field.SERVICES
    typed = form.choices.services is None
    has_images = bool(images_of(form.offered_services))
    if typed or has_images:
        yield Field.IMAGE_TAG
    if form.kind is Kind.HELM:
        yield Field.CHART_VERSION
    if has_images:
        yield Field.NOT_COPIED
    if not typed:
        yield from _things(form)


def _things(form: "CreateForm") -> Iterator[str]:
    charts, images = chart_blocks(form), image_blocks(form)
    yield from charts.values()
    yield from images.values()
    if (form.chosen_images and not images) or (
        form.kind is Kind.HELM and form.chosen_services and not charts
    ):
        yield Field.IMAGES


def arranged(form: "CreateForm") -> "CreateForm":
    """The form with every exception where it is shown: in an input of its own, or in a line where there is none.

    Ticking fewer services makes room for inputs, ticking more takes it away; what was typed moves along.
    """
    if not form.ready or form.choices.services is None:
        return form
    kept, tags, versions = _out_of_lines(form)
    lines = [line.text for line in kept]
    if Field.IMAGES in inputs(form):
        mentioned = {line.thing for line in kept}
        lines += _into_lines(tags, mentioned, form.chosen_images.keys() - image_blocks(form).keys())
        charts = form.chosen_services.keys() - chart_blocks(form).keys()
        lines += _into_lines(versions, mentioned, charts if form.kind is Kind.HELM else set())
    if lines == [line.text for line in lines_of(form.images)]:
        return form
    return form.changed(
        images="\n".join(lines), image_tags=tags, chart_versions=versions, revision=form.revision + 1
    )


def _out_of_lines(form: "CreateForm") -> tuple[list[Line], dict[str, str], dict[str, str]]:
    """The lines that stay, and the tags and chart versions by thing with the other lines among them."""
    tags, versions = dict(form.image_tags), dict(form.chart_versions)
    kept: list[Line] = []
    images, charts = image_blocks(form), chart_blocks(form)
    for line in lines_of(form.images):
        plain = len(line.words) == 1 and line.copied
        if plain and line.thing in images:
            tags.setdefault(line.thing, line.word.rpartition(":")[2])
        elif plain and line.thing in charts:
            versions.setdefault(line.thing, line.word)
        else:
            kept.append(line)
    return kept, tags, versions


def _into_lines(values: dict[str, str], mentioned: set[str], things: set[str]) -> list[str]:
    """Lines for the values of these things, which leave `values`."""
    moving = [thing for thing in values if thing in things]
    lines = [f"{thing} {values[thing]}" for thing in moving if thing not in mentioned]
    for thing in moving:
        del values[thing]
    return lines

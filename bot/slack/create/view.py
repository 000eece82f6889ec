"""The modal that creates a version: it asks for the project, then the environment, then what to take from it."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from bot.domain.requests import Field
from bot.slack.create.constants import KIND, Stage
from bot.slack.create.fields import input_of, inputs
from bot.slack.create.form import CreateForm
from bot.slack.create.reading import problems_by_block
from bot.slack.create.things import unfolded_things
from bot.slack.create.view_choices import options
from bot.slack.create.view_contents import left_out_again, not_copied_again
from bot.slack.create.view_notes import (
    THINGS_HEADING,
    beginning,
    explanation,
    fate,
    folded,
    foretaste,
    oldness,
    origin,
    summary,
    verdict,
    warning,
    withheld,
)
from bot.slack.ids import Callback
from bot.slack.text import prose
from bot.slack.views.blocks import Block, View, context, modal

__all__ = ["create_version", "options"]

# A modal holds 100 blocks: so many reasons stand under their fields, the rest is counted.
PROBLEMS = 8
# What stands under an input: what will happen, and what one click decides as for the last version.
_BELOW: Mapping[str, tuple[Callable[[CreateForm], Iterator[Block]], ...]] = MappingProxyType(
    {
        Field.VERSION_NAME: (foretaste,),
        Field.SERVICES: (left_out_again,),
        Field.NOT_COPIED: (not_copied_again,),
    }
)
# Where it is chosen what the rest depends on: the last of these that the form shows.
_PLACES = (Field.PRODUCTION, Field.ENVIRONMENT, KIND, Field.PROJECT)


def create_version(form: CreateForm, *, draft: str) -> View:
    """The form as it stands: values kept, problems under their fields, an explanation where it cannot go on."""
    blocks = [*fate(form), *origin(form), *beginning(form), *_body(form), *folded(form), *summary(form)]
    return modal(
        Callback.CREATE_VERSION,
        "Create a version",
        blocks,
        draft=draft,
        submit=_submit(form),
        tell_when_closed=True,
    )


def _submit(form: CreateForm) -> str:
    if not inputs(form):
        return ""
    if form.missing:
        return "Refresh"
    if not form.ready:
        return "Next"
    return "Delete and create" if form.replacing else "Create"


def _body(form: CreateForm) -> Iterator[Block]:
    problems = problems_by_block(form)
    shown = dict(list(problems.items())[:PROBLEMS])
    first_thing = next(iter(unfolded_things(form)), "")
    place = next((one for one in _PLACES if one in inputs(form)), "")
    for block_id in inputs(form):
        if block_id == first_thing:
            yield context(THINGS_HEADING)
        yield input_of(form, block_id)
        if block_id in shown:
            yield context(f":warning: {prose(shown[block_id])}")
        elif block_id == Field.VERSION_NAME:
            yield from verdict(form)
        for remark in _BELOW.get(block_id, ()):
            yield from remark(form)
        if block_id == place:
            yield from oldness(form)
        if block_id == (Field.PRODUCTION if Field.PRODUCTION in inputs(form) else Field.ENVIRONMENT):
            yield from withheld(form)
            yield from warning(form)
            yield from explanation(form, Field.SERVICES)
    if len(problems) > len(shown):
        yield context(f":warning: {len(problems) - len(shown)} more fields need a change.")
    yield from explanation(form, Field.PROJECT, Field.ENVIRONMENT)
    if form.stage is Stage.PROJECT and inputs(form):
        yield context("Choose a project to see the rest of the form.")

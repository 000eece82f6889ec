"""The view over the form that creates a version: tags image by image, by page, by search or as text."""

from dataclasses import replace

from bot.slack.context import Context, Feature, FormHandlers
from bot.slack.create.exceptions_as_text import area_blocks, areas, as_text, fits, read_areas, read_exceptions
from bot.slack.create.exceptions_form import (
    accepted,
    block_errors,
    editing,
    opened,
    page_of,
    problems_of,
    read_page,
    searched,
    sheet,
)
from bot.slack.create.exceptions_view import image_lines, image_tags
from bot.slack.create.flow import FLOW
from bot.slack.create.form import CreateForm
from bot.slack.create.reading import needs_choices, read_state
from bot.slack.forms.state import errors_by_block
from bot.slack.ids import Callback, Click
from bot.slack.metadata import FormMetadata
from bot.slack.modal_flow import OpenModal
from bot.slack.payloads import Acknowledgement, Clicked, Closed, Submitted, ViewState
from bot.slack.views.blocks import View


async def open_over(clicked: Clicked, ctx: Context) -> None:
    """Lay the view over the form, within the trigger's three seconds; then keep what the form says."""
    if clicked.view is None:
        return
    below, before = await FLOW.kept(clicked.view, ctx)
    form = read_state(before, clicked.view.values)
    form = before if needs_choices(before, form) else form
    form = form if form.tagging else opened(form)
    await ctx.modal.push(_view(form, below, page=1, search=""), what="The tags")
    await below.keep(form)


def _view(form: CreateForm, here: OpenModal[CreateForm], *, page: int, search: str) -> View:
    if editing(form).lines is not None:
        return image_lines(form, draft=here.draft.id)
    return image_tags(form, draft=here.draft.id, page=page, search=search)


async def turn(clicked: Clicked, ctx: Context) -> None:
    """Previous and Next: what was typed here goes along."""
    if clicked.view:
        here, before = await FLOW.kept(clicked.view, ctx)
        page = int(clicked.value) if clicked.value.isdecimal() else 1
        form = read_page(before, clicked.view.values)
        await _show(here, form, ctx, page=page, search=_metadata(clicked.view).search)


async def find(clicked: Clicked, ctx: Context) -> None:
    """The first page of what was searched for."""
    if clicked.view:
        here, before = await FLOW.kept(clicked.view, ctx)
        values = clicked.view.values
        await _show(here, read_page(before, values), ctx, page=1, search=searched(values))


async def switch(clicked: Clicked, ctx: Context) -> None:
    """To text and back; mistakes in the text have to go first."""
    if clicked.view is None:
        return
    here, before = await FLOW.kept(clicked.view, ctx)
    if clicked.view.callback_id == Callback.IMAGE_TAGS:
        form = read_page(before, clicked.view.values)
        await _show(here, as_text(form) if fits(form) else form, ctx)
        return
    typed = read_areas(before, clicked.view.values)
    form, problems = read_exceptions(typed)
    if problems:
        await here.keep(typed)
        texts = errors_by_block(area_blocks(len(areas(typed))), problems, {})
        await ctx.slack_api.update(here.view_id, image_lines(typed, draft=here.draft.id, problems=texts))
    else:
        await _show(here, form, ctx)


async def _show(
    here: OpenModal[CreateForm], form: CreateForm, ctx: Context, *, page: int = 1, search: str = ""
) -> None:
    await here.keep(form)
    await ctx.slack_api.update(here.view_id, _view(form, here, page=page, search=search))


def _metadata(view: ViewState) -> FormMetadata:
    return FormMetadata.unpack(view.private_metadata)


async def submitted(submitted: Submitted, ctx: Context) -> Acknowledgement:
    """Keep the tags, or show what is wrong with them, on whatever page it is."""
    view = submitted.view
    here, before = await FLOW.kept(view, ctx)
    form = read_page(before, view.values)
    problems = problems_of(form)
    if not problems:
        return await _keep(here, form, view)
    await here.keep(form)
    where = _metadata(view)
    if errors := block_errors(sheet(form, where.page, where.search), problems):
        return {"response_action": "errors", "errors": errors}
    page = page_of(form, problems[0].field)
    return {"response_action": "update", "view": image_tags(form, draft=here.draft.id, page=page, told=True)}


async def submitted_text(submitted: Submitted, ctx: Context) -> Acknowledgement:
    """Keep what the text says, or show the mistakes by the number of their line."""
    here, before = await FLOW.kept(submitted.view, ctx)
    typed = read_areas(before, submitted.view.values)
    form, problems = read_exceptions(typed)
    if not problems:
        return await _keep(here, form, submitted.view)
    await here.keep(typed)
    errors = errors_by_block(area_blocks(len(areas(typed))), problems, {})
    return {"response_action": "errors", "errors": errors}


async def _keep(here: OpenModal[CreateForm], form: CreateForm, view: ViewState) -> Acknowledgement:
    """Back to the form, which shows how many there are now. An answer without an action closes this view only."""
    form = accepted(form)
    await here.keep(form)
    below = replace(here, view_id=view.root_view_id or here.draft.view_id)
    below.go_on(lambda: below.show(form))
    return {}


async def closed(closed: Closed, ctx: Context) -> None:
    """Back without keeping anything."""
    here, form = await FLOW.kept(closed.view, ctx)
    await here.keep(form.changed(tagging=None))


FEATURE = Feature(
    name="image_tags",
    clicks={Click.IMAGE_TAGS: open_over, Click.IMAGE_TAGS_PAGE: turn, Click.IMAGE_LINES: switch},
    forms={
        Callback.IMAGE_TAGS: FormHandlers(submitted=submitted, changed=find, closed=closed),
        Callback.IMAGE_LINES: FormHandlers(submitted=submitted_text, closed=closed),
    },
)

"""`create`: a form that opens at once, follows what is chosen, and never loses what was typed."""

from collections.abc import Callable

from bot.domain.errors import CreatedButFailed, OutcomeUnknown
from bot.domain.models import VersionReference
from bot.domain.requests import Field
from bot.slack.forms.create_version import CreateForm, block_errors, needs_choices, read_request, read_state
from bot.slack.handlers.modals import Dialogue, Sheet
from bot.slack.ids import Callback, Click
from bot.slack.parts import Feature, Form, Parts, Subcommand
from bot.slack.payloads import Answer, Clicked, Submitted, Suggesting, Typed, ViewState
from bot.slack.text import code
from bot.slack.views.create_version import create_version, options
from bot.slack.views.resume import resume

DIALOGUE = Dialogue(
    callback=Callback.CREATE_VERSION,
    title="Create a version",
    form=CreateForm,
    draw=lambda form, draft: create_version(form, draft=draft),
    closed=lambda form, error, draft, _reference: resume(
        VersionReference(project=form.project, name=form.version_name), error, draft=draft
    ),
    final=(CreatedButFailed, OutcomeUnknown),
    resumable=True,
)


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`create [project[/version]]`."""
    project, _, name = "/".join(words[:2]).partition("/")

    async def fill(sheet: Sheet) -> None:
        chosen = project or await parts.following.only_project(typed.channel)
        await _draw_anew(sheet, CreateForm(project=chosen, version_name=name), parts)

    await DIALOGUE.open(typed, fill, parts)


async def continue_draft(clicked: Clicked, parts: Parts) -> None:
    """The form anew with what was typed, whatever has become of the draft."""

    async def fill(sheet: Sheet) -> None:
        await _draw_anew(sheet, form, parts)

    before = await parts.drafting.get(clicked.value)
    form = DIALOGUE.read(before)
    await DIALOGUE.open(clicked, fill, parts, channel=before.channel)


async def _draw_anew(sheet: Sheet, form: CreateForm, parts: Parts) -> None:
    await DIALOGUE.show(sheet, await _with_choices(form, parts), parts)


async def _with_choices(form: CreateForm, parts: Parts) -> CreateForm:
    form = form.offering_projects(await parts.choosing.projects(form.project))
    if not form.project:
        return form
    return form.offering(await parts.choosing.for_project(form.project, form.kind, form.environment))


async def changed(clicked: Clicked, parts: Parts) -> None:
    """Project, environment or services were chosen: fetch what depends on them and draw again."""
    if clicked.view is None:
        return
    with parts.turns.take(clicked.view.id) as is_newest:
        await _follow(clicked.view, is_newest, parts)


async def _follow(view: ViewState, is_newest: Callable[[], bool], parts: Parts) -> None:
    """Slack sends everything typed with every choice: of several under way only the newest may draw."""
    sheet, before = await DIALOGUE.kept(view, parts)
    form = read_state(before, view.values)
    if needs_choices(before, form):
        form = await _with_choices(form, parts)
    async with parts.turns.alone(view.id):
        if is_newest():
            _, drawn = await DIALOGUE.kept(view, parts)
            await DIALOGUE.show(sheet, _over(drawn, before, form), parts)


def _over(drawn: CreateForm, before: CreateForm, form: CreateForm) -> CreateForm:
    """If another choice was drawn since `before`, the values of this form have to show instead of that one's."""
    return form if drawn.revision == before.revision else form.changed(revision=drawn.revision + 1)


async def suggest(suggesting: Suggesting, parts: Parts) -> Answer:
    """Options for a select with more than a hundred of them: those the form was drawn with, and projects that are new since."""
    if suggesting.view is None:
        return {"options": []}
    _, form = await DIALOGUE.kept(suggesting.view, parts)
    if suggesting.block_id == Field.PROJECT and (projects := await parts.choosing.projects_at_once()):
        form = form.changed(projects=projects)
    return {"options": options(form, suggesting.block_id, suggesting.value)}


async def submitted(submitted: Submitted, parts: Parts) -> Answer:
    """Check what can be checked here; keep the draft; answer; then ask Zadig."""
    sheet, before = await DIALOGUE.kept(submitted.view, parts)
    form = read_state(before, submitted.view.values)
    if needs_choices(before, form) or before.missing:
        await parts.drafting.save(sheet.draft, form.model_dump_json())
        return DIALOGUE.completing(sheet, lambda: _draw_anew(sheet, form, parts), parts)
    request, problems = read_request(form)
    if errors := block_errors(before, problems):
        await parts.drafting.save(sheet.draft, form.model_dump_json())
        return {"response_action": "errors", "errors": errors}
    name = code(f"{request.project}/{request.version_name}")
    with parts.turns.take(sheet.view_id):  # a choice that is still being followed draws no more
        return await DIALOGUE.send(
            sheet,
            form,
            lambda draft: parts.versions.create(request, user=draft.user, channel=draft.channel),
            f":hourglass_flowing_sand: Zadig is making {name}. This channel hears how it goes.",
            parts,
        )


FEATURE = Feature(
    name="create",
    subcommands=(
        Subcommand(
            word="create",
            arguments="[project[/version]]",
            summary="a new version, in a form",
            example="create shop/v14",
            run=run,
        ),
    ),
    clicks={Click.RESUME_DRAFT: continue_draft},
    forms={Callback.CREATE_VERSION: Form(submitted=submitted, changed=changed, suggest=suggest)},
)

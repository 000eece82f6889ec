"""`create`: a form that opens at once, follows what is chosen, and never loses what was typed."""

from collections.abc import Callable

from bot.domain.drafts import Draft
from bot.domain.errors import CreatedButFailed, OutcomeUnknown, ReleaseBotError
from bot.domain.models import VersionReference
from bot.domain.requests import CreateVersion, FieldError
from bot.slack.forms.create_version import CreateForm, block_errors, needs_choices, read_request, read_state
from bot.slack.handlers import modals
from bot.slack.ids import Callback, Click
from bot.slack.parts import Answer, Feature, Form, Parts, Subcommand
from bot.slack.payloads import Clicked, Submitted, Suggesting, Typed, ViewState
from bot.slack.text import code
from bot.slack.views.create_version import create_version, options
from bot.slack.views.notice import loading, outcome
from bot.slack.views.resume import resume

TITLE = "Create a version"


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`create [project[/version]]`."""
    project, _, name = "/".join(words[:2]).partition("/")
    draft = parts.drafting.new(Callback.CREATE_VERSION, user=typed.user, channel=typed.channel)

    async def fill(view_id: str) -> None:
        chosen = project or await parts.following.only_project(typed.channel)
        form = CreateForm(project=chosen, version_name=name)
        await _draw(draft, view_id, await _with_choices(form, parts), parts)

    await modals.begin(typed.trigger_id, draft, TITLE, fill, parts)


async def _with_choices(form: CreateForm, parts: Parts) -> CreateForm:
    form = form.offering_projects(await parts.choosing.projects())
    if not form.project:
        return form
    return form.offering(await parts.choosing.for_project(form.project, form.kind, form.environment))


async def _draw(draft: Draft, view_id: str, form: CreateForm, parts: Parts) -> None:
    kept = await parts.drafting.save(draft, form.model_dump_json(), view_id=view_id)
    await modals.show(kept, view_id, create_version(form, draft=kept.id), None, parts)


async def _draw_again(draft: Draft, view_id: str, form: CreateForm, parts: Parts) -> None:
    await _draw(draft, view_id, await _with_choices(form, parts), parts)


async def changed(clicked: Clicked, parts: Parts) -> None:
    """Project, environment or services were chosen: fetch what depends on them and draw again."""
    if clicked.view is None:
        return
    with parts.turns.take(clicked.view.id) as is_newest:
        await _follow(clicked.view, is_newest, parts)


async def _follow(view: ViewState, is_newest: Callable[[], bool], parts: Parts) -> None:
    """Slack sends everything typed with every choice: of several under way only the newest may draw."""
    draft, before = await _kept(view.private_metadata, parts)
    form = read_state(before, view.values)
    if needs_choices(before, form):
        form = await _with_choices(form, parts)
    if is_newest():
        await _draw(draft, view.id, form, parts)


async def _kept(private_metadata: str, parts: Parts) -> tuple[Draft, CreateForm]:
    draft = await modals.kept(private_metadata, parts)
    return draft, CreateForm.model_validate_json(draft.content)


async def suggest(suggesting: Suggesting, parts: Parts) -> Answer:
    """Options for a select with more than a hundred of them."""
    if suggesting.view is None:
        return {"options": []}
    _, form = await _kept(suggesting.view.private_metadata, parts)
    return {"options": options(form, suggesting.block_id, suggesting.value)}


async def submitted(submitted: Submitted, parts: Parts) -> Answer:
    """Check what can be checked here; keep the draft; answer; then ask Zadig."""
    view = submitted.view
    draft, before = await _kept(view.private_metadata, parts)
    form = read_state(before, view.values)
    if needs_choices(before, form) or before.missing:
        await parts.drafting.save(draft, form.model_dump_json())
        modals.go_on(_draw_again(draft, view.id, form, parts), draft, view.id, TITLE, parts)
        return {"response_action": "update", "view": loading(TITLE, draft=draft.id)}
    request, problems = read_request(form)
    if errors := block_errors(before, problems):
        await parts.drafting.save(draft, form.model_dump_json())
        return {"response_action": "errors", "errors": errors}
    if await parts.drafting.submit(draft, form.model_dump_json()):
        modals.go_on(_create(draft, view.id, form, request, parts), draft, view.id, TITLE, parts)
    return modals.asking(TITLE, request.project, request.version_name, draft)


async def _create(draft: Draft, view_id: str, form: CreateForm, request: CreateVersion, parts: Parts) -> None:
    async def give_back(
        error: ReleaseBotError, problems: tuple[FieldError, ...], notes: tuple[str, ...]
    ) -> None:
        again = form.rejected(problems, notes)
        await parts.drafting.reopen(draft, again.model_dump_json())
        what = VersionReference(project=form.project, name=form.version_name)
        said = resume(what, error, draft=draft.id)
        await modals.show(draft, view_id, create_version(again, draft=draft.id), said, parts)

    doing = parts.versions.create(request, user=draft.user, channel=draft.channel)
    final = (CreatedButFailed, OutcomeUnknown)
    if await modals.attempt(doing, give_back=give_back, final=final, parts=parts):
        await parts.drafting.finish(draft)
        name = code(f"{request.project}/{request.version_name}")
        text = f":hourglass_flowing_sand: Zadig is making {name}. This channel hears how it goes."
        await modals.show(draft, view_id, outcome(TITLE, text), None, parts)


async def continue_draft(clicked: Clicked, parts: Parts) -> None:
    """Open the form again on what was typed."""
    draft = await parts.drafting.get(clicked.value)
    form = CreateForm.model_validate_json(draft.content)

    async def fill(view_id: str) -> None:
        await _draw_again(draft, view_id, form, parts)

    await modals.begin(clicked.trigger_id, draft, TITLE, fill, parts)


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

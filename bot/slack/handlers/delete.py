"""`delete`: takes a version out of Zadig, after saying what that does not undo."""

from bot.domain.drafts import Draft
from bot.domain.errors import NotFound, ReleaseBotError
from bot.domain.models import VersionReference
from bot.domain.requests import DeleteVersion, FieldError
from bot.slack import commands
from bot.slack.forms.delete_version import DeleteForm, read_request
from bot.slack.handlers import modals
from bot.slack.ids import Callback
from bot.slack.metadata import VersionAction
from bot.slack.parts import Answer, Feature, Form, Parts, Subcommand
from bot.slack.payloads import Clicked, Submitted, Typed
from bot.slack.text import code
from bot.slack.views.delete_version import delete_version
from bot.slack.views.notice import outcome
from bot.slack.views.problem import problem

TITLE = "Delete a version"


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`delete project/version`."""
    reference = commands.read_reference(words)
    await _open(reference, typed.user, typed.channel, typed.trigger_id, parts)


async def from_click(clicked: Clicked, parts: Parts, action: VersionAction) -> None:
    """A Delete button or menu entry."""
    await _open(action.reference, clicked.user, clicked.channel, clicked.trigger_id, parts)


async def _open(reference: VersionReference, user: str, channel: str, trigger_id: str, parts: Parts) -> None:
    draft = parts.drafting.new(Callback.DELETE_VERSION, user=user, channel=channel)

    async def fill(view_id: str) -> None:
        version = await parts.finder.locate(reference, channel=channel)
        form = DeleteForm(
            project=version.project, version_name=version.name, version_id=version.id, status=version.status
        )
        saved = await parts.drafting.save(draft, form.model_dump_json(), view_id=view_id)
        await modals.show(saved, view_id, delete_version(form, draft=saved.id), None, parts)

    await modals.begin(trigger_id, draft, TITLE, fill, parts)


async def submitted(submitted: Submitted, parts: Parts) -> Answer:
    """Confirmed: answer, then ask Zadig."""
    view = submitted.view
    draft = await modals.kept(view.private_metadata, parts)
    form = DeleteForm.model_validate_json(draft.content)
    request, problems = read_request(form)
    if problems:
        return {"response_action": "update", "view": delete_version(form.rejected(problems), draft=draft.id)}
    if await parts.drafting.submit(draft, form.model_dump_json()):
        modals.go_on(_delete(draft, view.id, form, request, parts), draft, view.id, TITLE, parts)
    return modals.asking(TITLE, request.project, request.version_name, draft)


async def _delete(draft: Draft, view_id: str, form: DeleteForm, request: DeleteVersion, parts: Parts) -> None:
    async def give_back(
        error: ReleaseBotError, problems: tuple[FieldError, ...], notes: tuple[str, ...]
    ) -> None:
        again = form.rejected(problems, notes)
        await parts.drafting.reopen(draft, again.model_dump_json())
        said = problem(error, reference="")
        await modals.show(draft, view_id, delete_version(again, draft=draft.id), said, parts)

    doing = parts.versions.delete(request, user=draft.user, channel=draft.channel)
    if await modals.attempt(doing, give_back=give_back, final=(NotFound,), parts=parts):
        await parts.drafting.finish(draft)
        text = f":wastebasket: {code(f'{request.project}/{request.version_name}')} is deleted."
        await modals.show(draft, view_id, outcome(TITLE, text), None, parts)


FEATURE = Feature(
    name="delete",
    subcommands=(
        Subcommand(
            word="delete",
            arguments="project/version",
            summary="take a version out of Zadig",
            example="delete shop/v13",
            run=run,
        ),
    ),
    forms={Callback.DELETE_VERSION: Form(submitted=submitted)},
)

"""`retry`: once more for a failed version, after a look at what that means."""

from bot.domain.drafts import Draft
from bot.domain.errors import NotRetryable, OutcomeUnknown, ReleaseBotError
from bot.domain.models import Kind, Status, VersionDetails, VersionReference
from bot.domain.requests import FieldError, RetryVersion
from bot.slack import commands
from bot.slack.forms.retry_version import RetryForm, block_errors, read_request, read_state
from bot.slack.handlers import modals
from bot.slack.ids import Callback
from bot.slack.metadata import VersionAction
from bot.slack.parts import Answer, Feature, Form, Parts, Subcommand
from bot.slack.payloads import Clicked, Submitted, Suggesting, Typed
from bot.slack.text import code
from bot.slack.views.notice import outcome
from bot.slack.views.problem import problem
from bot.slack.views.retry_version import options, retry_version

TITLE = "Retry a version"


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`retry project/version`."""
    reference = commands.read_reference(words)
    await _open(reference, typed.user, typed.channel, typed.trigger_id, parts)


async def from_click(clicked: Clicked, parts: Parts, action: VersionAction) -> None:
    """A Retry button or menu entry."""
    await _open(action.reference, clicked.user, clicked.channel, clicked.trigger_id, parts)


async def _open(reference: VersionReference, user: str, channel: str, trigger_id: str, parts: Parts) -> None:
    draft = parts.drafting.new(Callback.RETRY_VERSION, user=user, channel=channel)

    async def fill(view_id: str) -> None:
        details = await parts.versions.show(reference, channel=channel)
        form = await _form(details, parts)
        saved = await parts.drafting.save(draft, form.model_dump_json(), view_id=view_id)
        await modals.show(saved, view_id, retry_version(form, draft=saved.id), None, parts)

    await modals.begin(trigger_id, draft, TITLE, fill, parts)


async def _form(details: VersionDetails, parts: Parts) -> RetryForm:
    version = details.version
    if version.status is not Status.FAILED:
        raise NotRetryable(VersionReference(project=version.project, name=version.name), version.status)
    kind = version.kind or (Kind.HELM if details.charts else Kind.K8S)
    environments = await parts.choosing.environments(version.project) if kind is Kind.K8S else ()
    return RetryForm(
        project=version.project,
        version_name=version.name,
        version_id=version.id,
        kind=kind,
        reason=version.reason,
        environments=environments,
        environment=environments[0].key if environments else "",
    )


async def suggest(suggesting: Suggesting, parts: Parts) -> Answer:
    """Options for more than a hundred environments."""
    if suggesting.view is None:
        return {"options": []}
    draft = await modals.kept(suggesting.view.private_metadata, parts)
    form = RetryForm.model_validate_json(draft.content)
    return {"options": options(form, suggesting.block_id, suggesting.value)}


async def submitted(submitted: Submitted, parts: Parts) -> Answer:
    """Check, answer, then ask Zadig."""
    view = submitted.view
    draft = await modals.kept(view.private_metadata, parts)
    form = read_state(RetryForm.model_validate_json(draft.content), view.values)
    request, problems = read_request(form)
    if errors := block_errors(form, problems):
        return {"response_action": "errors", "errors": errors}
    if await parts.drafting.submit(draft, form.model_dump_json()):
        modals.go_on(_retry(draft, view.id, form, request, parts), draft, view.id, TITLE, parts)
    return modals.asking(TITLE, request.project, request.version_name, draft)


async def _retry(draft: Draft, view_id: str, form: RetryForm, request: RetryVersion, parts: Parts) -> None:
    async def give_back(
        error: ReleaseBotError, problems: tuple[FieldError, ...], notes: tuple[str, ...]
    ) -> None:
        again = form.rejected(problems, notes)
        await parts.drafting.reopen(draft, again.model_dump_json())
        said = problem(error, reference="")
        await modals.show(draft, view_id, retry_version(again, draft=draft.id), said, parts)

    doing = parts.versions.retry(request, user=draft.user, channel=draft.channel)
    final = (NotRetryable, OutcomeUnknown)
    if await modals.attempt(doing, give_back=give_back, final=final, parts=parts):
        await parts.drafting.finish(draft)
        name = code(f"{request.project}/{request.version_name}")
        text = f":arrows_counterclockwise: Zadig retries {name}. This channel hears how it goes."
        await modals.show(draft, view_id, outcome(TITLE, text), None, parts)


FEATURE = Feature(
    name="retry",
    subcommands=(
        Subcommand(
            word="retry",
            arguments="project/version",
            summary="once more for a version that failed",
            example="retry shop/v13",
            run=run,
        ),
    ),
    forms={Callback.RETRY_VERSION: Form(submitted=submitted, suggest=suggest)},
)

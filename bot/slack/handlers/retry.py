"""`retry`: once more for a failed version, after a look at what that means."""

from bot.domain.errors import NotFound, NotRetryable, OutcomeUnknown
from bot.domain.models import Kind, Retryable, Status, VersionDetails, VersionReference
from bot.slack import commands
from bot.slack.context import Context, Feature, FormHandlers, Subcommand
from bot.slack.forms.retry_version import RetryForm, block_errors, choosing, read_request, read_state
from bot.slack.ids import Callback, Click
from bot.slack.modal_flow import ModalFlow, OpenModal
from bot.slack.offers import version_offered
from bot.slack.payloads import Acknowledgement, Clicked, Submitted, Suggesting, Typed
from bot.slack.text import code
from bot.slack.views.retry_version import options, retry_version

FLOW = ModalFlow(
    callback=Callback.RETRY_VERSION,
    title="Retry a version",
    form=RetryForm,
    draw=lambda form, draft: retry_version(form, draft=draft),
    final=(NotFound, NotRetryable, OutcomeUnknown),
)

RECREATE = "Zadig has nothing to continue from: delete it and create it again."


async def run(_typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    if not await version_offered("retry", words, ctx, status=Status.FAILED):
        await open_form(commands.read_reference(words), ctx)


async def open_form(reference: VersionReference, ctx: Context) -> None:
    async def fill(modal: OpenModal[RetryForm]) -> None:
        details = await ctx.services.versions.show(reference, channel=ctx.asked.channel)
        await ctx.actor.must_change_made(details.version.reference)
        await modal.show(await _form(details, ctx))

    await FLOW.open(ctx, fill)


async def _form(details: VersionDetails, ctx: Context) -> RetryForm:
    version = details.version
    reference = version.reference
    if version.status is not Status.FAILED:
        raise NotRetryable(reference, version.status)
    if version.retryable is Retryable.NO:
        raise NotRetryable(reference, version.status, remedy=RECREATE)
    kind = version.kind or (Kind.HELM if details.charts else Kind.K8S)
    asks = kind is Kind.K8S and not details.retry_by_id
    environments = await ctx.services.choices.environments(version.project) if asks else ()
    form = RetryForm(
        project=version.project,
        version_name=version.name,
        version_id=version.id,
        kind=kind,
        by_id=details.retry_by_id,
        reason=version.reason,
        meaning=version.meaning,
        environments=environments,
    )
    return choosing(form, await ctx.services.versions.made_from(details)) if asks else form


async def choose_environment(clicked: Clicked, ctx: Context) -> None:
    """The person wants to name another environment than the bot has chosen."""
    if clicked.view:
        modal, form = await FLOW.kept(clicked.view, ctx)
        await modal.show(form.model_copy(update={"asks": True}))


async def suggest(suggesting: Suggesting, ctx: Context) -> Acknowledgement:
    """Options for more than a hundred environments."""
    if suggesting.view is None:
        return {"options": []}
    _, form = await FLOW.kept(suggesting.view, ctx)
    return {"options": options(form, suggesting.block_id, suggesting.value)}


async def submitted(submitted: Submitted, ctx: Context) -> Acknowledgement:
    """Check, answer, then ask Zadig."""
    modal, before = await FLOW.kept(submitted.view, ctx)
    form = read_state(before, submitted.view.values)
    request, problems = read_request(form)
    if errors := block_errors(form, problems):
        return {"response_action": "errors", "errors": errors}
    name = code(f"{request.project}/{request.version_name}")
    return await modal.send(
        form,
        lambda draft: ctx.services.versions.retry(request, user=draft.user, channel=draft.channel),
        f":arrows_counterclockwise: Zadig is retrying {name}. Its progress is posted in this channel, or sent to you if the bot is not in it.",
    )


FEATURE = Feature(
    name="retry",
    subcommands=(
        Subcommand(
            word="retry",
            arguments="project/version",
            summary="try a failed version again",
            example="retry shop/v11",
            run=run,
            near=("redo", "rerun", "restart", "again", "repeat"),
            opens_form=True,
        ),
    ),
    clicks={Click.RETRY_ENVIRONMENT: choose_environment},
    forms={Callback.RETRY_VERSION: FormHandlers(submitted=submitted, suggest=suggest)},
)

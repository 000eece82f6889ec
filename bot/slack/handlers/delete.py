"""`delete`: takes a version out of Zadig, after saying what that does not undo."""

from bot.domain.errors import NotFound
from bot.domain.models import VersionReference
from bot.slack import commands
from bot.slack.context import Context, Feature, FormHandlers, Subcommand
from bot.slack.forms.delete_version import DeleteForm, read_request
from bot.slack.ids import Callback
from bot.slack.modal_flow import ModalFlow, OpenModal
from bot.slack.offers import version_offered
from bot.slack.payloads import Acknowledgement, Submitted, Typed
from bot.slack.text import code
from bot.slack.views.delete_version import delete_version

FLOW = ModalFlow(
    callback=Callback.DELETE_VERSION,
    title="Delete a version",
    form=DeleteForm,
    draw=lambda form, draft: delete_version(form, draft=draft),
    final=(NotFound,),
)


async def run(_typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    if not await version_offered("delete", words, ctx):
        await open_form(commands.read_reference(words), ctx)


async def open_form(reference: VersionReference, ctx: Context) -> None:
    async def fill(modal: OpenModal[DeleteForm]) -> None:
        version = await ctx.services.finder.locate(reference, channel=ctx.asked.channel)
        await ctx.actor.must_change_made(version.reference)
        (version,) = await ctx.services.finder.as_known(version.project, [version])
        form = DeleteForm(
            project=version.project, version_name=version.name, version_id=version.id, status=version.status
        )
        await modal.show(form)

    await FLOW.open(ctx, fill)


async def submitted(submitted: Submitted, ctx: Context) -> Acknowledgement:
    """Confirmed: answer, then ask Zadig."""
    modal, form = await FLOW.kept(submitted.view, ctx)
    request, problems = read_request(form)
    if problems:
        return modal.shown(form.rejected(problems))
    return await modal.send(
        form,
        lambda draft: ctx.services.versions.delete(request, user=draft.user, channel=draft.channel),
        f":wastebasket: {code(f'{request.project}/{request.version_name}')} has been deleted.",
    )


FEATURE = Feature(
    name="delete",
    subcommands=(
        Subcommand(
            word="delete",
            arguments="project/version",
            summary="delete a version from Zadig",
            example="delete shop/v13",
            run=run,
            near=("remove", "rm", "destroy", "drop"),
            opens_form=True,
        ),
    ),
    forms={Callback.DELETE_VERSION: FormHandlers(submitted=submitted)},
)

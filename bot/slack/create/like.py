"""From a version that exists to the next one like it, or to the same once more where a retry cannot work."""

from bot.domain.errors import NotFailed, Refused
from bot.domain.models import Status, VersionReference
from bot.domain.record import Particulars
from bot.slack.context import Context
from bot.slack.create.constants import TEMPLATE
from bot.slack.create.flow import earlier, open_on, pending, today
from bot.slack.create.reading import CreateForm
from bot.slack.create.template import from_version
from bot.slack.metadata import VersionAction
from bot.slack.modal_flow import OpenModal


async def use_as_template(ctx: Context, action: VersionAction) -> None:
    """The form filled in from a version, under the next name."""

    async def beginning(modal: OpenModal[CreateForm]) -> CreateForm:
        details = await ctx.services.versions.show(action.reference, channel=ctx.asked.channel)
        made_from = await ctx.services.versions.made_from(details)
        form = from_version(details, today=await today(ctx), made_from=made_from)
        return form.changed(earlier=await earlier(modal, ctx), pending=await pending(modal, ctx))

    await open_on(beginning, ctx)


async def recreate(ctx: Context, action: VersionAction) -> None:
    """The form filled in from a failed version, under its own name: submitting deletes it first."""

    async def beginning(_: OpenModal[CreateForm]) -> CreateForm:
        details = await ctx.services.versions.show(action.reference, channel=ctx.asked.channel)
        if details.version.status is not Status.FAILED:
            raise NotFailed(details.version)
        await ctx.actor.must_change_made(details.version.reference)
        made_from = await ctx.services.versions.made_from(details)
        form = from_version(details, today=await today(ctx), again=True, made_from=made_from)
        return await _as_it_was_made(form, made_from, ctx)

    await open_on(beginning, ctx)


async def _as_it_was_made(form: CreateForm, made_from: Particulars, ctx: Context) -> CreateForm:
    """What was made from another version is made from that one again, if it is still there."""
    if not made_from.original:
        return form
    try:
        original = await ctx.services.versions.show(
            VersionReference(project=form.project, name=made_from.original)
        )
    except Refused:
        return form
    template = from_version(original, today=await today(ctx)).template
    reusable = template is not None and template.reusable
    return form.changed(template=template, environment=TEMPLATE) if reusable else form

"""The form that creates a version, as all its handlers use it: what it opens on, and what it can offer then."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from pydantic import ValidationError

from bot.domain.access import Right
from bot.domain.errors import CreatedButFailed, NotAllowed, NotFailed, OutcomeUnknown, Refused
from bot.domain.models import Project, Status, VersionReference
from bot.domain.record import Particulars
from bot.domain.requests import Field
from bot.domain.watching import MISSING_AFTER_SECONDS
from bot.slack.context import Context
from bot.slack.create.constants import TEMPLATE
from bot.slack.create.defaults import offering, proposing
from bot.slack.create.origins import Earlier, Habits, Pending
from bot.slack.create.reading import CreateForm, read_state
from bot.slack.create.template import from_version
from bot.slack.create.view import create_version
from bot.slack.ids import Callback
from bot.slack.metadata import Outdated
from bot.slack.modal_flow import ModalFlow, OpenModal
from bot.slack.payloads import ViewState
from bot.slack.views.offer import resume

FLOW = ModalFlow(
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


async def open_on(
    beginning: Callable[[OpenModal[CreateForm]], Awaitable[CreateForm]], ctx: Context, *, channel: str = ""
) -> None:
    """Open the form, or put it into the modal that was clicked in; `beginning` gives what it opens on."""

    async def fill(modal: OpenModal[CreateForm]) -> None:
        form = await beginning(modal)
        if form.project != form.suggested_project:
            await must_change(form.project, ctx)
        await draw_anew(modal, form, ctx)

    await FLOW.open(ctx, fill, channel=channel)


async def must_change(project: str, ctx: Context) -> None:
    """Raises NotAllowed. What may not even be seen is left to the form: to it that does not exist."""
    if project and await ctx.actor.may(Right.READ, project):
        await ctx.actor.must_change(project)


async def draw_anew(modal: OpenModal[CreateForm], form: CreateForm, ctx: Context) -> None:
    """Ask for everything that the form can offer, and draw it."""
    await modal.show(await with_choices(modal, form, ctx))


async def with_choices(modal: OpenModal[CreateForm], form: CreateForm, ctx: Context) -> CreateForm:
    """The form with what Zadig offers for what is chosen, and with habits and proposals where nothing has been chosen."""
    try:
        await must_change(form.project, ctx)
    except NotAllowed as error:
        form = form.changed(project="", problems={**form.problems, Field.PROJECT: f"{error} {error.remedy}"})
    form = form.offering_projects(await offered_projects(form.project, ctx))
    if not form.project:
        as_of = ctx.services.choices.projects_as_of() if form.projects else None
        return form.changed(choices=replace(form.choices, as_of=as_of))
    form = form.changed(production_by=tuple(sorted(await ctx.actor.production_by(form.project))))
    if form.habits is None:
        form = form.accustomed(await _habits(modal, form.project, ctx))
    form = form.changed(awaited=tuple(sorted(await ctx.services.versions.unanswered(form.project))))
    wanted = form.wanted_environment
    choices = await ctx.services.choices.for_project(form.project, form.kind, wanted)
    after = offering(form, choices)
    if after.environment not in ("", TEMPLATE, wanted):  # the one that was wanted is not there (any more)
        choices = await ctx.services.choices.for_environment(choices, form.project, after.environment)
        after = offering(after, choices)
    return proposing(after, await today(ctx))


async def today(ctx: Context) -> date:
    """The date where the person is: names can be dates."""
    return await ctx.actor.today(ctx.services.habits.now)


async def offered_projects(expected: str, ctx: Context) -> tuple[Project, ...] | None:
    """Those in which the person may make versions; None if Zadig could not be asked. Raises NotAllowed if there are none."""
    found = await ctx.services.choices.projects(expected)
    return found and await ctx.actor.changeable(found)


async def _habits(modal: OpenModal[CreateForm], project: str, ctx: Context) -> Habits:
    """None at all rather than some that another release of the bot has written."""
    draft = modal.draft
    found = await ctx.services.habits.habits(
        FLOW.callback, user=draft.user, channel=draft.channel, project=project
    )
    try:
        return Habits.model_validate_json(found) if found else Habits()
    except ValidationError:
        return Habits()


async def earlier(modal: OpenModal[CreateForm], ctx: Context) -> Earlier | None:
    """The newest form of this person into which something was typed, and which was never sent."""
    for draft in await ctx.services.drafts.unfinished(FLOW.callback, user=modal.draft.user):
        if draft.id == modal.draft.id:
            continue
        try:
            form = FLOW.read(draft)
        except Outdated:
            continue
        if form.touched:
            what = str(VersionReference(project=form.project, name=form.version_name)).strip("/")
            return Earlier(draft=draft.id, what=what, seconds=ctx.services.drafts.age(draft))
    return None


async def pending(modal: OpenModal[CreateForm], ctx: Context) -> tuple[Pending, ...]:
    """What the same person has sent before, and of which it is not known yet whether Zadig took it."""
    found = []
    for draft in await ctx.services.drafts.unanswered(FLOW.callback, user=modal.draft.user):
        try:
            form = FLOW.read(draft)
        except Outdated:
            continue
        what = str(VersionReference(project=form.project, name=form.version_name))
        seconds = ctx.services.drafts.age(draft)
        found.append(Pending(what=what, seconds=seconds, told_by=draft.at + MISSING_AFTER_SECONDS))
    return tuple(found)


async def put_aside(view: ViewState, ctx: Context) -> None:
    """Another form takes the place of this one: what was typed is kept, and forgotten if nothing was."""
    modal, before = await FLOW.kept(view, ctx)
    form = read_state(before, view.values)
    if form.touched:
        await modal.keep(form)
    else:
        await ctx.services.drafts.drop(modal.draft)


async def use_as_template(reference: VersionReference, ctx: Context) -> None:
    """The form filled in from a version, under the next name."""

    async def beginning(modal: OpenModal[CreateForm]) -> CreateForm:
        details = await ctx.services.versions.show(reference, channel=ctx.asked.channel)
        made_from = await ctx.services.versions.made_from(details)
        form = from_version(details, today=await today(ctx), made_from=made_from)
        return form.changed(earlier=await earlier(modal, ctx), pending=await pending(modal, ctx))

    await open_on(beginning, ctx)


async def recreate(reference: VersionReference, ctx: Context) -> None:
    """The form filled in from a failed version, under its own name: submitting deletes it first."""

    async def beginning(_: OpenModal[CreateForm]) -> CreateForm:
        details = await ctx.services.versions.show(reference, channel=ctx.asked.channel)
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

"""`create`: a form that opens at once, follows what is chosen, and never loses what was typed."""

from collections.abc import Callable

from bot.domain.drafts import Draft
from bot.domain.errors import BadInput, CreatedButFailed
from bot.domain.meaning import project_meant
from bot.domain.requests import CreateVersion, DeleteVersion, Field, FieldError
from bot.slack.context import Context, Feature, FormHandlers, Subcommand
from bot.slack.create.defaults import habits_of
from bot.slack.create.flow import (
    FLOW,
    draw_anew,
    earlier,
    must_change,
    open_on,
    pending,
    put_aside,
    with_choices,
)
from bot.slack.create.reading import CreateForm, block_errors, needs_choices, read_request, read_state
from bot.slack.create.request import verdict_on_name
from bot.slack.create.scope import without_copies, without_left_out
from bot.slack.create.view import options
from bot.slack.ids import OF, Callback, Click
from bot.slack.modal_flow import OpenModal
from bot.slack.payloads import Acknowledgement, Clicked, Closed, Submitted, Suggesting, Typed, ViewState
from bot.slack.text import code

# Texts of which nothing else in the form depends, or nothing that cannot wait for the next redraw.
_TEXTS = frozenset({Field.DESCRIPTION, Field.LABELS, Field.IMAGE_TAG, Field.CHART_VERSION})


async def run(typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    """`create [project[/version]]`."""

    async def beginning(modal: OpenModal[CreateForm]) -> CreateForm:
        chosen, version_name = await _meant(words, typed.channel, ctx)
        last = "" if chosen else await _last_project(modal.draft, ctx)
        form = CreateForm(project=chosen or last, suggested_project=last, version_name=version_name)
        return form.changed(earlier=await earlier(modal, ctx), pending=await pending(modal, ctx))

    await open_on(beginning, ctx)


async def _meant(words: tuple[str, ...], channel: str, ctx: Context) -> tuple[str, str]:
    """Project and version. A display name may have spaces; what stands alone where one project is followed may be a version.

    Raises BadInput for more words than that.
    """
    if not words:
        return await ctx.services.subscriptions.only_project(channel), ""
    known = await ctx.services.choices.projects() or ()
    whole = " ".join(words)
    before, slash, after = whole.partition("/")
    if not slash and (key := project_meant(whole, known)):
        return key, ""
    project, names = (before.strip(), after.split()) if slash else (words[0], [*words[1:]])
    if len(names) > 1:
        text = f"`{names[1]}` is one word too many: type `{ctx.command} create project/version`."
        raise BadInput((FieldError(field=Field.VERSION_NAME, text=text),))
    only = "" if names else await ctx.services.subscriptions.only_project(channel)
    key = project_meant(project, known)
    return (only, project) if only and not key else (key or project, "".join(names))


async def _last_project(draft: Draft, ctx: Context) -> str:
    return await ctx.services.habits.last_project(FLOW.callback, user=draft.user, channel=draft.channel)


async def continue_draft(clicked: Clicked, ctx: Context) -> None:
    """The form anew with what was typed, whatever has become of the draft; in the modal if it was clicked in one."""
    before = await ctx.services.drafts.get(clicked.value, user=clicked.user)
    form = FLOW.read(before)
    if clicked.view and clicked.view.callback_id == FLOW.callback:
        await put_aside(clicked.view, ctx)

    async def beginning(_: OpenModal[CreateForm]) -> CreateForm:
        await must_change(form.project, ctx)
        await ctx.services.drafts.drop(before)
        return form.changed(earlier=None, attempt=form.attempt + 1)

    await open_on(beginning, ctx, channel=before.channel)


async def forget_draft(clicked: Clicked, ctx: Context) -> None:
    """Another form that was never sent is not wanted any more."""
    await ctx.services.drafts.drop(await ctx.services.drafts.get(clicked.value, user=clicked.user))
    if clicked.view:
        modal, before = await FLOW.kept(clicked.view, ctx)
        await modal.show(read_state(before, clicked.view.values).changed(earlier=None))


async def as_last_time(clicked: Clicked, ctx: Context) -> None:
    """Leave out, or leave uncopied, what was so for the last version: that is decided anew for each."""
    if clicked.view is None:
        return
    again = without_copies if clicked.value == "images" else without_left_out
    with ctx.shared.latest_only.take(clicked.view.id):
        modal, before = await FLOW.kept(clicked.view, ctx)
        async with ctx.shared.latest_only.alone(clicked.view.id):
            await modal.show(again(read_state(before, clicked.view.values)))


async def changed(clicked: Clicked, ctx: Context) -> None:
    """Something was chosen, or a character typed into the name: fetch what depends on it, and draw again if need be."""
    if clicked.view is None:
        return
    with ctx.shared.latest_only.take(clicked.view.id) as is_newest:
        await _follow(clicked.view, clicked.block_id, is_newest, ctx)


async def _follow(view: ViewState, block_id: str, is_newest: Callable[[], bool], ctx: Context) -> None:
    """Slack sends everything typed with every choice: of several under way only the newest may draw."""
    modal, before = await FLOW.kept(view, ctx)
    form = read_state(before, view.values)
    if needs_choices(before, form):
        form = await with_choices(modal, form, ctx)
    async with ctx.shared.latest_only.alone(view.id):
        if is_newest():
            _, drawn = await FLOW.kept(view, ctx)
            form = _over(drawn, before, form)
            if _looks_the_same(drawn, form, block_id):
                await modal.keep(form)
            else:
                await modal.show(form)


def _over(drawn: CreateForm, before: CreateForm, form: CreateForm) -> CreateForm:
    """If another choice was drawn since `before`, the values of this form have to show instead of that one's."""
    if drawn.revision == before.revision:
        return form
    return form.changed(revision=drawn.revision + 1, proposals=drawn.proposals + 1)


def _looks_the_same(before: CreateForm, form: CreateForm, block_id: str) -> bool:
    """Whether what was typed changes nothing around it: then it is kept, and typing is not disturbed."""
    if (before.revision, before.proposals) != (form.revision, form.proposals):
        return False
    if block_id == Field.VERSION_NAME:
        return (before.problems, verdict_on_name(before)) == (form.problems, verdict_on_name(form))
    return block_id.partition(OF)[0] in _TEXTS or block_id in _typed_instead(form)


def _typed_instead(form: CreateForm) -> set[str]:
    """What is typed because Zadig could not be asked what there is."""
    offered = {
        Field.REGISTRY: form.choices.registries,
        Field.CHART_REPOSITORY: form.choices.chart_repositories,
        Field.SERVICES: form.choices.services,
    }
    return {field.value for field, choices in offered.items() if not choices}


async def suggest(suggesting: Suggesting, ctx: Context) -> Acknowledgement:
    """Options for a select with more than a hundred of them: those the form was drawn with, and projects that are new since."""
    if suggesting.view is None:
        return {"options": []}
    _, form = await FLOW.kept(suggesting.view, ctx)
    if suggesting.block_id == Field.PROJECT and (projects := await ctx.services.choices.projects_at_once()):
        form = form.changed(projects=await ctx.actor.changeable(projects))
    return {"options": options(form, suggesting.block_id, suggesting.value)}


async def submitted(submitted: Submitted, ctx: Context) -> Acknowledgement:
    """Check what can be checked here; keep the draft; answer; then ask Zadig."""
    modal, before = await FLOW.kept(submitted.view, ctx)
    form = read_state(before, submitted.view.values).changed(touched=True)
    if needs_choices(before, form) or before.missing:
        await modal.keep(form)
        return modal.completing(lambda: draw_anew(modal, form, ctx))
    request, problems = read_request(form)
    if errors := block_errors(before, problems):
        await modal.keep(form)
        return {"response_action": "errors", "errors": errors}
    name = code(f"{request.project}/{request.version_name}")
    done = f":hourglass_flowing_sand: Zadig is creating {name}. Its progress is posted in this channel, or sent to you if the bot is not in it."
    with ctx.shared.latest_only.take(modal.view_id):  # a choice that is still being followed draws no more
        sending = _Sending(form=form, request=request, ctx=ctx)
        return await modal.send(form, sending.carry_out, done, again=lambda: sending.form)


class _Sending:
    """One submission. `form` is what comes back if it goes wrong.

    Once the version that it replaces is deleted, it replaces none; if it was created and failed, it replaces that one.
    """

    def __init__(self, *, form: CreateForm, request: CreateVersion, ctx: Context) -> None:
        self.form = form
        self._request = request
        self._ctx = ctx

    async def carry_out(self, draft: Draft) -> None:
        """Delete what is replaced, create, and remember what was used."""
        user, channel = draft.user, draft.channel
        try:
            await self._ask_zadig(user, channel)
        except CreatedButFailed as error:
            self.form = self.form.instead_of(error.version.id, error.version.name)
            raise
        await self._ctx.services.habits.remember(
            FLOW.callback,
            habits_of(self.form).model_dump_json(),
            user=user,
            channel=channel,
            project=self._request.project,
        )

    async def _ask_zadig(self, user: str, channel: str) -> None:
        versions, request, replaced = self._ctx.services.versions, self._request, self.form.replacing
        if replaced is None:
            await versions.create(request, user=user, channel=channel)
            return
        failed = DeleteVersion(
            project=request.project,
            version_name=replaced.name,
            version_id=replaced.id,
            for_production=request.production,
        )
        await versions.recreate(request, failed, user=user, channel=channel, on_deleted=self._deleted)

    def _deleted(self) -> None:
        self.form = self.form.without_replaced()


async def closed(closed: Closed, ctx: Context) -> None:
    """What was typed is kept; a form into which nothing was typed is not offered again."""
    modal, form = await FLOW.kept(closed.view, ctx)
    if not form.touched and form.tagging is None:
        await ctx.services.drafts.drop(modal.draft)


FEATURE = Feature(
    name="create",
    subcommands=(
        Subcommand(
            word="create",
            arguments="[project[/version]]",
            summary="a new version, in a form",
            example="create shop/v14",
            run=run,
            near=("new", "rollback", "add", "make", "build", "release", "deploy", "publish"),
            opens_form=True,
        ),
    ),
    clicks={
        Click.RESUME_DRAFT: continue_draft,
        Click.FORGET_DRAFT: forget_draft,
        Click.AS_LAST_TIME: as_last_time,
    },
    forms={
        Callback.CREATE_VERSION: FormHandlers(
            submitted=submitted, changed=changed, suggest=suggest, closed=closed
        )
    },
)

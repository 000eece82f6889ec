"""Which project or version is meant, and menus for those who left it out."""

from collections.abc import Collection, Sequence

from bot.domain.errors import BadInput
from bot.domain.meaning import near
from bot.domain.models import Status
from bot.domain.requests import Field, FieldError
from bot.slack.context import Context
from bot.slack.text import word
from bot.slack.views.inputs import named
from bot.slack.views.offer import OPTIONS, offer


async def project_named(words: Sequence[str], ctx: Context, *, what: str, among: Collection[str]) -> str:
    """The project that stands beside words of another kind: a key, or the words of a display name; empty if none does.

    Raises BadInput for anything else: the second word is then taken for a misspelt `what`, of which there are those in `among`.
    """
    if len(words) < 2:  # noqa: PLR2004 - one word needs no putting together
        return "".join(words)
    if key := await ctx.services.finder.named(" ".join(words)):
        return key
    guess = near(words[1], among)
    hint = f" Did you mean `{guess}`?" if guess else ""
    text = f"`{words[1]}` is not a {what}.{hint} Choose among: {', '.join(among)}."
    raise BadInput((FieldError(field=what, text=text),))


async def offer_projects(verb: str, ctx: Context, *, behind: str = "") -> None:
    """Where no project was typed: a menu of those that the user may see. Raises BadInput if there is none to offer.

    Choosing one runs `verb project behind`.
    """
    text = await ctx.services.finder.which_project(f"{ctx.command} {verb}")
    if not await _projects_offered(verb, text, ctx, behind=behind):
        raise BadInput((FieldError(field=Field.PROJECT, text=text),))


async def _projects_offered(verb: str, question: str, ctx: Context, *, behind: str = "") -> bool:
    """The one that the channel follows comes first; False where there is none to offer."""
    known = [one for one in await ctx.services.choices.projects() or () if one.kind]
    if not known:
        return False
    mine = await ctx.services.subscriptions.only_project(ctx.asked.channel)
    known.sort(key=lambda one: one.key != mine)
    answers = [(named(one.key, one.name), f"{verb} {one.key} {behind}".strip()) for one in known]
    await ctx.reply(offer(question, answers, placeholder="Choose a project"))
    return True


async def version_offered(
    verb: str, words: tuple[str, ...], ctx: Context, *, status: Status | None = None
) -> bool:
    """A menu of versions, or first of projects, where no version was typed; False if one was, or none can be offered.

    Only those of a `status`, if it is given. Choosing one runs `verb project/version`.
    """
    if len(words) > 1 or (words and "/" in words[0].strip("/")):
        return False
    only = await ctx.services.subscriptions.only_project(ctx.asked.channel)
    if not words and not only:
        question = f"Say which version: `{ctx.command} {verb} project/version`. First choose the project."
        return await _projects_offered(verb, question, ctx)
    project = only if not words else await _project_alone(words[0], only, ctx)
    return bool(project) and await _versions_offered(verb, project, ctx, status)


async def _project_alone(typed: str, only: str, ctx: Context) -> str:
    """The project of which no version was named; a name alone is a version's where the channel follows one project."""
    return "" if only and not typed.endswith("/") else await ctx.services.finder.named(typed.strip("/"))


async def _versions_offered(verb: str, project: str, ctx: Context, status: Status | None) -> bool:
    listing = await ctx.services.finder.page(project, number=1, size=OPTIONS)
    found = [one for one in listing.page.items if one.name and status in (None, one.status)]
    if not found:
        return False
    question = f"Say which version of {project} you mean: `{ctx.command} {verb} {project}/{found[0].name}`."
    answers = [(f"{one.name} · {word(one.status)}", f"{verb} {project}/{one.name}") for one in found]
    await ctx.reply(offer(question, answers, placeholder="Choose a version"))
    return True

"""Menus for those who left out which project or version they mean."""

from collections.abc import Callable

from bot.domain.models import Status, Version
from bot.slack.context import Context
from bot.slack.payloads import Typed
from bot.slack.text import word
from bot.slack.views.inputs import named
from bot.slack.views.offer import OPTIONS, offer

Wanted = Callable[[Version], bool]


def any_version(_version: Version) -> bool:
    """Every version will do."""
    return True


def failed(version: Version) -> bool:
    """Only what failed can be retried."""
    return version.status is Status.FAILED


async def projects_offered(typed: Typed, verb: str, question: str, ctx: Context, *, behind: str = "") -> bool:
    """A menu of the projects that the person may see, the one that the channel follows first; False where there is none to offer.

    Choosing one runs `verb project behind`.
    """
    known = [one for one in await ctx.services.choices.projects() or () if one.kind]
    if not known:
        return False
    mine = await ctx.services.subscriptions.only_project(typed.channel)
    known.sort(key=lambda one: one.key != mine)
    answers = [(named(one.key, one.name), f"{verb} {one.key} {behind}".strip()) for one in known]
    await ctx.reply(offer(question, answers, placeholder="Choose a project"))
    return True


async def version_offered(
    typed: Typed, verb: str, words: tuple[str, ...], ctx: Context, *, wanted: Wanted = any_version
) -> bool:
    """A menu of versions, or first of projects, where no version was typed; False if one was, or none can be offered.

    Choosing one runs `verb project/version`.
    """
    if len(words) > 1 or (words and "/" in words[0].strip("/")):
        return False
    only = await ctx.services.subscriptions.only_project(typed.channel)
    if not words and not only:
        question = f"Say which version: `{ctx.command} {verb} project/version`. First choose the project."
        return await projects_offered(typed, verb, question, ctx)
    project = only if not words else await _project_alone(words[0], only, ctx)
    return bool(project) and await _versions_offered(verb, project, ctx, wanted)


async def _project_alone(typed: str, only: str, ctx: Context) -> str:
    """The project of which no version was named; a name alone is a version's where the channel follows one project."""
    return "" if only and not typed.endswith("/") else await ctx.services.finder.named(typed.strip("/"))


async def _versions_offered(verb: str, project: str, ctx: Context, wanted: Wanted) -> bool:
    listing = await ctx.services.finder.page(project, number=1, size=OPTIONS)
    found = [version for version in listing.page.items if wanted(version) and version.name]
    if not found:
        return False
    question = f"Say which version of {project} you mean: `{ctx.command} {verb} {project}/{found[0].name}`."
    answers = [
        (f"{version.name} · {word(version.status)}", f"{verb} {project}/{version.name}") for version in found
    ]
    await ctx.reply(offer(question, answers, placeholder="Choose a version"))
    return True

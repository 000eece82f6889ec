"""`list`: the versions of a project, page by page and by status, edited in place."""

from bot.domain.errors import BadInput
from bot.domain.meaning import near, status_meant
from bot.domain.models import Status
from bot.domain.requests import Field, FieldError
from bot.slack.context import Feature, Parts, Subcommand
from bot.slack.handlers.answering import answer
from bot.slack.ids import Click
from bot.slack.metadata import ListState
from bot.slack.offers import projects_offered
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.list_versions import EVERY_STATUS, PAGE_SIZE, list_versions
from bot.slack.views.message import Message


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`list [project] [status]`."""
    state = await _state(typed, words, parts)
    if state is None:
        return
    said = await parts.finder.as_meant(
        state.project, lambda key: _page(state.model_copy(update={"project": key}), parts)
    )
    await answer(typed, said, parts)


async def _state(typed: Typed, words: tuple[str, ...], parts: Parts) -> ListState | None:
    """What is to be listed; None if the person was offered a menu of projects instead."""
    status = _status(words)
    projects = [word for word in words if status_meant(word) is None]
    project = await _project(projects, parts) or await parts.following.only_project(typed.channel)
    if not project:
        text = await parts.finder.which_project(f"{parts.command} list")
        if await projects_offered(typed, "list", text, parts, behind=status or ""):
            return None
        raise BadInput((FieldError(field=Field.PROJECT, text=text),))
    return ListState(project=project, status=status)


def _status(words: tuple[str, ...]) -> Status | None:
    """The status that is typed among the words. Raises BadInput if there are two."""
    found = {status: word for word in words if (status := status_meant(word))}
    if len(found) > 1:
        text = f"{' and '.join(f'`{word}`' for word in found.values())} are two statuses: choose one."
        raise BadInput((FieldError(field="status", text=text),))
    return next(iter(found), None)


async def _project(words: list[str], parts: Parts) -> str:
    """What was typed besides the status: a key, or the words of a display name. Raises BadInput if it is more than that."""
    if len(words) < 2:  # noqa: PLR2004 - one word needs no putting together
        return "".join(words)
    if key := await parts.finder.named(" ".join(words)):
        return key
    guess = near(words[1], Status)
    meant = f" Did you mean `{guess}`?" if guess else ""
    text = f"`{words[1]}` is not a status.{meant} Choose among: {', '.join(Status)}."
    raise BadInput((FieldError(field="status", text=text),))


async def _page(state: ListState, parts: Parts) -> Message:
    listing = await parts.finder.page(state.project, number=state.page, size=PAGE_SIZE, status=state.status)
    return list_versions(
        listing.page,
        state,
        links=parts.links,
        searched=listing.searched,
        requesters=await parts.finder.requesters(state.project, listing.page.items),
        command=parts.command,
    )


async def turn(clicked: Clicked, parts: Parts) -> None:
    """Previous and Next."""
    said = await _page(ListState.unpack(clicked.value), parts)
    await answer(clicked, said, parts, replace=True)


async def choose_status(clicked: Clicked, parts: Parts) -> None:
    """The status filter; the state that it changes is its block id."""
    status = None if clicked.value == EVERY_STATUS else Status(clicked.value)
    state = ListState.unpack(clicked.block_id).model_copy(update={"status": status, "page": 1})
    await answer(clicked, await _page(state, parts), parts, replace=True)


FEATURE = Feature(
    name="list",
    subcommands=(
        Subcommand(
            word="list",
            arguments="[project] [status]",
            summary="the versions of a project, newest first",
            example="list shop failed",
            run=run,
            near=("status", "search", "find", "ls", "versions", "history", "log", "projects", "all"),
        ),
    ),
    clicks={Click.LIST_PAGE: turn, Click.LIST_STATUS: choose_status},
)

"""`list`: the versions of a project, page by page and by status, edited in place."""

from bot.domain.errors import BadInput
from bot.domain.models import Status
from bot.domain.requests import Field, FieldError
from bot.slack.handlers.answering import answer
from bot.slack.ids import Click
from bot.slack.metadata import ListState
from bot.slack.parts import Feature, Parts, Subcommand
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.list_versions import EVERY_STATUS, PAGE_SIZE, list_versions
from bot.slack.views.said import Said

STATUSES = frozenset(Status)


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`list [project] [status]`."""
    state = await _state(typed, words, parts)
    await answer(typed, await _page(state, parts), parts)


async def _state(typed: Typed, words: tuple[str, ...], parts: Parts) -> ListState:
    status = next((Status(word.lower()) for word in words if word.lower() in STATUSES), None)
    projects = [word for word in words if word.lower() not in STATUSES]
    if len(projects) > 1:
        text = f"`{projects[1]}` is no status. Choose among: {', '.join(Status)}."
        raise BadInput((FieldError(field="status", text=text),))
    project = projects[0] if projects else await parts.following.only_project(typed.channel)
    if not project:
        text = await parts.finder.which_project(f"{parts.command} list")
        raise BadInput((FieldError(field=Field.PROJECT, text=text),))
    return ListState(project=project, status=status)


async def _page(state: ListState, parts: Parts) -> Said:
    listing = await parts.finder.page(state.project, number=state.page, size=PAGE_SIZE, status=state.status)
    return list_versions(
        listing.page,
        state,
        links=parts.links,
        searched=listing.searched,
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
        ),
    ),
    clicks={Click.LIST_PAGE: turn, Click.LIST_STATUS: choose_status},
)

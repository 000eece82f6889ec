"""A page of a project's versions, with what can be done with each of them."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.models import Page, Status, Version
from bot.domain.record import NOBODY, Requesters
from bot.slack.ids import Click
from bot.slack.metadata import ListState
from bot.slack.text import phrase, symbol, word
from bot.slack.views import rich
from bot.slack.views.blocks import (
    BLOCK_ID,
    BUTTON_VALUE,
    Block,
    Message,
    actions,
    button,
    header,
    option,
    say,
)
from bot.slack.views.links import Links
from bot.slack.views.rich import Piece, bold, code, dotted, exact, link
from bot.slack.views.version_actions import menu
from bot.slack.views.version_lines import NAME, labels, origin, requested, retried, status_line

PAGE_SIZE = 10
EVERY_STATUS = "all"
LINE = 150
UNKNOWN: Mapping[str, Requesters] = MappingProxyType({})


def list_versions(
    page: Page[Version],
    state: ListState,
    *,
    links: Links,
    searched: int | None = None,
    requesters: Mapping[str, Requesters] = UNKNOWN,
    command: str = "/release",
) -> Message:
    """One page, newest version first; at most 20 items fit.

    `requesters` says by version name who asked for it. `searched` is how many of the newest versions a filter
    has looked through, None if all. The filter's menu is `list_status` in a block whose id is the packed `ListState`
    that is shown: the handler unpacks it and puts in the chosen value, a status word or `all`, and page 1.
    """
    rows = [
        block
        for number, version in enumerate(page.items)
        for block in _row(version, number, links, requesters.get(version.name, NOBODY))
    ]
    foot = [[said] for said in _foot(page, state, searched)]
    return say(
        _sentence(page, state, searched),
        header(f"Versions of {state.project}"),
        *_filter(state),
        *(rows or [rich.told(*_nothing(page, state, searched, command))]),
        rich.told(dotted(*foot, [link(links.project(state.project), "Open in Zadig")])),
        *actions(list(_turns(page, state))),
    )


def _row(version: Version, number: int, links: Links, asked: Requesters) -> list[Block]:
    name = link(links.version(version), version.name or version.id, NAME)
    said = rich.told(
        dotted(status_line(version), [name]),
        dotted(origin(version), requested(asked.requested_by), retried(asked.retried_by)),
        labels(version.labels or (), LINE),
        [exact(version.description.strip(), LINE)] if version.description.strip() else [],
    )
    choice = menu(version, number)
    return [said, *actions([choice] if choice else [])]


def _what(state: ListState, count: int) -> str:
    noun = "version" if count == 1 else "versions"
    return f"{word(state.status)} {noun}" if state.status else noun


def _count(page: Page[Version], state: ListState, searched: int | None) -> str:
    among = "" if searched is None else f" among the newest {searched}"
    return f"Page {page.number} of {page.count}, {page.total} {_what(state, page.total)}{among}"


def _foot(page: Page[Version], state: ListState, searched: int | None) -> Iterator[str]:
    if page.total:
        yield _count(page, state, searched)
    if page.left_out:
        rows = "1 row" if page.left_out == 1 else f"{page.left_out} rows"
        yield f"{rows} left out: Zadig sent no name or id"


def _sentence(page: Page[Version], state: ListState, searched: int | None) -> str:
    project = phrase(state.project)
    if not page.total:
        return f"{project} {_has_none(state, searched)}"
    names = ", ".join(f"{phrase(each.name or each.id)} ({word(each.status)})" for each in page.items)
    return f"Versions of {project}: {names or 'none here'}. {_count(page, state, searched)}."


def _has_none(state: ListState, searched: int | None) -> str:
    among = " yet" if searched is None else f" among its newest {searched}"
    return f"has no {_what(state, 0)}{among}."


def _nothing(
    page: Page[Version], state: ListState, searched: int | None, command: str
) -> Iterator[Sequence[Piece]]:
    if page.total:
        pages = "there is only 1 page" if page.count == 1 else f"there are only {page.count} pages"
        yield [f"Page {page.number} is past the end: {pages}. Go back with ", bold("Previous"), "."]
        return
    none: list[Piece] = [bold(state.project), f" {_has_none(state, searched)}"]
    if state.status:
        yield [*none, " Choose another status above."]
        return
    yield [*none, " Create the first one with ", code(f"{command} create {state.project}"), "."]
    yield ["If you expected some, check the project's key."]


def _filter(state: ListState) -> list[Block]:
    """The status menu; left out for a project whose key leaves no room for the state in a block id."""
    packed = state.pack()
    if len(packed) > BLOCK_ID:
        return []
    every = option("Every status", EVERY_STATUS)
    each = {status: option(f"{symbol(status)} {word(status)}", status.value, emoji=True) for status in Status}
    menu: Block = {
        "type": "static_select",
        "action_id": Click.LIST_STATUS.value,
        "placeholder": {"type": "plain_text", "text": "Status", "emoji": False},
        "options": [every, *each.values()],
        "initial_option": each[state.status] if state.status else every,
    }
    return actions([menu], block_id=packed)


def _turns(page: Page[Version], state: ListState) -> Iterator[Block]:
    targets = {}
    if page.number > 1:
        targets["Previous"] = min(page.number - 1, page.count)
    if page.number < page.count:
        targets["Next"] = page.number + 1
    for label, number in targets.items():
        value = state.model_copy(update={"page": number}).pack()
        if len(value) <= BUTTON_VALUE:
            yield button(label, f"{Click.LIST_PAGE}.{label.lower()}", value, spoken=f"{label}: page {number}")

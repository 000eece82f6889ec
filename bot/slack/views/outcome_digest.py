"""Many versions ended in one way at once: one message that says how many, why and who asked, and the list behind its button."""

from collections.abc import Callable, Iterator, Sequence

from bot.domain.digests import DigestPage
from bot.domain.endings import Ending
from bot.domain.notifications import Afterwards, OutcomeDigest, Tally, VersionEnded
from bot.slack.ids import Click
from bot.slack.metadata import DigestState
from bot.slack.views import rich
from bot.slack.views.blocks import TEXT, Block, Message, actions, button, context, header, say, section
from bot.slack.views.links import Links
from bot.slack.views.rich import (
    Piece,
    bold,
    characters,
    dotted,
    emoji,
    exact,
    link,
    marked,
    preformatted,
    user,
)
from bot.slack.views.version_actions import ALL, menu
from bot.slack.views.version_lines import name_of, origin, reason_in_a_line, requested, title
from bot.slack.views.version_outcome import HARMLESS, appearance, since_then

PAGE_SIZE = 10
PROJECTS, NAMES = 3, 5
REASON = 600
# So many of those who asked are mentioned.
MENTIONS = 300


def outcomes_folded(told: OutcomeDigest, *, links: Links) -> Message:
    """Each person who asked for one of them is mentioned once."""
    shown = appearance(Ending(told.of))
    what = f"{told.count} versions {shown.many}"
    linked = _projects(told.projects, lambda project: link(links.project(project), project))
    plain = _projects(told.projects, bold)
    why = f": {exact(told.reasons[0].of, 300).strip().rstrip('.')}." if told.reasons else "."
    see = button(f"See all {told.count}", Click.FOLD_LIST, DigestState(fold=told.fold).pack())
    return say(
        marked(what, ", ", *plain, why),
        rich.rich(
            rich.lines([emoji(shown.sign), " ", bold(what), ", ", *linked, "."], [_names(told)]),
            *_reasons(told),
        ),
        *_askers(told.asked_by),
        *actions([see]),
    )


def _projects(tallies: Sequence[Tally], shown: Callable[[str], Piece]) -> list[Piece]:
    if len(tallies) == 1:
        return ["all in ", shown(tallies[0].of)]
    parts: list[list[Piece]] = [[f"{one.count} in ", shown(one.of)] for one in tallies[:PROJECTS]]
    others = tallies[PROJECTS:]
    if others:
        more = "1 more project" if len(others) == 1 else f"{len(others)} more projects"
        parts.append([f"{sum(one.count for one in others)} in {more}"])
    *first, last = parts
    return [piece for number, part in enumerate(first) for piece in ([", "] if number else []) + part] + [
        " and ",
        *last,
    ]


def _names(told: OutcomeDigest) -> str:
    shown = [exact(name, 80) for name in told.names[:NAMES]]
    left = told.count - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left else "")


def _reasons(told: OutcomeDigest) -> Iterator[Block]:
    """Parts of a block."""
    if not told.reasons:
        return
    first, *others = told.reasons
    said = f"{first.count} of them" if others or first.count < told.count else "All of them"
    yield rich.lines([f"{said} failed with" if told.of == Ending.FAILED else f"{said}:"])
    yield preformatted(first.of, REASON)
    if others:
        yield rich.lines(
            ["1 other reason" if len(others) == 1 else f"{len(others)} other reasons", " in the list."]
        )


def _askers(users: Sequence[str]) -> Iterator[Block]:
    shown = [user(one) for one in users[:MENTIONS]]
    while characters(shown) > TEXT:
        shown = shown[: len(shown) // 2]
    left = len(users) - len(shown)
    more = f" and {left} more" if left else ""
    if users:
        yield rich.told(["Requested by", *(piece for one in shown for piece in (" ", one)), more])


def folded_list(page: DigestPage, state: DigestState, *, links: Links) -> Message:
    """One page of the versions behind a fold, each with what can be done with it."""
    count = max(1, -(-page.total // PAGE_SIZE))
    rows = [block for number, one in enumerate(page.outcomes) for block in _row(one, number, links)]
    where = f"Page {state.page} of {count}, {page.total} versions"
    gone = section("This list is gone: the bot keeps it for 30 days.")
    return say(
        f"Versions in this message. {where}.",
        header("Versions in this message"),
        *(rows or [gone]),
        context(where),
        *actions(list(_turns(state, count))),
    )


def _row(one: VersionEnded, number: int, links: Links) -> list[Block]:
    version, since, sign = one.version, one.since, emoji(appearance(one.ending).sign)
    if one.ending is Ending.MISSING:
        return [rich.told([sign, " ", *dotted([name_of(version)], requested(one.asked_by))])]
    why = reason_in_a_line(version) if one.ending is Ending.FAILED else []
    gone = one.ending is Ending.GONE or (since is not None and since.what is Afterwards.DELETED)
    name = name_of(version) if gone else title(version, links)
    choice = None if gone else menu(version, number, HARMLESS if since else ALL)
    said = dotted([name], requested(one.asked_by), since_then(since))
    return [rich.told([sign, " ", *said], origin(version), why), *actions([choice] if choice else [])]


def _turns(state: DigestState, count: int) -> Iterator[Block]:
    targets = {}
    if state.page > 1:
        targets["Previous"] = min(state.page - 1, count)
    if state.page < count:
        targets["Next"] = state.page + 1
    for label, number in targets.items():
        value = state.model_copy(update={"page": number}).pack()
        yield button(label, f"{Click.FOLD_PAGE}.{label.lower()}", value, spoken=f"{label}: page {number}")

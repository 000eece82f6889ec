"""Many versions ended in one way at once: one message that says how many, why and who asked, and the list behind its button."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.folding import FoldedPage
from bot.domain.notifications import (
    Afterwards,
    Outcome,
    OutcomesFolded,
    Tally,
    VersionFailed,
    VersionGone,
    VersionMissing,
)
from bot.slack.ids import Click
from bot.slack.metadata import FoldState
from bot.slack.text import link, mention, phrase, preformatted
from bot.slack.views.blocks import actions, button, context, header, say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Block, Said
from bot.slack.views.version_actions import ALL, menu
from bot.slack.views.version_card import GONE, STALLED
from bot.slack.views.version_lines import (
    full_name,
    origin,
    reason_in_a_line,
    requested,
    title,
)
from bot.slack.views.version_outcome import HARMLESS, MISSING, since_then

PAGE_SIZE = 10
PROJECTS, NAMES = 3, 5
REASON = 600
# Mentions of a section, and sections of mentions: together they stay below what a message may hold.
MENTIONS, MENTION_SECTIONS = 150, 2

# What happened to each of them, and its sign.
ENDINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "version_succeeded": (":white_check_mark:", "are complete"),
        "version_failed": (":x:", "failed"),
        "version_gone": (GONE, "were deleted in Zadig before they were complete"),
        "version_stalled": (STALLED, "have not settled for long, and nobody knows whether they will"),
        "version_missing": (MISSING, "were requested but never appeared in Zadig"),
    }
)


def outcomes_folded(told: OutcomesFolded, *, links: Links) -> Said:
    """Everybody who asked for one of them is mentioned once."""
    sign, ending = ENDINGS[told.of]
    linked = _projects(told.projects, lambda project: f"*{link(links.project(project), project)}*")
    plain = _projects(told.projects, phrase)
    why = f": {phrase(told.reasons[0].of, 300).rstrip('.')}." if told.reasons else "."
    see = button(f"See all {told.count}", Click.FOLD_LIST, FoldState(fold=told.fold).pack())
    return say(
        f"{told.count} versions {ending}, {plain}{why}",
        section(f"{sign} *{told.count} versions {ending}*, {linked}."),
        *_reasons(told),
        *_askers(told.asked_by),
        context(_names(told)),
        *actions([see]),
    )


def _projects(tallies: Sequence[Tally], shown: Callable[[str], str]) -> str:
    parts = [f"{one.count} of {shown(one.of) or '–'}" for one in tallies[:PROJECTS]]
    if len(tallies) == 1:
        return f"all of {shown(tallies[0].of) or '–'}"
    others = tallies[PROJECTS:]
    if others:
        parts.append(f"{sum(one.count for one in others)} of {len(others)} more projects")
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _names(told: OutcomesFolded) -> str:
    shown = [phrase(name, 80) for name in told.names[:NAMES]]
    left = told.count - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left else "")


def _reasons(told: OutcomesFolded) -> Iterator[Block]:
    if not told.reasons:
        return
    first, *others = told.reasons
    said = f"{first.count} of them" if others or first.count < told.count else "All of them"
    also = (
        f"\n{len(others)} other {'reason' if len(others) == 1 else 'reasons'} in the list." if others else ""
    )
    yield section(f"{said} for a reason such as\n{preformatted(first.of, REASON)}{also}")


def _askers(users: Sequence[str]) -> Iterator[Block]:
    shown = users[: MENTIONS * MENTION_SECTIONS]
    for start in range(0, len(shown), MENTIONS):
        yield section(f"Requested by {' '.join(map(mention, shown[start : start + MENTIONS]))}")
    if len(users) > len(shown):
        yield section(f"and by {len(users) - len(shown)} more.")


def folded_list(page: FoldedPage, state: FoldState, *, links: Links) -> Said:
    """One page of the versions behind a fold, each with what can be done with it."""
    count = max(1, -(-page.total // PAGE_SIZE))
    rows = [_row(one, number, links) for number, one in enumerate(page.outcomes)]
    where = f"Page {state.page} of {count}, {page.total} versions"
    gone = section("These are forgotten: the bot keeps what it told for 30 days.")
    return say(
        f"What was told together. {where}.",
        header("What was told together"),
        *(rows or [gone]),
        context(where),
        *actions(list(_turns(state, count))),
    )


def _row(one: Outcome, number: int, links: Links) -> Block:
    sign, _ = ENDINGS[one.kind]
    if isinstance(one, VersionMissing):
        return section(f"{sign} *{full_name(one.project, one.version_name)}*{_asker(one)}")
    version = one.version
    why = f"\n{reason_in_a_line(version)}" if isinstance(one, VersionFailed) else ""
    since = None if isinstance(one, VersionGone) else one.since
    gone = isinstance(one, VersionGone) or (since is not None and since.what is Afterwards.DELETED)
    name = f"*{full_name(version.project, version.name)}*" if gone else title(version, links)
    lines = f"{sign} {name}{_asker(one)}{'.' if since else ''}{since_then(since)}\n{origin(version)}{why}"
    return section(lines, accessory=None if gone else menu(version, number, HARMLESS if since else ALL))


def _asker(one: Outcome) -> str:
    return f" · {requested(one.asked_by)}" if one.asked_by else ""


def _turns(state: FoldState, count: int) -> Iterator[Block]:
    targets = {}
    if state.page > 1:
        targets["Previous"] = min(state.page - 1, count)
    if state.page < count:
        targets["Next"] = state.page + 1
    for label, number in targets.items():
        value = state.model_copy(update={"page": number}).pack()
        yield button(label, f"{Click.FOLD_PAGE}.{label.lower()}", value, spoken=f"{label}: page {number}")

"""What one person watches, and the answers to watching and unwatching."""

from collections.abc import Sequence

from bot.domain.models import Version, VersionReference
from bot.domain.notifications import WatchesEnded
from bot.domain.watching import Watch
from bot.slack.ids import Click
from bot.slack.metadata import VersionAction
from bot.slack.views import rich
from bot.slack.views.blocks import BUTTON_VALUE, Block, Message, actions, button, header, say, section
from bot.slack.views.links import Links
from bot.slack.views.pager import page_of, turning
from bot.slack.views.rich import Piece, code, dotted, emoji, marked, when
from bot.slack.views.version_actions import buttons
from bot.slack.views.version_lines import STANDINGS, full_name, name_of, named, status_line, title

ROWS = 20


def watches(mine: Sequence[Watch], *, command: str = "/release", number: int = 1) -> Message:
    """What a person watches, with a button each to stop; a page of at most `ROWS`."""
    if not mine:
        none: list[Piece] = [
            "You aren't watching any versions. Watch one with ",
            code(f"{command} watch project/version"),
            ".",
        ]
        return say(marked(*none), rich.told([*none, " You get a direct message once it has settled."]))
    page = page_of(mine, number, ROWS)
    names = ", ".join(full_name(one.project, one.version_name) for one in page.items)
    among = f" (page {page.number} of {page.count})" if page.count > 1 else ""
    count = "1 version" if len(mine) == 1 else f"{len(mine)} versions"
    return say(
        f"You're watching {count}{among}: {names}.",
        header("Versions you're watching"),
        *(block for place, one in enumerate(page.items) for block in _row(one, place)),
        *turning(page, Click.WATCHES_PAGE),
    )


def watching(version: Version, *, links: Links, new: bool = True) -> Message:
    """A direct message will follow; `new` False: that was so before."""
    verb = "You're now watching " if new else "You're already watching "
    promise = "You get a direct message once it succeeds, fails or is deleted."
    return say(
        marked(verb, name_of(version), f". {promise}"),
        rich.told(
            [emoji(":eyes:"), f" {verb}", *dotted([title(version, links)], status_line(version))], [promise]
        ),
        *actions(_stop(version.project, version.name, 0)),
    )


def already_settled(version: Version, *, links: Links) -> Message:
    """Nothing is left to wait for."""
    standing = f" has already {STANDINGS[version.status]}, so there's nothing to watch."
    return say(
        marked(name_of(version), standing),
        rich.told([*dotted(status_line(version), [title(version, links)]), standing]),
        *actions(buttons(version, {"show", "retry", "recreate"})),
    )


def unwatched(reference: VersionReference) -> Message:
    return _say("You're no longer watching ", _named(reference), ".")


def not_watching(reference: VersionReference) -> Message:
    return _say("You aren't watching ", _named(reference), ", or it has already settled.")


def watches_ended(told: WatchesEnded, *, links: Links) -> Message:
    """Said once; which versions they were is not theirs to read any more."""
    del links  # there is nothing to link to
    what = "a version" if told.count == 1 else f"{told.count} versions"
    lost = "the project" if told.count == 1 else "their projects"
    sentence = f"You've stopped watching {what} because you've lost access to {lost}."
    how = "If you should still have access, ask the people who run the bot."
    return say(f"{sentence} {how}", section(f":no_bell: {sentence}\n{how}"))


def _say(*sentence: Piece) -> Message:
    return say(marked(*sentence), rich.told(sentence))


def _named(reference: VersionReference) -> Block:
    return named(reference.project, reference.name or reference.id)


def _row(one: Watch, number: int) -> list[Block]:
    said = rich.told([named(one.project, one.version_name)], ["since ", when(one.since)])
    return [said, *actions(_stop(one.project, one.version_name, number))]


def _stop(project: str, name: str, number: int) -> list[Block]:
    value = VersionAction(action="unwatch", project=project, name=name).pack()
    if len(value) > BUTTON_VALUE:
        return []
    return [button("Unwatch", f"{Click.UNWATCH}.{number}", value, spoken=f"Unwatch {project}/{name}")]

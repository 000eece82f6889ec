"""What one person watches, and the answers to watching and unwatching."""

from collections.abc import Sequence

from bot.domain.models import Version, VersionReference
from bot.domain.notifications import WatchesEnded
from bot.domain.watching import Watch
from bot.slack.ids import Click
from bot.slack.metadata import VersionAction
from bot.slack.text import code, when
from bot.slack.views.blocks import BUTTON_VALUE, actions, button, header, say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Block, Said
from bot.slack.views.turning import page_of, turning
from bot.slack.views.version_actions import buttons
from bot.slack.views.version_lines import STANDINGS, full_name, name_of, status_line, title

ROWS = 20


def watches(mine: Sequence[Watch], *, command: str = "/release", number: int = 1) -> Said:
    """What a person watches, with a button each to stop; a page of at most `ROWS`."""
    if not mine:
        how = f"Watch one with {code(f'{command} watch project/version')}."
        return say(
            f"You watch no version. {how}",
            section(f"You watch no version. {how} You get a direct message when it has settled."),
        )
    page = page_of(mine, number, ROWS)
    names = ", ".join(full_name(one.project, one.version_name) for one in page.items)
    among = f" (page {page.number} of {page.count})" if page.count > 1 else ""
    return say(
        f"You watch {len(mine)} version{'s' if len(mine) > 1 else ''}{among}: {names}.",
        header("What you watch"),
        *(_row(one, place) for place, one in enumerate(page.items)),
        *turning(page, Click.WATCHES_PAGE),
    )


def watching(version: Version, *, links: Links, new: bool = True) -> Said:
    """A direct message will follow; `new` False: that was so before."""
    verb = "You now watch" if new else "You watch this already:"
    promise = "You get a direct message when it is complete, has failed or is gone."
    return say(
        f"{verb} {name_of(version)}. {promise}",
        section(f":eyes: {verb} {title(version, links)}, {status_line(version)}.\n{promise}"),
        *actions(_stop(version.project, version.name, 0)),
    )


def already_settled(version: Version, *, links: Links) -> Said:
    """Nothing is left to wait for."""
    standing = f"{STANDINGS[version.status]} already, so there is nothing to watch."
    return say(
        f"{name_of(version)} {standing}",
        section(f"{status_line(version)} · {title(version, links)} {standing}"),
        *actions(buttons(version, {"show", "retry", "recreate"})),
    )


def unwatched(reference: VersionReference) -> Said:
    sentence = f"You no longer watch {full_name(reference.project, reference.name or reference.id)}."
    return say(sentence, section(sentence))


def not_watching(reference: VersionReference) -> Said:
    name = full_name(reference.project, reference.name or reference.id)
    sentence = f"You do not watch {name}, or it has settled already."
    return say(sentence, section(sentence))


def watches_ended(told: WatchesEnded, *, links: Links) -> Said:
    """Said once; which versions they were is not theirs to read any more."""
    del links  # there is nothing to link to
    what = "a version" if told.count == 1 else f"{told.count} versions"
    sentence = f"You no longer watch {what}: you may not see the project any more."
    how = "If you should, ask the people who run the bot."
    return say(f"{sentence} {how}", section(f":no_bell: {sentence}\n{how}"))


def _row(one: Watch, number: int) -> Block:
    said = f"*{full_name(one.project, one.version_name)}*\nsince {when(one.since)}"
    return section(said, accessory=next(iter(_stop(one.project, one.version_name, number)), None))


def _stop(project: str, name: str, number: int) -> list[Block]:
    value = VersionAction(action="unwatch", project=project, name=name).pack()
    if len(value) > BUTTON_VALUE:
        return []
    return [button("Unwatch", f"{Click.UNWATCH}.{number}", value, spoken=f"Unwatch {project}/{name}")]

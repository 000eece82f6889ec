"""How a version ended: complete, failed, gone, stalled without an end, or never seen. Whoever requested it is mentioned."""

from collections.abc import Sequence

from bot.domain.notifications import (
    Afterwards,
    Since,
    VersionDeleted,
    VersionFailed,
    VersionGone,
    VersionMissing,
    VersionStalled,
    VersionSucceeded,
)
from bot.slack.text import duration, symbol
from bot.slack.views import rich
from bot.slack.views.blocks import actions, link_button, say
from bot.slack.views.links import Links
from bot.slack.views.message import Block, Message
from bot.slack.views.rich import Piece, bold, dotted, emoji, marked, user
from bot.slack.views.version_actions import buttons
from bot.slack.views.version_card import GONE, STALLED
from bot.slack.views.version_lines import (
    deleted,
    name_of,
    named,
    origin,
    reason,
    reason_in_a_sentence,
    reason_in_zadigs_words,
    requested,
    title,
)

MISSING = ":ghost:"
HARMLESS = {"show", "template"}
Told = VersionSucceeded | VersionFailed | VersionStalled


def version_succeeded(told: VersionSucceeded, *, links: Links) -> Message:
    ending = dotted(
        [f" succeeded{_after(' in', told.seconds)}"], requested(told.asked_by), since_then(told.since)
    )
    return say(
        marked(name_of(told.version), *ending),
        rich.told(
            [emoji(symbol(told.version.status)), " ", _title(told, links), *ending], origin(told.version)
        ),
        *_what_next(told, links, {"show", "template"}),
    )


def version_failed(told: VersionFailed, *, links: Links) -> Message:
    ending = dotted([f" failed{_after(' after', told.seconds)}"], requested(told.asked_by))
    since = since_then(told.since)
    failed = f" failed{_after(' after', told.seconds)}: {reason_in_a_sentence(told.version)}"
    news = dotted([failed], requested(told.asked_by), since)
    return say(
        marked(name_of(told.version), *news, "" if since or told.asked_by else "."),
        rich.rich(
            rich.lines(
                [emoji(symbol(told.version.status)), " ", _title(told, links), *dotted(ending, since)],
                origin(told.version),
            ),
            reason(told.version, links),
        ),
        *_what_next(
            told,
            links,
            {"show", "retry", "recreate", "template"},
            more=reason_in_zadigs_words(told.version),
        ),
    )


def version_gone(told: VersionGone, *, links: Links) -> Message:
    """Its own page is gone too, so the link leads to the project's."""
    asked = requested(told.asked_by) if told.asked_by != told.deleted_by else []
    ending = dotted([" was ", *deleted(told.deleted_by), " before it was complete"], asked)
    return say(
        marked(name_of(told.version), *ending),
        rich.told([emoji(GONE), " ", name_of(told.version), *ending], origin(told.version)),
        *actions([_project_button(told.version.project, links)]),
    )


def version_stalled(told: VersionStalled, *, links: Links) -> Message:
    """Not a failure: Zadig does not say. In v1 showing a version makes Zadig compute its status anew."""
    since = since_then(told.since)
    ending = dotted(
        [f" still hasn't settled after {duration(told.seconds)}"], requested(told.asked_by), since
    )
    doubt = "Zadig may have stopped tracking it, so it may have succeeded or failed by now."
    advice: list[Piece] = [f"{doubt} ", bold("Show"), " asks Zadig again."]
    return say(
        marked(name_of(told.version), *ending, "" if since else f". {doubt}"),
        rich.told(
            [emoji(STALLED), " ", _title(told, links), *ending],
            [] if since else advice,
            origin(told.version),
        ),
        *_what_next(told, links, {"show", "template", "delete"}),
    )


def version_deleted(told: VersionDeleted, *, links: Links) -> Message:  # noqa: ARG001 - as all renderers are called
    """A reply under what was told of it; its own page is gone."""
    sentence: list[Piece] = [name_of(told.version), " was ", *deleted(told.deleted_by), "."]
    return say(marked(*sentence), rich.told([emoji(GONE), " ", *sentence]))


def version_missing(told: VersionMissing, *, links: Links) -> Message:
    """Zadig answered unclearly when it was asked for the version, and never showed it."""
    name = named(told.project, told.version_name)
    asked: list[Piece] = [" was ", *requested(told.asked_by), " but"] if told.asked_by else []
    sentence: list[Piece] = [
        name,
        *asked,
        " never appeared in Zadig, so nothing was created. You can request it again.",
    ]
    return say(
        marked(*sentence),
        rich.told([emoji(MISSING), " ", *sentence]),
        *actions([_project_button(told.project, links)]),
    )


def _after(words: str, seconds: int) -> str:
    """Nothing where no time has passed: Zadig's clock, which says when it began, is ahead of the bot's."""
    return f"{words} {duration(seconds)}" if seconds > 0 else ""


def _project_button(project: str, links: Links) -> Block:
    return link_button("Open the project in Zadig", links.project(project))


def _what_next(told: Told, links: Links, only: set[str], *, more: Sequence[Block] = ()) -> list[Block]:
    """What is over offers nothing that would change it, and what is deleted nothing at all but its project."""
    version, what = told.version, told.since and told.since.what
    if what is Afterwards.DELETED:
        return actions([_project_button(version.project, links), *more])
    possible = only & HARMLESS if what else only
    return actions([*buttons(version, possible), link_button("Open in Zadig", links.version(version)), *more])


def _title(told: Told, links: Links) -> Block:
    is_there = told.since is None or told.since.what is not Afterwards.DELETED
    return title(told.version, links) if is_there else name_of(told.version)


def since_then(since: Since | None) -> list[Piece]:
    """What has become of it, in a few words; empty if nothing has."""
    match since:
        case Since(what=Afterwards.RETRYING, by=by):
            return ["being retried by ", user(by)] if by else ["being retried"]
        case Since(what=Afterwards.SUCCEEDED):
            return ["succeeded on retry"]
        case Since(what=Afterwards.FAILED):
            return ["failed again on retry"]
        case Since(what=Afterwards.DELETED, by=by):
            return deleted(by)
        case _:
            return []

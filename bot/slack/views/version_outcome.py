"""How a version ended: complete, failed, gone, stalled without an end, or never seen. The user who requested it is mentioned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.endings import Ending
from bot.domain.notifications import Afterwards, Since, VersionDeleted, VersionEnded
from bot.slack.text import duration, symbol
from bot.slack.views import rich
from bot.slack.views.blocks import Block, Message, actions, link_button, say
from bot.slack.views.links import Links
from bot.slack.views.rich import Piece, bold, dotted, emoji, marked, user
from bot.slack.views.version_actions import buttons
from bot.slack.views.version_card import GONE, STALLED
from bot.slack.views.version_lines import (
    deleted,
    name_of,
    origin,
    reason,
    reason_in_a_sentence,
    reason_in_zadigs_words,
    requested,
    title,
)

HARMLESS = {"show", "template"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Appearance:
    """How an ending is shown: its sign, what is said of many versions at once, and the message of a single one."""

    sign: str
    many: str
    draw: Callable[..., Message]


def appearance(ending: Ending) -> Appearance:
    """The row of an ending; the type checker finds one that is missing."""
    match ending:
        case Ending.SUCCEEDED:
            return Appearance(sign=":white_check_mark:", many="succeeded", draw=_succeeded)
        case Ending.FAILED:
            return Appearance(sign=":x:", many="failed", draw=_failed)
        case Ending.GONE:
            many = "were deleted in Zadig before they were complete"
            return Appearance(sign=GONE, many=many, draw=_gone)
        case Ending.STALLED:
            return Appearance(sign=STALLED, many="haven't settled and may be stuck", draw=_stalled)
        case Ending.MISSING:
            many = "were requested but never appeared in Zadig"
            return Appearance(sign=":ghost:", many=many, draw=_missing)


def version_ended(told: VersionEnded, *, links: Links) -> Message:
    """The message of one version that has ended."""
    return appearance(told.ending).draw(told, links=links)


def _succeeded(told: VersionEnded, *, links: Links) -> Message:
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


def _failed(told: VersionEnded, *, links: Links) -> Message:
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


def _gone(told: VersionEnded, *, links: Links) -> Message:
    """Its own page is gone too, so the link leads to the project's."""
    asked = requested(told.asked_by) if told.asked_by != told.deleted_by else []
    ending = dotted([" was ", *deleted(told.deleted_by), " before it was complete"], asked)
    return say(
        marked(name_of(told.version), *ending),
        rich.told([emoji(GONE), " ", name_of(told.version), *ending], origin(told.version)),
        *actions([_project_button(told.version.project, links)]),
    )


def _stalled(told: VersionEnded, *, links: Links) -> Message:
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


def _missing(told: VersionEnded, *, links: Links) -> Message:
    """Zadig answered unclearly when it was asked for the version, and never showed it."""
    name = name_of(told.version)
    asked: list[Piece] = [" was ", *requested(told.asked_by), " but"] if told.asked_by else []
    sentence: list[Piece] = [
        name,
        *asked,
        " never appeared in Zadig, so nothing was created. You can request it again.",
    ]
    return say(
        marked(*sentence),
        rich.told([emoji(appearance(told.ending).sign), " ", *sentence]),
        *actions([_project_button(told.version.project, links)]),
    )


def _after(words: str, seconds: int) -> str:
    """Nothing where no time has passed: Zadig's clock, which says when it began, is ahead of the bot's."""
    return f"{words} {duration(seconds)}" if seconds > 0 else ""


def _project_button(project: str, links: Links) -> Block:
    return link_button("Open the project in Zadig", links.project(project))


def _what_next(
    told: VersionEnded, links: Links, only: set[str], *, more: Sequence[Block] = ()
) -> list[Block]:
    """What is over offers nothing that would change it, and what is deleted nothing at all but its project."""
    version, what = told.version, told.since and told.since.what
    if what is Afterwards.DELETED:
        return actions([_project_button(version.project, links), *more])
    possible = only & HARMLESS if what else only
    return actions([*buttons(version, possible), link_button("Open in Zadig", links.version(version)), *more])


def _title(told: VersionEnded, links: Links) -> Block:
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

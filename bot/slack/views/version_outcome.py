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
from bot.slack.text import duration, mention, symbol
from bot.slack.views.blocks import actions, context, link_button, say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Block, Said
from bot.slack.views.version_actions import buttons
from bot.slack.views.version_card import GONE, STALLED
from bot.slack.views.version_lines import (
    deleted,
    full_name,
    name_of,
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


def version_succeeded(told: VersionSucceeded, *, links: Links) -> Said:
    ending = f"is complete: success{_after(' after', told.seconds)}{_asked(told.asked_by)}.{since_then(told.since)}"
    return say(
        f"{name_of(told.version)} {ending}",
        section(f"{symbol(told.version.status)} {_title(told, links)} {ending}"),
        context(origin(told.version)),
        *_what_next(told, links, {"show", "template"}),
    )


def version_failed(told: VersionFailed, *, links: Links) -> Said:
    ending = f"failed{_after(' after', told.seconds)}{_asked(told.asked_by)}"
    since = since_then(told.since)
    return say(
        f"{name_of(told.version)} {ending}: {reason_in_a_sentence(told.version)}.{since}",
        section(f"{symbol(told.version.status)} {_title(told, links)} {ending}.{since}"),
        section(reason(told.version, links)),
        context(origin(told.version)),
        *_what_next(
            told,
            links,
            {"show", "retry", "recreate", "template"},
            more=reason_in_zadigs_words(told.version),
        ),
    )


def version_gone(told: VersionGone, *, links: Links) -> Said:
    """Its own page is gone too, so the link leads to the project's."""
    asked = f" ({requested(told.asked_by)})" if told.asked_by not in ("", told.deleted_by) else ""
    ending = f"{deleted(told.deleted_by)} before it was complete{asked}."
    return say(
        f"{name_of(told.version)} {ending}",
        section(f"{GONE} *{name_of(told.version)}* {ending}"),
        context(origin(told.version)),
        *actions([_project_button(told.version.project, links)]),
    )


def version_stalled(told: VersionStalled, *, links: Links) -> Said:
    """Not a failure: that nobody knows. In v1 showing a version makes Zadig compute its status anew."""
    ending = f"has not settled for {duration(told.seconds)}{_asked(told.asked_by)}."
    doubt = "Zadig may have stopped watching it, so it can be complete or failed by now."
    if told.since:
        text, lines = since_then(told.since).strip(), ""
    else:
        text, lines = doubt, f"{doubt} *Show* asks Zadig again."
    return say(
        f"{name_of(told.version)} {ending} {text}",
        section(f"{STALLED} {_title(told, links)} {ending}\n{lines or text}"),
        context(origin(told.version)),
        *_what_next(told, links, {"show", "template", "delete"}),
    )


def version_deleted(told: VersionDeleted, *, links: Links) -> Said:  # noqa: ARG001 - as all renderers are called
    """A reply under what was told of it; its own page is gone."""
    ending = f"{deleted(told.deleted_by)}."
    return say(f"{name_of(told.version)} {ending}", section(f"{GONE} *{name_of(told.version)}* {ending}"))


def version_missing(told: VersionMissing, *, links: Links) -> Said:
    """Zadig answered unclearly when it was asked for the version, and never showed it."""
    name = full_name(told.project, told.version_name)
    asked = f"was {requested(told.asked_by)} but " if told.asked_by else ""
    ending = f"{asked}never appeared in Zadig, so nothing was created. It can be requested again."
    return say(
        f"{name} {ending}",
        section(f"{MISSING} *{name}* {ending}"),
        *actions([_project_button(told.project, links)]),
    )


def _after(words: str, seconds: int) -> str:
    """Nothing where no time has passed: Zadig's clock, which says when it began, is ahead of the bot's."""
    return f"{words} {duration(seconds)}" if seconds > 0 else ""


def _asked(user: str) -> str:
    return f", {requested(user)}" if user else ""


def _project_button(project: str, links: Links) -> Block:
    return link_button("Open the project in Zadig", links.project(project))


def _what_next(told: Told, links: Links, only: set[str], *, more: Sequence[Block] = ()) -> list[Block]:
    """What is over offers nothing that would change it, and what is deleted nothing at all but its project."""
    version, what = told.version, told.since and told.since.what
    if what is Afterwards.DELETED:
        return actions([_project_button(version.project, links), *more])
    possible = only & HARMLESS if what else only
    return actions([*buttons(version, possible), link_button("Open in Zadig", links.version(version)), *more])


def _title(told: Told, links: Links) -> str:
    is_there = told.since is None or told.since.what is not Afterwards.DELETED
    return title(told.version, links) if is_there else f"*{name_of(told.version)}*"


def since_then(since: Since | None) -> str:
    """What has become of it, as a sentence behind another one; empty if nothing has."""
    match since:
        case Since(what=Afterwards.RETRYING, by=by):
            return f" It is being retried{f' by {mention(by)}' if by else ''}."
        case Since(what=Afterwards.SUCCEEDED):
            return " It succeeded on retry."
        case Since(what=Afterwards.FAILED):
            return " It failed again on retry."
        case Since(what=Afterwards.DELETED, by=by):
            return f" It {deleted(by)}."
        case _:
            return ""

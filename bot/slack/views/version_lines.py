"""The phrases about one version that several messages share; every one is safe mrkdwn."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.models import Kind, Progress, Status, Version
from bot.slack.text import (
    bar,
    code,
    link,
    mention,
    phrase,
    preformatted,
    prose,
    symbol,
    when,
    word,
)
from bot.slack.views.details import details_button
from bot.slack.views.links import Links
from bot.slack.views.said import Block

STANDINGS: Mapping[Status, str] = MappingProxyType(
    {
        Status.SUCCESS: "is complete",
        Status.FAILED: "failed",
        Status.CREATING: "is being created",
        Status.RETRYING: "is being retried",
        Status.UNKNOWN: "is in a state that the bot does not know",
    }
)
NAME = 160
REASON = 1000
LABEL = 60

KIND_WORDS: Mapping[Kind, str] = MappingProxyType({Kind.K8S: "K8s", Kind.HELM: "Helm"})
# What `done` of `total` counts: in Helm versions images, or charts where no image has to be copied.
UNITS: Mapping[Kind | None, str] = MappingProxyType(
    {Kind.K8S: "images", Kind.HELM: "images or charts", None: "images"}
)
# Zadig's words for the state of the copying; any other is shown as it is. It says `waiting` until all is copied, and then
# `uploading` until the version is settled.
UPLOAD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "being copied",
        "uploading": "copied, being finished",
        "success": "copied",
        "failed": "not all of it was copied",
    }
)


def full_name(project: str, name: str) -> str:
    """`shop/v13` for a sentence."""
    return phrase(f"{project}/{name}", NAME)


def name_of(version: Version) -> str:
    return full_name(version.project, version.name or version.id)


def title(version: Version, links: Links) -> str:
    """Project and name, linked to Zadig's page."""
    return f"*{link(links.version(version), f'{version.project}/{version.name or version.id}', NAME)}*"


def status_line(version: Version) -> str:
    """Symbol and word; Zadig's own word where it is one that we do not know."""
    shown = f"{symbol(version.status)} {word(version.status)}"
    if version.status is Status.UNKNOWN and version.status_word:
        return f"{shown} ({code(version.status_word)})"
    return shown


def origin(version: Version) -> str:
    """Kind, who and when, as far as known."""
    return " · ".join(_origin(version))


def _origin(version: Version) -> Iterator[str]:
    if version.kind:
        yield KIND_WORDS[version.kind]
    if version.created_by:
        yield f"by {phrase(version.created_by)}"
    yield f"created {when(version.created_at)}"


def requested(user: str) -> str:
    """Who asked for it through the bot, mentioned; empty if nobody did."""
    return f"requested by {mention(user)}" if user else ""


def retried(user: str) -> str:
    """Who had it retried through the bot, mentioned; empty if nobody did."""
    return f"retried by {mention(user)}" if user else ""


def labels(values: Sequence[str], limit: int) -> str:
    """As many labels as `limit` characters hold, and how many more there are."""
    shown: list[str] = []
    room = limit - len(" and 9999 more")
    for value in values:
        label = code(value, LABEL)
        room -= len(label) + 1
        if room < 0:
            break
        shown.append(label)
    left = len(values) - len(shown)
    return " ".join([*shown, *([f"and {left} more"] if left else [])])


def deleted(by: str) -> str:
    """By whom, where it was done from Slack: Zadig tells nobody who did it there."""
    return f"was deleted by {mention(by)}" if by else "was deleted in Zadig"


def progress_line(progress: Progress, kind: Kind | None) -> str:
    """The bar and what Zadig does with what it counts."""
    upload = UPLOAD_WORDS.get(progress.upload_status, code(progress.upload_status))
    shown = bar(progress.done, progress.total, UNITS[kind])
    return f"{shown} · {upload}" if progress.upload_status and progress.total > 0 else shown


def reason(version: Version, links: Links, limit: int = REASON) -> str:
    """Why it failed: what Zadig's own texts mean, all others as they are, or where to look where Zadig recorded none."""
    if version.meaning:
        return prose(version.meaning, limit)
    if version.reason.strip():
        return preformatted(version.reason, limit)
    page = link(links.version(version), "Its page in Zadig")
    return f"Zadig recorded no reason. {page} leads to the workflow that ran, and its log says more."


def reason_in_zadigs_words(version: Version) -> list[Block]:
    """The button behind which it stands, where something else is said in its place."""
    return details_button(version.reason) if version.meaning else []


def reason_in_a_line(version: Version) -> str:
    """The reason in one line of a message, in code: what reads like mark-up or an emoji stays what it is."""
    if version.meaning:
        return prose(version.meaning, 300)
    return code(version.reason, 300) if version.reason.strip() else "Zadig recorded no reason."


def reason_in_a_sentence(version: Version) -> str:
    """The reason in one line without a full stop, for notifications that show no blocks."""
    return phrase(version.meaning or version.reason, 300).rstrip(".") or "Zadig recorded no reason"

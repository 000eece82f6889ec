"""The phrases about one version that several messages share, as pieces of rich text."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.domain.models import Kind, Progress, Status, Version
from bot.slack.text import bar, phrase, symbol, word
from bot.slack.views.blocks import Block
from bot.slack.views.links import Links
from bot.slack.views.problem import details_button
from bot.slack.views.rich import (
    Piece,
    bold,
    code,
    emoji,
    exact,
    lines,
    link,
    preformatted,
    prose,
    user,
    when,
)

STANDINGS: Mapping[Status, str] = MappingProxyType(
    {
        Status.SUCCESS: "succeeded",
        Status.FAILED: "failed",
        Status.CREATING: "is being created",
        Status.RETRYING: "is being retried",
        Status.UNKNOWN: "is in a state the bot doesn't know",
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
        "waiting": "copying",
        "uploading": "copied, finishing",
        "success": "copied",
        "failed": "not everything was copied",
    }
)
NO_REASON = "Zadig recorded no reason"


def full_name(project: str, name: str) -> str:
    """`shop/v13` for a sentence in mrkdwn."""
    return phrase(f"{project}/{name}", NAME)


def named(project: str, name: str) -> Block:
    """`shop/v13`, exactly."""
    return bold(f"{project}/{name}", NAME)


def name_of(version: Version) -> Block:
    return named(version.project, version.name or version.id)


def title(version: Version, links: Links) -> Block:
    """Project and name, linked to Zadig's page."""
    return link(links.version(version), f"{version.project}/{version.name or version.id}", NAME)


def status_line(version: Version) -> list[Piece]:
    """Symbol and word; Zadig's own word where it is one that we do not know."""
    shown: list[Piece] = [emoji(symbol(version.status)), f" {word(version.status)}"]
    if version.status is Status.UNKNOWN and version.status_word:
        return [*shown, " (", code(version.status_word), ")"]
    return shown


def origin(version: Version) -> list[Piece]:
    """Kind, when and by whom, as far as known."""
    kind = f"{KIND_WORDS[version.kind]} · " if version.kind else ""
    by = f" by {exact(version.created_by)}" if version.created_by.strip() else ""
    return [f"{kind}created ", when(version.created_at), by]


def requested(by: str) -> list[Piece]:
    """Who asked for it through the bot, mentioned; empty if that was not so."""
    return ["requested by ", user(by)] if by else []


def retried(by: str) -> list[Piece]:
    """Who had it retried through the bot, mentioned; empty if that was not so."""
    return ["retried by ", user(by)] if by else []


def labels(values: Sequence[str], limit: int) -> list[Piece]:
    """As many labels as `limit` characters hold, and how many more there are."""
    shown: list[Piece] = []
    room = limit - len(" and 9999 more")
    for value in values:
        label = code(value, LABEL)
        room -= len(label["text"]) + 1
        if room < 0:
            break
        shown += [*([" "] if shown else []), label]
    left = len(values) - (len(shown) + 1) // 2
    more = f"{left} more" if left else ""
    return [*shown, f" and {more}" if shown else more] if more else shown


def deleted(by: str) -> list[Piece]:
    """By whom, where it was done from Slack: Zadig does not say who did it there."""
    return ["deleted by ", user(by)] if by else ["deleted in Zadig"]


def progress_line(progress: Progress, kind: Kind | None) -> list[Piece]:
    """The bar and what Zadig does with what it counts."""
    shown = bar(progress.done, progress.total, UNITS[kind])
    if not progress.upload_status or progress.total <= 0:
        return [shown]
    return [f"{shown} · ", UPLOAD_WORDS.get(progress.upload_status, code(progress.upload_status))]


def reason(version: Version, links: Links, limit: int = REASON) -> Block:
    """Why it failed, as a part of a block: what Zadig's own texts mean, all others as they are, or where to look."""
    if version.meaning:
        return lines(prose(version.meaning, limit))
    if version.reason.strip():
        return preformatted(version.reason, limit)
    page = link(links.version(version), "its page in Zadig")
    return lines([f"{NO_REASON}. The log of the workflow may say more: see ", page, "."])


def reason_in_zadigs_words(version: Version) -> list[Block]:
    """The button behind which it stands, where something else is said in its place."""
    return details_button(version.reason) if version.meaning else []


def reason_in_a_line(version: Version) -> list[Piece]:
    """The reason in one line of a message: Zadig's own words in code."""
    if version.meaning:
        return prose(version.meaning, 300)
    return [code(version.reason, 300)] if version.reason.strip() else [f"{NO_REASON}."]


def reason_in_a_sentence(version: Version) -> str:
    """The reason in one line without a full stop, for notifications that show no blocks."""
    return exact(version.meaning or version.reason or NO_REASON, 300).strip().rstrip(".")

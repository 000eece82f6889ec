"""One version in full: where it stands, where it comes from, and every service with its images or charts."""

from collections.abc import Iterator

from bot.domain.models import CopyState, Progress, Status, Version, VersionDetails
from bot.domain.record import NOBODY, Requesters
from bot.slack.ids import Click
from bot.slack.metadata import ShowState
from bot.slack.views import rich
from bot.slack.views.blocks import (
    BUTTON_VALUE,
    TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    header,
    link_button,
    say,
)
from bot.slack.views.links import Links
from bot.slack.views.rich import Piece, bold, code, exact, lines, literal, marked, user, when
from bot.slack.views.services import pages_of, size_of
from bot.slack.views.version_actions import buttons
from bot.slack.views.version_lines import (
    KIND_WORDS,
    STANDINGS,
    labels,
    name_of,
    progress_line,
    reason,
    reason_in_a_sentence,
    reason_in_zadigs_words,
    status_line,
)

LABELS = 500


def show_version(
    details: VersionDetails, state: ShowState, *, links: Links, requested: Requesters = NOBODY
) -> Message:
    """A page of one version; `state.page` past the end shows the last one. `requested` says who asked for it.

    The first page says everything about the version itself, the others only where it stands.
    """
    version = details.version
    pages = pages_of(details)
    number = min(state.page, len(pages))
    return say(
        _sentence(details),
        header(f"{version.project}/{version.name or version.id}"),
        *(_about(version, links, requested) if number == 1 else [rich.told(status_line(version))]),
        *pages[number - 1],
        context(_count(details, number, len(pages)), *_doubt(details)),
        *actions(list(_turns(state, number, len(pages)))),
        *actions(
            [
                *buttons(version, {"retry", "recreate", "watch", "template", "delete"}),
                _page_in_zadig(version, links),
                *reason_in_zadigs_words(version),
            ]
        ),
    )


def _sentence(details: VersionDetails) -> str:
    version = details.version
    why = f": {reason_in_a_sentence(version)}" if version.status is Status.FAILED else ""
    return marked(name_of(version), f" {STANDINGS[version.status]}{why}. It has {size_of(details)}.")


def _about(version: Version, links: Links, requested: Requesters) -> Iterator[Block]:
    yield rich.told(*([bold(fact), "  ", *value] for fact, value in _facts(version, requested)))
    if version.progress:
        yield rich.rich(*_progress(version, version.progress))
    if version.status is Status.FAILED:
        yield rich.rich(lines([bold("Why it failed")]), reason(version, links))
    if version.description.strip():
        yield rich.rich(lines([bold("Description")]), literal(version.description, TEXT))


def _progress(version: Version, progress: Progress) -> Iterator[Block]:
    yield lines([bold("Progress")], progress_line(progress, version.kind))
    if progress.error.strip() and version.status is not Status.FAILED:
        yield lines(["Zadig couldn't read all of it: ", exact(progress.error, 300)])


def _facts(version: Version, requested: Requesters) -> Iterator[tuple[str, list[Piece]]]:
    yield "Status", status_line(version)
    if version.kind:
        yield "Kind", [KIND_WORDS[version.kind]]
    yield "Created", [when(version.created_at)]
    if version.created_by.strip():
        yield "Created by", [exact(version.created_by)]
    if requested.requested_by:
        yield "Requested by", [user(requested.requested_by)]
    if requested.retried_by:
        yield "Retried by", [user(requested.retried_by)]
    if version.id:
        yield "Id", [code(version.id)]
    if version.labels:
        yield "Labels", labels(version.labels, LABELS)


def _count(details: VersionDetails, number: int, pages: int) -> str:
    return size_of(details) if pages == 1 else f"{size_of(details)}, page {number} of {pages}"


def _doubt(details: VersionDetails) -> Iterator[str]:
    """Zadig writes the references down before it copies anything, also those of images that it is told not to copy.

    There is no doubt where each of them says how far it is.
    """
    ways = [image.copying for image in details.images] + [chart.copying for chart in details.charts]
    if ways and all(way and way.state is not CopyState.UNKNOWN for way in ways):
        return
    if details.version.status is not Status.SUCCESS or _has_images(details):
        yield "Target images; some may not have been pushed."


def _has_images(details: VersionDetails) -> bool:
    return bool(details.images) or any(chart.images for chart in details.charts)


def _turns(state: ShowState, number: int, count: int) -> Iterator[Block]:
    targets = {"Previous": number - 1, "Next": number + 1}
    for label, target in targets.items():
        value = state.model_copy(update={"page": target}).pack()
        if 1 <= target <= count and len(value) <= BUTTON_VALUE:
            yield button(label, f"{Click.SHOW_PAGE}.{label.lower()}", value, spoken=f"{label}: page {target}")


def _page_in_zadig(version: Version, links: Links) -> Block:
    return link_button("Open in Zadig", links.version(version))

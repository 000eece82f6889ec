"""What a version is made of, as blocks, cut into pages that one message can hold."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.models import Chart, Copying, CopyState, Image, VersionDetails
from bot.slack.views import rich
from bot.slack.views.blocks import Block
from bot.slack.views.rich import Piece, bold, bullets, characters, code, emoji, lines

SECTIONS_A_PAGE = 20
# With a description, a reason and labels of the largest size the first page stays below `MESSAGE_CHARACTERS`.
CHARACTERS_A_PAGE = 3500
CHARACTERS_A_SECTION = 1500
REFERENCE = 300
ERROR = 200

# How far one image or chart is, where Zadig says so.
STATES: Mapping[CopyState, tuple[str, str]] = MappingProxyType(
    {
        CopyState.WAITING: (":hourglass:", "not copied yet"),
        CopyState.RUNNING: (":hourglass_flowing_sand:", "being copied"),
        CopyState.DONE: (":white_check_mark:", "copied"),
        CopyState.FAILED: (":x:", "could not be copied"),
        CopyState.LEFT: ("", "not copied"),
    }
)


def pages_of(details: VersionDetails) -> list[list[Block]]:
    """Pages of blocks, a service or chart each; at least one page, which may be empty. Nothing is left out."""
    pages: list[list[Block]] = [[]]
    for section in _sections(details):
        full = len(pages[-1]) == SECTIONS_A_PAGE
        if full or characters(pages[-1]) + characters(section) > CHARACTERS_A_PAGE:
            pages.append([])
        pages[-1].append(section)
    return pages


def size_of(details: VersionDetails) -> str:
    """How much there is: `12 services with 20 images`."""
    nested = sum(len(chart.images) for chart in details.charts)
    if details.charts:
        return f"{_counted(len(details.charts), 'chart')} with {_counted(nested, 'image')}"
    if details.images:
        services = {image.service for image in details.images}
        return f"{_counted(len(services), 'service')} with {_counted(len(details.images), 'image')}"
    return "no services"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _sections(details: VersionDetails) -> Iterator[Block]:
    grouped: dict[str, list[Image]] = {}
    for image in details.images:
        grouped.setdefault(image.service, []).append(image)
    for service, images in grouped.items():
        yield from _split([bold("Service"), " ", code(service)], images)
    for chart in details.charts:
        yield from _split(_chart(chart), chart.images)


def _chart(chart: Chart) -> list[Piece]:
    # A chart is called like its service; older Zadigs may differ.
    service: list[Piece] = [] if chart.service in ("", chart.name) else [" of service ", code(chart.service)]
    place: list[Piece] = [" in ", code(chart.repository)] if chart.repository else []
    version: list[Piece] = [", version ", code(chart.version)]
    state = _state(chart.copying, "pushed")
    return [bold("Chart"), " ", code(chart.name), *service, *version, *place, *state, *_why(chart.copying)]


def _split(head: list[Piece], images: Sequence[Image]) -> Iterator[Block]:
    """One block's worth of lines after another, each under the head of its service."""
    rows: list[list[Piece]] = []
    size = 0
    for row in map(_row, images):
        added = characters(lines(row))
        if rows and size + added > CHARACTERS_A_SECTION:
            yield rich.rich(lines(head), *bullets(rows))
            head = [*head, " (continued)"] if head[-1] != " (continued)" else head
            rows, size = [], 0
        rows.append(row)
        size += added
    yield rich.rich(lines(head), *bullets(rows))


def _row(image: Image) -> list[Piece]:
    where: list[Piece] = [" ", code(image.reference, REFERENCE)] if image.reference else []
    state = _state(image.copying, "copied")
    return [code(image.module or image.name), *where, *_source(image), *state, *_why(image.copying)]


def _source(image: Image) -> list[Piece]:
    """What is copied, unless it stays where it is."""
    source = image.copying.source if image.copying else ""
    return [" from ", code(source, REFERENCE)] if source not in ("", image.reference) else []


def _state(copying: Copying | None, done: str) -> list[Piece]:
    if copying is None or copying.state not in STATES:
        return []
    sign, words = STATES[copying.state]
    shown: list[Piece] = [emoji(sign), " "] if sign else []
    return [" · ", *shown, words.replace("copied", done)]


def _why(copying: Copying | None) -> list[Piece]:
    return [": ", code(copying.error, ERROR)] if copying and copying.error.strip() else []

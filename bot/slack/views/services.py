"""What a version is made of, as texts for sections, cut into pages that one message can hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.models import Chart, Copying, CopyState, Image, VersionDetails
from bot.slack.text import code

SECTIONS_A_PAGE = 20
# With a description, a reason and labels of the largest size the first page stays below `MESSAGE_CHARACTERS`.
CHARACTERS_A_PAGE = 3500
CHARACTERS_A_SECTION = 1500
REFERENCE = 300
ERROR = 200

# How far one image or chart is, where Zadig says so.
STATES: Mapping[CopyState, str] = MappingProxyType(
    {
        CopyState.WAITING: ":hourglass: not copied yet",
        CopyState.RUNNING: ":hourglass_flowing_sand: being copied",
        CopyState.DONE: ":white_check_mark: copied",
        CopyState.FAILED: ":x: could not be copied",
        CopyState.LEFT: "not copied",
        CopyState.UNKNOWN: "",
    }
)


def pages_of(details: VersionDetails) -> list[list[str]]:
    """Pages of texts, a service or chart each; at least one page, which may be empty. Nothing is left out."""
    pages: list[list[str]] = [[]]
    for section in _sections(details):
        size = sum(map(len, pages[-1]))
        if len(pages[-1]) == SECTIONS_A_PAGE or size + len(section) > CHARACTERS_A_PAGE:
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


def _sections(details: VersionDetails) -> Iterator[str]:
    grouped: dict[str, list[Image]] = {}
    for image in details.images:
        grouped.setdefault(image.service, []).append(image)
    for service, images in grouped.items():
        yield from _split(f"*Service* {code(service)}", images)
    for chart in details.charts:
        yield from _split(_chart(chart), chart.images)


def _chart(chart: Chart) -> str:
    # A chart is called like its service; older Zadigs may differ.
    service = "" if chart.service in ("", chart.name) else f" of service {code(chart.service)}"
    place = f" in {code(chart.repository)}" if chart.repository else ""
    state = _state(chart.copying).replace("copied", "pushed")
    return f"*Chart* {code(chart.name)}{service}, version {code(chart.version)}{place}{state}{_why(chart.copying)}"


def _split(head: str, images: Sequence[Image]) -> Iterator[str]:
    """One section's worth of lines after another, each under the head of its service."""
    lines = [head]
    for line in _lines(images):
        if sum(map(len, lines)) + len(lines) + len(line) > CHARACTERS_A_SECTION:
            yield "\n".join(lines)
            lines = [f"{head} (continued)"]
        lines.append(line)
    yield "\n".join(lines)


def _lines(images: Iterable[Image]) -> Iterator[str]:
    for image in images:
        where = f" {code(image.reference, REFERENCE)}" if image.reference else ""
        became = f"{_source(image)}{_state(image.copying)}{_why(image.copying)}"
        yield f"• {code(image.module or image.name)}{where}{became}"


def _source(image: Image) -> str:
    """What is copied, unless it stays where it is."""
    source = image.copying.source if image.copying else ""
    return f" from {code(source, REFERENCE)}" if source not in ("", image.reference) else ""


def _state(copying: Copying | None) -> str:
    state = STATES[copying.state] if copying else ""
    return f" · {state}" if state else ""


def _why(copying: Copying | None) -> str:
    return f": {code(copying.error, ERROR)}" if copying and copying.error.strip() else ""

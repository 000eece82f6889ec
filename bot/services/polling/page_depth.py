"""How much of a project's list a look reads: no more than it takes to miss nothing."""

from collections.abc import Iterable
from zlib import crc32

from bot.domain.changes import FORGET_AFTER_SECONDS, Memory, Seen
from bot.domain.models import Status

FULL = 100
SIZES = (20, 50, FULL)
# So many new versions may have come since the last look without a second call.
MARGIN = 10
# Everything that is usually listed is read so often, whatever is expected of it.
DEEP_SECONDS = 600


def page_size(project: str, before: Memory, wanted: Iterable[str], *, at: int) -> int:
    """The smallest page that is expected to say everything; `wanted` are the names that have to be found.

    Versions are listed by creation time, newest first. A new one therefore stands above every known one: whatever the size,
    a page that shows a known version shows everything that is newer than it, and one that does not is followed by more.
    What can still change further down has to be on the page as well: what is wanted, and what failed within a week, because
    people retry that. A version that is complete can only be deleted, which is worth no more than an edit of its card: a
    full page, read every ten minutes, is soon enough.
    """
    if not before or _is_deep(project, before, at):
        return FULL
    newest_first = sorted(
        (seen for seen in before.values() if not seen.gone), key=lambda seen: -seen.version.created_at
    )
    places = {seen.version.name: place for place, seen in enumerate(newest_first, 1)}
    needed = {*wanted, *(seen.version.name for seen in newest_first if _may_be_retried(seen, at))}
    deepest = max((places.get(name, FULL) for name in needed), default=0)
    return next((size for size in SIZES if deepest + MARGIN <= size), FULL)


def _may_be_retried(seen: Seen, at: int) -> bool:
    return seen.version.status is Status.FAILED and at - seen.version.created_at < FORGET_AFTER_SECONDS


def _is_deep(project: str, before: Memory, at: int) -> bool:
    """Once in ten minutes, each project at a time of its own."""
    shift = crc32(project.encode(errors="surrogatepass")) % DEEP_SECONDS
    last = max(seen.at for seen in before.values())
    return (at + shift) // DEEP_SECONDS != (last + shift) // DEEP_SECONDS

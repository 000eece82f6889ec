"""The last requests and their answers, kept for people to read: the part that both halves of the sandbox share."""

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Json = dict[str, Any]
Entry = TypeVar("Entry")

REMEMBERED = 500
HIDDEN = "…"


class Ring(Generic[Entry]):
    """The newest `REMEMBERED` entries, counted from 1 on; `shown` makes of one what people read, `seq` included."""

    def __init__(self, shown: Callable[[Entry], Json]) -> None:
        self._entries: deque[tuple[int, Entry]] = deque(maxlen=REMEMBERED)
        self._shown = shown
        self._seq = 0

    def next(self) -> int:
        """The number of the entry that is added now."""
        self._seq += 1
        return self._seq

    def add(self, entry: Entry) -> None:
        """Keeps an entry under the number that `next` gave."""
        self._entries.append((self._seq, entry))

    def after(self, seq: int) -> list[Json]:
        """The entries whose number is greater, oldest first."""
        return [self._shown(entry) for number, entry in self._entries if number > seq]

    def clear(self) -> None:
        """Forgets the entries but goes on counting, so that a reader who asks for what is after a number misses none."""
        self._entries.clear()

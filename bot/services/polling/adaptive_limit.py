"""How hard Zadig may be asked: as hard as agreed while it answers, hardly at all while it does not."""

from collections.abc import Callable

# So many looks in a row have to fail before it is Zadig that is taken to struggle, and not a project of it.
STRUGGLES = 3
# Pauses between attempts double from one second up to so many: while it is away, and while it refuses the token.
LONGEST_PAUSE, LONGEST_REFUSED_PAUSE = 15.0, 60.0


class AdaptiveLimit:
    """Bounds the looks under way: at most `most`.

    Looks that fail one after another, whichever project they are of, halve that down to one, with pauses in between; each
    that succeeds allows one more again. `monotonic` gives seconds, `chance` 0 to 1: processes shall not ask in step.
    """

    def __init__(self, monotonic: Callable[[], float], *, most: int, chance: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._most = most
        self._chance = chance
        self._limit = float(most)
        self._failures = 0
        self._free_at = 0.0

    @property
    def limit(self) -> int:
        """How many looks may be under way at once."""
        return int(self._limit)

    @property
    def struggling(self) -> bool:
        """Whether Zadig is taken to be in trouble."""
        return self._failures >= STRUGGLES

    def room(self, under_way: int) -> int:
        """How many more looks may begin now."""
        return 0 if self._monotonic() < self._free_at else max(self.limit - under_way, 0)

    def seen(self) -> bool:
        """A look succeeded; whether that ends a struggle."""
        was_struggling = self.struggling
        self._failures = 0
        self._free_at = 0.0
        self._limit = min(self._limit + 1, float(self._most))
        return was_struggling

    def failed(self, *, refused: bool = False) -> None:
        """A look found Zadig away, or, if `refused`, was turned down for what has nothing to do with its project."""
        self._failures += 1
        if self.struggling:
            self._limit = max(self._limit / 2, 1.0)
            longest = LONGEST_REFUSED_PAUSE if refused else LONGEST_PAUSE
            pause = min(2.0 ** min(self._failures - STRUGGLES, 10), longest)
            self._free_at = self._monotonic() + pause * (0.5 + self._chance() / 2)

"""Named points at which a test can make the process die or freeze, to show that nothing depends on what happens between them.

They are the steps from "a change is seen" to "its message is remembered". Unless `arm` was called, reaching one costs a look
at a variable and nothing happens.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum


class Point(StrEnum):
    """Where a process can be hit, in the order in which a change passes them."""

    BEFORE_LOOK = "before_look"
    AFTER_FETCH = "after_fetch"
    IN_TRANSACTION = "in_transaction"  # the memory is written, the postings are not
    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT = "after_commit"
    AFTER_CLAIM = "after_claim"
    BEFORE_POST = "before_post"  # the last step before the request goes out
    AFTER_POST = "after_post_before_mark"
    AFTER_MARK = "after_mark"
    WHILE_FINDING = "while_finding"  # the channel has been searched, nothing has been done about it
    WHILE_DRAINING = "while_draining"


Hook = Callable[[Point], None]

_hook: Hook | None = None


def reached(point: Point) -> None:
    """The process has come to this point."""
    if _hook is not None:
        _hook(point)


def arm(hook: Hook | None) -> None:
    """Call the hook at every point from now on; None disarms."""
    global _hook  # noqa: PLW0603 - one variable, so that a process that nobody arms pays next to nothing
    _hook = hook


def arm_from(environment: Mapping[str, str]) -> None:
    """As the variables say: CRASH_AT=<point>[:n] dies by SIGKILL, FREEZE_AT=<point>[:n] stops by SIGSTOP, the n-th time.

    Raises ValueError for a point that does not exist.
    """
    signals = {"CRASH_AT": signal.SIGKILL, "FREEZE_AT": signal.SIGSTOP}
    orders = {_read(environment[name]): number for name, number in signals.items() if environment.get(name)}
    if orders:
        arm(_striking(orders))


def _read(text: str) -> tuple[Point, int]:
    point, _, times = text.partition(":")
    return Point(point), int(times or 1)


def _striking(orders: Mapping[tuple[Point, int], signal.Signals]) -> Hook:
    passed: Counter[Point] = Counter()

    def strike(point: Point) -> None:
        passed[point] += 1
        if (point, passed[point]) in orders:
            os.kill(os.getpid(), orders[point, passed[point]])

    return strike

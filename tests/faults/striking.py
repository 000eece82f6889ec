"""`python -m tests.faults.striking serve`: the bot, but it dies or freezes where the environment says.

CRASH_AT=<point>[:n] dies by SIGKILL, FREEZE_AT=<point>[:n] stops by SIGSTOP, the n-th time that the point is reached.
"""

import os
import signal
from collections import Counter
from collections.abc import Mapping

from bot import failpoints
from bot.__main__ import start
from bot.failpoints import Hook, Point

SIGNALS = {"CRASH_AT": signal.SIGKILL, "FREEZE_AT": signal.SIGSTOP}


def arm_from(environment: Mapping[str, str]) -> None:
    """As the variables say. Raises ValueError for a point that does not exist."""
    orders = {_read(environment[name]): number for name, number in SIGNALS.items() if environment.get(name)}
    if orders:
        failpoints.arm(_striking(orders))


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


if __name__ == "__main__":
    arm_from(os.environ)
    start()

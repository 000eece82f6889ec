"""Runs the benchmarks and prints one table of ratios; `python -m tests.bench [part …]`."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping

import uvloop

from tests.bench import acknowledging, looking, looking_beside, remembering, starting, telling
from tests.bench.measuring import Row, table
from tests.bench.servers import CLIENT_CPU, pin

PARTS: Mapping[str, Callable[[], Awaitable[list[Row]]]] = {
    "acknowledging": acknowledging.measure,
    "looking_beside": looking_beside.measure,
    "looking": looking.measure,
    "telling": telling.measure,
    "remembering": remembering.measure,
    "starting": starting.measure,
}


async def measured(names: list[str]) -> list[Row]:
    """The rows of the parts of these names."""
    pin(CLIENT_CPU)
    rows: list[Row] = []
    for name in names:
        begun = time.monotonic()
        rows += await PARTS[name]()
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)  # noqa: T201 - a script for people
    return rows


def main(names: list[str]) -> None:
    """All parts if none is named."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(table(runner.run(measured(names or list(PARTS)))))  # noqa: T201 - a script for people


if __name__ == "__main__":
    main(sys.argv[1:])

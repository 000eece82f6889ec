"""The baseline of looks: reads a page of each project and parses it, eight at a time, and does nothing else."""

import asyncio
import itertools
import json
import sys
import time
from dataclasses import asdict, dataclass

import httpx
import uvloop

from bot.zadig.dialects.v1_wire import ListBody

AT_A_TIME = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What came of it: pages, in so many seconds, of which the process computed so many."""

    pages: int
    seconds: float
    processor: float

    def pack(self) -> str:
        return json.dumps(asdict(self))


async def read(address: str, projects: int, size: int, seconds: float) -> Read:
    """Read pages for so many seconds."""
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(f"{address}/zadig")  # what is only needed once, such as the TLS context, is left out
        places = itertools.count()
        begun, computed = time.perf_counter(), time.process_time()

        async def worker() -> None:
            while time.perf_counter() - begun < seconds:
                query: dict[str, str | int] = {
                    "projectKey": f"p{next(places) % projects}",
                    "pageNum": 1,
                    "pageSize": size,
                }
                answer = await client.get(f"{address}/zadig/openapi/delivery/releases", params=query)
                ListBody.model_validate_json(answer.content)

        await asyncio.gather(*(worker() for _ in range(AT_A_TIME)))
        return Read(
            pages=next(places),
            seconds=time.perf_counter() - begun,
            processor=time.process_time() - computed,
        )


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        done = runner.run(read(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
    print(done.pack())  # noqa: T201 - whoever started it reads this

"""Socket Mode with two processes: connections are dropped and refreshed while people type and versions settle."""

import asyncio
from pathlib import Path

from tests.faults.cluster import cluster, until
from tests.faults.databases import sqlite_url
from tests.faults.troubles import running, some_versions


async def test_connections_that_break_and_envelopes_that_come_twice_cost_nobody_anything(
    tmp_path: Path,
) -> None:
    async with (
        cluster(tmp_path, database=sqlite_url(tmp_path), replicas=1, mode="socket") as bots,
        running(bots),
    ):
        sockets = bots.life.world.workspace.sockets
        await until(lambda: len(sockets) == 2, "both connections stand")
        for reason in ("refresh_requested", "drop", "warning"):
            bots.struck()
            await bots.life.http.post("/_control/sockets", json={"reason": reason})
            await some_versions(bots, most=1)
            await until(lambda: len(sockets) == 2, f"both connections stand again after {reason}")
            await bots.ada.types("/release list shop")
            await bots.ada.sees("Versions of shop")
        body = {"where": "delivery", "kind": "socket_disconnect"}
        await bots.life.http.post("/_control/faults", json=body)
        await bots.ada.types("/release list platform")
        await bots.ada.sees("Versions of platform")
        await asyncio.sleep(1)
        listed = [m for m in await bots.ada.messages() if "Versions of platform" in m["text"]]
        assert len(listed) == 1
        await bots.balanced()

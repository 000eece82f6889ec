"""What goes wrong outside: each trouble happens to a running cluster in which versions come and go, and then is over."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.faults.cluster import Cluster, until
from tests.faults.traffic import going_on

Trouble = Callable[[Cluster], Awaitable[None]]
# A database that does not answer for so long is said to be away (open_store).
TIMEOUT_SECONDS = 2.5
PROJECTS = ("shop", "platform")
SUBSCRIPTIONS = (("shop", "shop"), ("shop", "releases", "thread"), ("platform", "general"))
POST, EDIT, HISTORY = "chat.postMessage", "chat.update", "conversations.history"


@asynccontextmanager
async def running(cluster: Cluster) -> AsyncIterator[None]:
    """Everybody follows, every process serves, the first looks are over."""
    await cluster.follow(*SUBSCRIPTIONS)
    await cluster.start()
    await cluster.remembered()
    yield


async def some_versions(cluster: Cluster, *, most: int = 3, every: float = 1.0) -> None:
    """A few versions, one after the other."""
    async with going_on(cluster, every=every, most=most, projects=PROJECTS):
        await asyncio.sleep(most * every)


async def _slack_fails(cluster: Cluster, kind: str, **more: Any) -> None:
    """The next few posts, edits and searches go wrong in this way."""
    await cluster.slack_fault(kind, method=POST, times=2, **more)
    await cluster.slack_fault(kind, method=EDIT, times=1, **more)
    await cluster.slack_fault(kind, method=HISTORY, times=1, **more)
    await some_versions(cluster)


def slack_fails(kind: str, **more: Any) -> Trouble:
    return lambda cluster: _slack_fails(cluster, kind, **more)


async def _zadig_fails(cluster: Cluster, kind: str, **more: Any) -> None:
    """Versions appear and settle while every answer goes wrong in this way."""
    await cluster.zadig_fault(kind, **more)
    await some_versions(cluster)
    await cluster.life.zadig_well()


def zadig_fails(kind: str, **more: Any) -> Trouble:
    return lambda cluster: _zadig_fails(cluster, kind, **more)


async def slack_cannot_be_reached(cluster: Cluster) -> None:
    """Connections are refused, as when a network is down; what is in the air is cut."""
    await cluster.slack_door.set("shut")
    await some_versions(cluster)
    await cluster.slack_door.set("open")


async def slack_is_silent(cluster: Cluster) -> None:
    """Nothing is refused and nothing answered: every call costs its time-out."""
    await cluster.slack_door.set("silent")
    await some_versions(cluster, most=4, every=3)
    await cluster.slack_door.set("open")


async def zadig_cannot_be_reached(cluster: Cluster) -> None:
    await cluster.zadig_door.set("shut")
    await some_versions(cluster, most=4, every=2)
    await cluster.zadig_door.set("open")


async def zadig_is_silent(cluster: Cluster) -> None:
    await cluster.zadig_door.set("silent")
    await some_versions(cluster, most=4, every=3)
    await cluster.zadig_door.set("open")


async def the_token_is_revoked(cluster: Cluster) -> None:
    """And given back; meanwhile Slack is left in peace, and operators are told."""
    cluster.struck()
    await cluster.life.http.post("/_control/token", json={"revoked": True})
    before = calls(cluster, POST)
    await some_versions(cluster, most=4, every=2)
    assert calls(cluster, POST) - before <= 3 * len(cluster.replicas), (
        "a revoked token is tried again and again"
    )
    await until_ready(cluster, seconds=75, slack=False)
    await cluster.life.http.post("/_control/token", json={"revoked": False})


async def one_channel_is_slowed_down(cluster: Cluster) -> None:
    """429 with Retry-After: that channel is left in peace by every process, the others hear at once."""
    channel = (await cluster.ada.channel("shop"))["id"]
    await cluster.slack_fault("429", method=POST, channel=channel, retry_after=8)
    await some_versions(cluster, most=6)
    await until(lambda: bool(refusals(cluster, channel)), "Slack asks for a pause")
    await asyncio.sleep(8)
    for asked in refusals(cluster, channel):
        too_early = [at for at in posts_to(cluster, channel) if asked < at < asked + 8]
        assert not too_early, f"asked to wait 8 s, went on after {[at - asked for at in too_early]}"


def entries(cluster: Cluster, method: str) -> list[Mapping[str, Any]]:
    return [entry for entry in cluster.life.world.workspace.traffic.after(0) if entry["name"] == method]


def calls(cluster: Cluster, method: str) -> int:
    """How often the workspace has been asked; it remembers the last few hundred requests."""
    return len(entries(cluster, method))


def posts_to(cluster: Cluster, channel: str) -> list[float]:
    return [entry["at"] for entry in entries(cluster, POST) if entry["request"].get("channel") == channel]


def refusals(cluster: Cluster, channel: str) -> list[float]:
    return [
        entry["at"]
        for entry in entries(cluster, POST)
        if entry["status"] == 429 and entry["request"].get("channel") == channel
    ]


async def until_ready(cluster: Cluster, *, seconds: float = 30, **parts: bool) -> None:
    """Wait until `/readyz` of every live process says of each part whether it works."""
    end = time.monotonic() + seconds
    for replica in cluster.replicas:
        while True:
            answer = await replica.asked("/readyz")
            problems = answer.json()["problems"] if answer is not None else None
            if problems is not None and all((name in problems) is not works for name, works in parts.items()):
                break
            assert time.monotonic() < end, f"{replica.name} says {problems}, not {parts}"
            await asyncio.sleep(0.2)


def the_database_is_locked(path: str, seconds: float = 6) -> Trouble:
    """Another process holds SQLite's write lock, as a backup or somebody's shell does."""

    async def lock(cluster: Cluster) -> None:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            cluster.struck()
            await some_versions(cluster, most=4, every=seconds / 4)
            if seconds > 2 * TIMEOUT_SECONDS:
                await until_ready(cluster, database=False)
            other.execute("ROLLBACK")

    return lock


SLACK: Mapping[str, Trouble] = {
    "Slack: 429 with Retry-After": slack_fails("429", retry_after=3),
    "Slack: one channel is slowed down": one_channel_is_slowed_down,
    "Slack: 500": slack_fails("500"),
    "Slack: 503": slack_fails("503"),
    "Slack: fatal_error after the work": slack_fails("fatal"),
    "Slack: a maintenance page": slack_fails("html"),
    "Slack: connection closed before the work": slack_fails("drop_before"),
    "Slack: connection closed after the work": slack_fails("drop_after"),
    "Slack: half an answer": slack_fails("truncated"),
    "Slack: slow": slack_fails("slow", seconds=4),
    "Slack: slower than the bot waits, then the work": slack_fails("slow", seconds=12),
    "Slack: cannot be reached": slack_cannot_be_reached,
    "Slack: is silent": slack_is_silent,
    "Slack: the token is revoked, and given back": the_token_is_revoked,
}
ZADIG: Mapping[str, Trouble] = {
    "Zadig: 500": zadig_fails("500"),
    "Zadig: 502 with a page": zadig_fails("502_html"),
    "Zadig: 503": zadig_fails("503"),
    "Zadig: a page instead of JSON": zadig_fails("html"),
    "Zadig: an empty 500": zadig_fails("empty_500"),
    "Zadig: half an answer": zadig_fails("truncated"),
    "Zadig: connection closed": zadig_fails("drop_before"),
    "Zadig: connection closed after the work": zadig_fails("drop_after"),
    "Zadig: slow": zadig_fails("slow", seconds=4),
    "Zadig: 401": zadig_fails("401"),
    "Zadig: 403": zadig_fails("403"),
    "Zadig: no licence": zadig_fails("license"),
    "Zadig: cannot be reached while versions settle": zadig_cannot_be_reached,
    "Zadig: is silent while versions settle": zadig_is_silent,
}

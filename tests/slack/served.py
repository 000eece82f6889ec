"""A workspace that the bot's own clients reach over a socket, for tests of what the bot says to Slack."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.ports import Clock
from bot.sandbox.slack import Clock as WorkspaceClock
from bot.sandbox.slack import Workspace, build_app
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.people import BOT_USER_ID
from bot.slack.manifest import manifest
from bot.slack.wire import DiscreetClient
from tests.journeys.living import Later

JSON = dict[str, Any]
START = 1_800_000_000
ADA, GRACE, GUEST = "U0ADA000001", "U0GRACE0001", "U0GUEST0001"
GENERAL, RELEASES, SHOP, OPS_SECRET = "C0GENERAL01", "C0RELEASES1", "C0SHOP00001", "C0OPSSECRET"
ADAS_DM = "D0ADA000001"
# How long the bot's client waits, as in earnest, and how long where a test makes it wait.
TIMEOUT_SECONDS, IMPATIENCE_SECONDS = 10, 0.1


class HandClock(Clock):
    """The Clock port, moved by hand."""

    def __init__(self, at: float = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def monotonic(self) -> float:
        return self.at


@dataclass(kw_only=True)
class Slack:
    """The workspace, what happens in it, and the client that the bot would use."""

    workspace: Workspace
    door: Later
    client: AsyncWebClient
    session: aiohttp.ClientSession

    def fault(self, kind: str, *, method: str = "*", **more: Any) -> None:
        """Something goes wrong with the next call, or as `more` says."""
        self.workspace.faults.add(Fault(where="api", kind=kind, method=method, **more))

    def answers_late(self, method: str) -> None:
        """Slack takes longer for the next call of this method than the bot has patience."""
        self.session._timeout = aiohttp.ClientTimeout(total=IMPATIENCE_SECONDS)
        self.fault("slow", method=method, seconds=30)

    def answers(self, app: Any) -> None:
        """Another server stands where Slack was."""
        self.door.app = app

    def messages(self, channel: str = SHOP, *, user: str | None = None) -> list[Any]:
        """What stands in a channel: what everybody sees, or what is for this person's eyes only."""
        found = self.workspace.conversations.find(channel)
        assert found is not None
        if user is not None:
            return [message for message in found.ephemerals.values() if message.ephemeral_for == user]
        return [message for message in found.messages.values() if message.bot_id]

    def calls(self, method: str) -> list[JSON]:
        """What was asked of a Web API method, oldest first."""
        return [entry for entry in self.workspace.traffic.after(0) if entry["name"] == method]

    def delete(self, ts: str, channel: str = SHOP) -> None:
        """Somebody deletes a message."""
        found = self.workspace.conversations.find(channel)
        assert found is not None
        self.workspace.conversations.delete(found, found.messages[ts])

    def remove_bot(self, channel: str = SHOP) -> None:
        found = self.workspace.conversations.find(channel)
        assert found is not None
        self.workspace.conversations.leave(found, BOT_USER_ID)


def scopes_but(*left_out: str) -> JSON:
    """The bot's manifest without some of its scopes."""
    manifested = manifest()
    scopes = manifested["oauth_config"]["scopes"]
    scopes["bot"] = [scope for scope in scopes["bot"] if scope not in left_out]
    return manifested


@asynccontextmanager
async def slack_of(address: str, door: Later, **settings: Any) -> AsyncIterator[Slack]:
    """A fresh workspace behind the door at this address."""
    defaults: JSON = {
        "manifest": manifest(),
        "url": f"{address}/",
        "rate_limits": False,
        "clock": WorkspaceClock(rate=0, start=START),
    }
    workspace = Workspace(**defaults | settings)
    door.app = build_app(workspace)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with workspace.running(), aiohttp.ClientSession(timeout=timeout) as session:
        client = DiscreetClient(
            token=workspace.settings.bot_token, base_url=f"{address}/api/", session=session, retry_handlers=[]
        )
        yield Slack(workspace=workspace, door=door, client=client, session=session)
        workspace.clock.advance(1_000_000)  # whoever is still being kept waiting


def plain_answer(status: int, body: bytes, media_type: str) -> Any:
    """A server with one answer."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def texts(block: Any) -> Iterator[str]:
    """Every text in a message or view, at any depth."""
    if isinstance(block, dict):
        for key, value in block.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(block, list):
        for each in block:
            yield from texts(each)

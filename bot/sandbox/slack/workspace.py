"""The workspace: everything that is in it, wired together, and the ways in which it is set up anew."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx

from bot.sandbox.clock import Clock
from bot.sandbox.slack import people
from bot.sandbox.slack.conversations import Conversations
from bot.sandbox.slack.delivery import Dispatcher, HttpDelivery, Sockets
from bot.sandbox.slack.directory import Directory
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.hooks import Hooks
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.manifest import InstalledApp
from bot.sandbox.slack.people import BOT_USER_ID
from bot.sandbox.slack.rate_limits import RateLimits
from bot.sandbox.slack.settings import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Settings
from bot.sandbox.slack.stream import Stream
from bot.sandbox.slack.traffic import Traffic
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.views import Views
from bot.sandbox.tasks import Tasks


class Workspace:
    """A local Slack workspace with one app installed. Its state is in memory and ends with it."""

    def __init__(
        self,
        *,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        request_url: str | None = None,
        options_url: str | None = None,
        manifest: Mapping[str, Any] | None = None,
        socket_mode: bool | None = None,
        clock: Clock | None = None,
        rate_limits: bool = True,
        url: str | None = None,
        app_transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`manifest` (parsed) decides scopes, commands, shortcuts, events and the Home tab; None is a generic app.

        `url` is the workspace's own address, ending in a slash; without it, the one that programs use.
        `app_transport` replaces the network on the way to the app, e.g. `httpx.ASGITransport(app=…)`.
        """
        self.settings = Settings(
            bot_token=bot_token,
            app_token=app_token,
            signing_secret=signing_secret,
            request_url=request_url,
            options_url=options_url,
            manifest=manifest,
            socket_mode=socket_mode,
        )
        self.clock = clock or Clock()
        self.stream = Stream()
        self.tasks = Tasks()
        self.http = HttpDelivery(app_transport)
        self._fixed_url = url
        self._seen_url = "http://127.0.0.1/"
        self._seen_by_program = False
        self._rate_limits = rate_limits
        self.traffic = Traffic(self.clock, self.stream)
        self.sockets = Sockets(self.clock, self.traffic)
        self._furnish()

    def _furnish(self) -> None:
        """Puts in what a fresh workspace has; settings, clock, screens and sockets stay as they are."""
        self.is_revoked = False
        self.ids = Ids()
        self.directory = Directory(app_name=self.app.name)
        self.triggers = Triggers(self.clock)
        self.hooks = Hooks(self.clock)
        self.limits = RateLimits(self.clock, enabled=self._rate_limits)
        self.faults = Faults(self.ids, self.stream)
        self.views = Views(self.clock, self.ids, self.stream)
        self.dispatcher = Dispatcher(
            clock=self.clock,
            settings=lambda: self.settings,
            http=self.http,
            sockets=self.sockets,
            faults=self.faults,
            traffic=self.traffic,
            tasks=self.tasks,
        )
        self.events = Events(
            clock=self.clock,
            ids=self.ids,
            tasks=self.tasks,
            settings=lambda: self.settings,
            dispatcher=self.dispatcher,
        )
        self.conversations = Conversations(
            people.channels(int(self.clock.now())),
            clock=self.clock,
            ids=self.ids,
            directory=self.directory,
            stream=self.stream,
            announce=self.events.in_channel,
        )

    @property
    def app(self) -> InstalledApp:
        """The app as its manifest describes it."""
        return self.settings.app

    @property
    def url(self) -> str:
        """The workspace's address, ending in a slash."""
        return self._fixed_url or self._seen_url

    def seen_at(self, url: str, *, by_program: bool) -> None:
        """Remembers under which address it was asked, for the URLs that it makes.

        Where programs reach it counts more than where people look at the page.
        """
        if by_program or not self._seen_by_program:
            self._seen_url = url
        self._seen_by_program = self._seen_by_program or by_program

    def configure(self, **changes: Any) -> None:
        """Changes the installed app's settings (the fields of `Settings`)."""
        self.settings = replace(self.settings, **changes)
        self.directory.name_bot(self.app.name)

    def revoke(self, *, revoked: bool) -> None:
        """Takes the bot's token away, or gives it back."""
        if revoked and not self.is_revoked:
            self.events.tell(
                "tokens_revoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER_ID]}}
            )
        self.is_revoked = revoked

    async def reset(self) -> None:
        """Back to a fresh workspace; screens are cut off so that they read everything anew."""
        await self.tasks.cancel()
        self._furnish()
        self.stream.close()

    async def settled(self) -> None:
        """Returns when everything that was to be delivered has been delivered or given up."""
        await self.tasks.settled()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Workspace"]:
        """Whatever runs beside the requests ends with this context: deliveries, sockets, screens."""
        try:
            yield self
        finally:
            self.stream.close()
            await self.tasks.cancel()
            await self.sockets.disconnect("link_disabled")
            await self.http.close()

"""The bot's Slack side at work: real services, store and Zadig client between a workspace and a Zadig in process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.routing import Route

from bot.access_file import AccessFile
from bot.compose.connections import Connections
from bot.compose.services import shared_by_all
from bot.config import Settings
from bot.domain.access import Policy
from bot.domain.changes import Memory
from bot.metrics import Metrics
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.slack import build_app as build_workspace
from bot.sandbox.zadig import STEADY, Zadig
from bot.sandbox.zadig import build_app as build_zadig
from bot.sandbox.zadig.control import add_project, change_version
from bot.sandbox.zadig.control_bodies import ProjectBody, VersionBody
from bot.services.tasks import Tasks
from bot.slack.bolt import build_app
from bot.slack.context import InteractionPolicy, Services, Shared
from bot.slack.payloads import Caller
from bot.store import SqlStore, open_store
from bot.store.polls import Polls
from bot.zadig import ONCE, open_zadig
from bot.zadig import Zadig as ConnectedZadig
from tests.journeys.living import Later, Person, newest
from tests.slack.served import ADA, JSON, SHOP, START, HandClock, Slack, slack_of

REQUEST_URL = "http://bot.test/slack/events"
LINKS = "https://zadig.example.com"


EVERYBODY = Policy()
ANSWERS_TRAVEL_FAST = InteractionPolicy(answer_travels=0.02)


class LookedAt(Polls):
    """Where every project has been looked at: nobody polls here, and subscribing waits for a first look."""

    async def seen(self, project: str) -> Memory | None:
        return await super().seen(project) or {}


@dataclass(kw_only=True)
class Staffed:
    """Everything that a test of the handlers needs. Nothing moves by itself: both clocks stand still."""

    slack: Slack
    zadig: Zadig
    store: SqlStore
    shared: Shared
    app: AsyncApp
    http: httpx.AsyncClient
    clock: HandClock

    @property
    def services(self) -> Services:
        """What Ada may do where no rule names the channel."""
        return self.shared.services_of(Caller(user=ADA))

    def person(self, user: str = ADA) -> Person:
        return Person(life=self, user=user)

    async def settled(self) -> None:
        """Returns when nothing of what was asked for is under way any more."""
        async with asyncio.timeout(5):
            await self.shared.tasks.finish()
            await self.slack.workspace.settled()
            await self.shared.tasks.finish()

    async def typed(self, text: str, *, user: str = ADA, channel: str = "shop") -> JSON:
        """Somebody types; what it was acknowledged with, after everything has been done."""
        answer = await self.person(user).types(text, channel=channel)
        await self.settled()
        return answer

    async def answers(self, *, user: str = ADA, channel: str = SHOP) -> list[str]:
        """What only this person sees in a channel, as text."""
        return [message.text for message in self.slack.messages(channel, user=user)]

    async def modal(self, user: str = ADA) -> JSON:
        """The topmost modal on somebody's screen."""
        views = (await self.person(user).state())["views"]
        assert views, "no modal is open"
        return dict(views[-1])

    async def message(self, *texts: str, user: str = ADA, channel: str = "shop") -> JSON:
        """The newest message in a channel that holds these texts."""
        everything = await self.person(user).messages(channel)
        found = newest(everything, *texts)
        assert found, [message["text"] for message in everything]
        return found

    async def told(self, user: str = ADA) -> list[str]:
        """Somebody's direct messages from the bot, as text."""
        return [message.text for message in self.slack.messages(f"D{user[1:]}")]

    async def clicks(self, message: JSON, label: str, *, user: str = ADA, channel: str = "shop") -> JSON:
        answer = await self.person(user).clicks(message, label, channel=channel)
        await self.settled()
        return answer

    async def clicks_in(self, view: JSON, label: str, *, user: str = ADA) -> JSON:
        answer = await self.person(user).clicks_in(view, label)
        await self.settled()
        return answer

    async def fills(self, view: JSON, *, user: str = ADA, **values: Any) -> JSON:
        """Put values into inputs by block id; the view after everything has been done."""
        await self.person(user).fills(view, **values)
        await self.settled()
        return await self.modal(user)

    async def submits(self, view: JSON, *, user: str = ADA) -> JSON:
        answer = await self.person(user).submits(view)
        await self.settled()
        return answer

    async def closes(self, view: JSON, *, user: str = ADA) -> None:
        await self.person(user).control("close", view_id=view["id"])

    def in_zadig(self, project: str, action: str, name: str = "", **more: Any) -> None:
        """Somebody acts in Zadig itself."""
        body = VersionBody.model_validate({"project": project, "action": action, "name": name, **more})
        change_version(self.zadig, body)

    def add_project(self, key: str, *, services: int, deploy_type: str = "k8s") -> None:
        """A project appears in Zadig."""
        add_project(
            self.zadig,
            ProjectBody.model_validate({"key": key, "deploy_type": deploy_type, "services": services}),
        )

    def remove_environments(self, key: str) -> None:
        """Somebody removes every environment of a project in Zadig."""
        projects = tuple(
            replace(one, environments=()) if one.key == key else one for one in self.zadig.catalog.projects
        )
        self.zadig.catalog = replace(self.zadig.catalog, projects=projects)

    def asked_zadig(self, method: str, path: str) -> list[JSON]:
        """What the bot asked of Zadig, oldest first."""
        entries = self.zadig.traffic.after(0)
        return [entry for entry in entries if entry["method"] == method and path in entry["path"]]

    async def while_zadig_thinks(
        self,
        where: str,
        doing: Awaitable[Any],
        meanwhile: Callable[[], Awaitable[Any]],
        kind: str = "slow",
    ) -> None:
        """`doing` makes the bot ask Zadig for something; `meanwhile` happens before that has this `kind` of answer."""
        fault = self.zadig.faults.add(kind, where=where, seconds=60, times=1)
        await doing
        async with asyncio.timeout(5):
            while fault in self.zadig.faults:  # noqa: ASYNC110 - until it is asked
                await asyncio.sleep(0.002)
        await meanwhile()
        self.zadig.clock.advance(61)
        await self.settled()


def _in_process(zadig: Zadig, clock: HandClock) -> AbstractAsyncContextManager[ConnectedZadig]:
    return open_zadig(
        url="http://zadig.test",
        token=zadig.token,
        clock=clock,
        dialect="v1",
        retry=ONCE,
        transport=httpx.ASGITransport(app=build_zadig(zadig)),
    )


@asynccontextmanager
async def staffed(
    address: str,
    door: Later,
    database: str,
    *,
    command: str = "/release",
    manifest: JSON | None = None,
    policy: Policy = EVERYBODY,
    interaction: InteractionPolicy = ANSWERS_TRAVEL_FAST,
) -> AsyncIterator[Staffed]:
    """The bot with a migrated database at this path, in a fresh workspace behind the door."""
    clock, bolt = HandClock(), Later()
    zadig = Zadig(dialect="v1", clock=SandboxClock(rate=0, start=START), pace=STEADY)
    async with AsyncExitStack() as stack:
        transport = httpx.ASGITransport(app=bolt)
        installed: JSON = {"manifest": manifest} if manifest else {}
        slack = await stack.enter_async_context(
            slack_of(
                address,
                door,
                request_url=REQUEST_URL,
                socket_mode=False,
                app_transport=transport,
                **installed,
            )
        )
        settings = Settings(
            slack_bot_token=slack.client.token,
            slack_signing_secret=slack.workspace.settings.signing_secret,
            zadig_url=LINKS,
            zadig_token=zadig.token,
            command=command,
            zadig_dialect="v1",
        )
        store = await stack.enter_async_context(open_store(database))
        store.polls.__class__ = LookedAt
        access = AccessFile(None)
        access.policy = policy
        connections = Connections(
            settings=settings,
            clock=clock,
            metrics=Metrics(),
            store=store,
            zadig=await stack.enter_async_context(_in_process(zadig, clock)),
            session=slack.session,
            client=slack.client,
            access=access,
        )
        stack.push_async_callback(connections.aclose)
        tasks = Tasks()
        stack.push_async_callback(tasks.drain, 1)
        shared = replace(
            shared_by_all(connections, tasks, wake=lambda: None, on_news=lambda: None), policy=interaction
        )
        app = build_app(client=slack.client, identity=connections.people.identity, shared=shared)
        handler = AsyncSlackRequestHandler(app)
        bolt.app = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=build_workspace(slack.workspace)), base_url=address
            )
        )
        yield Staffed(slack=slack, zadig=zadig, store=store, shared=shared, app=app, http=http, clock=clock)

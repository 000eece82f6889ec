"""A Zadig and a workspace side by side on one server: the page at `/`, the Web API at `/api/`, Zadig at `/zadig`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox import slack, zadig


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Both servers and the application that serves them."""

    zadig: zadig.Zadig
    workspace: slack.Workspace
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        app = Starlette(
            routes=[
                Mount("/zadig", zadig.build_app(self.zadig)),
                Mount("/", slack.build_app(self.workspace)),
            ]
        )
        object.__setattr__(self, "app", app)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Lets time pass in both; enter it before the application is served."""
        async with zadig.running(self.zadig), self.workspace.running():
            yield

    def close_streams(self) -> None:
        """Ends what screens listen to, which a server would otherwise wait for when it shuts down."""
        self.workspace.stream.close()
        self.zadig.events.close()

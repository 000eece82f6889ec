"""Zadig and the workspace together on one server."""

import aiohttp
import pytest

from bot.sandbox import World
from bot.sandbox.slack import Workspace
from bot.sandbox.zadig import Zadig
from tests.sandbox.slack.conftest import ADA, no_proxies, served

pytestmark = pytest.mark.usefixtures(no_proxies.__name__)


async def test_open_screens_do_not_keep_the_server_from_stopping() -> None:
    world = World(zadig=Zadig(), workspace=Workspace())
    async with world.running(), served(world.app) as address, aiohttp.ClientSession() as session:
        watched = [f"{address}/_control/events?user={ADA}", f"{address}/zadig/_control/events"]
        streams = [await session.get(each) for each in watched]
        firsts = [await stream.content.readline() for stream in streams]
        world.close_streams()
        rests = [await stream.content.read() for stream in streams]

    assert all(firsts)
    assert len(rests) == 2

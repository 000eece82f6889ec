"""Programs and the sandbox's own page may change things; a page of elsewhere may not, by whatever name it came here."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox import World
from bot.sandbox.slack import Clock, Workspace
from bot.sandbox.zadig import Zadig

CALLS = ("/_control/reset", "/zadig/_control/reset")
HERE = "127.0.0.1:8080"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    clock = Clock()
    world = World(zadig=Zadig(clock=clock), workspace=Workspace(clock=clock))
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HERE}") as client:
        yield client


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "zadig.internal"}, 200),
        ({"Origin": f"http://{HERE}"}, 200),
        ({"Origin": "http://localhost:9", "Host": "localhost:9"}, 200),
        ({"Origin": "http://[::1]:8080", "Host": "[::1]:8080"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "http://evil.example:8080", "Host": "evil.example:8080"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Host": "evil.example:8080"}, 403),
        ({"Origin": "http://localhost.evil.example", "Host": "localhost.evil.example"}, 403),
    ],
)
async def test_who_may_change_something(
    http: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    assert (await http.post(path, json={}, headers=headers)).status_code == status
    faults = path.replace("reset", "faults")
    assert (await http.delete(faults, headers=headers)).status_code == status


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_what_a_form_of_elsewhere_can_send_changes_nothing(
    http: httpx.AsyncClient, path: str, content_type: str
) -> None:
    answer = await http.post(path, content=b"{}", headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["ok"]) == (415, False)
    assert (await http.post(path, content=b"{}")).status_code == 415


async def test_the_web_api_is_no_other_pages_either(http: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Authorization": "Bearer xoxb-sandbox"}
    assert (await http.post("/api/auth.test", headers=headers)).status_code == 403
    assert (await http.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200, (
        "a link leads here"
    )
    rebound = {"Sec-Fetch-Site": "same-origin", "Host": "evil.example"}
    assert (await http.get("/_control/people", headers=rebound)).status_code == 403

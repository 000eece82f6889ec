"""Slack is reached through the proxy that the environment names, and directly where the environment excepts it."""

import aiohttp
import pytest

from bot.compose.connections import slack_client
from bot.proxies import proxy_for
from bot.slack.api import SlackApi
from bot.slack.failures import SlackFailed, asked
from bot.slack.views.blocks import say, section
from tests.journeys.living import ADA, Life, living

NAMES = [
    name for word in ("https", "http", "no", "all") for name in (f"{word}_proxy", f"{word}_PROXY".upper())
]
HTTPS, HTTP = "http://secure.example.com:3128", "http://plain.example.com:3128"
SAID = say("Hello.", section("Hello."))


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": HTTPS, "HTTP_PROXY": HTTP}, "https://slack.com/api/", HTTPS),
        ({"https_proxy": HTTPS}, "https://hooks.slack.com/commands/1/2", HTTPS),
        ({"HTTP_PROXY": HTTP}, "https://slack.com/api/", HTTP),
        ({"HTTPS_PROXY": HTTPS, "HTTP_PROXY": HTTP}, "http://127.0.0.1:8080/api/", HTTP),
        ({"HTTPS_PROXY": HTTPS}, "http://127.0.0.1:8080/api/", None),
        ({"HTTPS_PROXY": ""}, "https://slack.com/api/", None),
        ({"HTTP_PROXY": HTTP, "NO_PROXY": "localhost,127.0.0.1"}, "http://127.0.0.1:8080/api/", None),
        ({"HTTPS_PROXY": HTTPS, "no_proxy": ".slack.com"}, "https://hooks.slack.com/commands/1/2", None),
        ({"HTTPS_PROXY": HTTPS, "NO_PROXY": "*"}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": HTTPS, "NO_PROXY": "example.com"}, "https://slack.com/api/", HTTPS),
        ({"HTTP_PROXY": HTTP, "NO_PROXY": "[::1]"}, "http://[::1]:8080/api/", None),
    ],
)
def test_the_environment_names_the_proxy(
    environment: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


async def called(life: Life) -> list[bool]:
    """Whether the Web API and a response URL can be reached."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        client = slack_client(life.settings, session)
        slack_api = SlackApi(client=client, session=session)
        return [await reached(asked(client.auth_test())), await reached(slack_api.respond(hook(life), SAID))]


async def reached(call: object) -> bool:
    try:
        await call  # type: ignore[misc]
    except SlackFailed as error:
        return not error.unsent
    return True


def hook(life: Life) -> str:
    return f"{life.address}/commands/nobody/knows/it"


@pytest.mark.parametrize(("excepted", "reaches"), [("127.0.0.1", True), ("slack.com", False)])
async def test_what_the_environment_excepts_is_called_directly_and_nothing_else(
    excepted: str, *, reaches: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living() as life:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", excepted)
        assert await called(life) == [reaches, reaches]


async def test_sockets_are_opened_directly_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with living(mode="socket") as life, life.bot_running():
        await life.connected()
        await life.person(ADA).types("/release help")
        await life.person(ADA).sees("This is what you can do")

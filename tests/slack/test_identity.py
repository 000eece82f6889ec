"""Who the bot is: learnt from auth.test, asked again sooner while something is wrong, and whatever Slack answers is a sentence."""

import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.workspace import Workspace, build_app
from bot.slack.identity import AGAIN_SECONDS, FRESH_SECONDS, Identity
from bot.slack.manifest import SCOPES, manifest
from tests.journeys.living import serving

TOKEN = "xoxb-sandbox"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session:
        yield session


@pytest.fixture
def at(session: aiohttp.ClientSession) -> Callable[..., Identity]:
    def at(address: str, token: str = TOKEN) -> Identity:
        client = AsyncWebClient(token=token, base_url=f"{address}/api/", session=session, retry_handlers=[])
        return Identity(client)

    return at


At = Callable[..., Identity]


@pytest.fixture
async def workspace() -> AsyncIterator[tuple[Workspace, str]]:
    workspace = Workspace(manifest=manifest(), rate_limits=False)
    async with workspace.running(), serving(build_app(workspace)) as address:
        yield workspace, address


async def test_it_knows_itself_and_its_scopes_once_slack_has_answered(
    workspace: tuple[Workspace, str], at: At
) -> None:
    identity = at(workspace[1])
    assert identity.problem
    assert identity.result.bot_token == TOKEN, "requests are served before Slack has answered"
    await identity.refresh()
    assert identity.problem == ""
    assert identity.scopes == SCOPES.keys()
    assert (identity.result.bot_user_id, identity.result.team_id) == ("U0BOT000001", "T0SANDBOX01")


async def test_what_is_wrong_is_said_once_and_so_is_the_end_of_it(
    workspace: tuple[Workspace, str], at: At, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot.slack.identity")
    identity = at(workspace[1])
    for revoked in (False, False, True, True, True, False, False):
        workspace[0].revoke(revoked=revoked)
        await identity.refresh()
    said = [(record.levelname, vars(record)["problem"]) for record in caplog.records]
    assert said == [("INFO", ""), ("WARNING", "Slack refuses the bot's token: token_revoked"), ("INFO", "")]
    assert identity.result.bot_user_id == "U0BOT000001", "what was known is not forgotten meanwhile"


@pytest.mark.parametrize("token", ["xoxb-another", "xapp-sandbox", ""])
async def test_a_token_that_is_none_is_refused(workspace: tuple[Workspace, str], at: At, token: str) -> None:
    identity = at(workspace[1], token)
    await identity.refresh()
    if token == "xapp-sandbox":
        assert identity.result.bot_user_id is None
    else:
        assert "Slack refuses the bot's token" in identity.problem


async def test_it_asks_every_minute_and_sooner_while_something_is_wrong(
    workspace: tuple[Workspace, str], at: At
) -> None:
    identity = at(workspace[1])
    asked: list[float] = []

    async def tick(*, until: float, since: float) -> None:
        now = since
        while now < until:
            before = identity.asked_at
            await identity.keep_fresh(now=now)
            if identity.asked_at != before:
                asked.append(now)
            now += 1

    await tick(since=0, until=150)
    assert asked == [0, FRESH_SECONDS, 2 * FRESH_SECONDS]
    workspace[0].revoke(revoked=True)
    await tick(since=150, until=200)
    assert asked[3:] == [180 + AGAIN_SECONDS * number for number in range(4)]


ANSWERS: dict[str, tuple[Response, str]] = {
    "refused": (
        JSONResponse({"ok": False, "error": "invalid_auth"}),
        "refuses the bot's token: invalid_auth",
    ),
    "rate limited": (
        JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"}),
        "status 429 ratelimited",
    ),
    "broken": (JSONResponse({"ok": False, "error": "internal_error"}, 500), "status 500 internal_error"),
    "a page": (Response("<html>", 503, media_type="text/html"), "status 503"),
    "a page with 200": (Response("<html>", media_type="text/html"), "status 200"),
    "a proxy's text": (PlainTextResponse("Bad Gateway", 502), "status 502"),
    "text with 200": (PlainTextResponse("welcome"), "Slack"),
    "half an answer": (Response('{"ok": tr', media_type="application/json"), "status 200"),
    "a list": (JSONResponse([]), "Slack"),
    "a number": (JSONResponse(1), "Slack"),
    "null": (JSONResponse(None), "Slack"),
    "nothing": (Response(b"", media_type="application/json"), "Slack"),
    "not UTF-8": (Response(b'{"ok": "\xff"}', media_type="application/json"), "Slack"),
    "a strange error": (JSONResponse({"ok": False, "error": {"code": 1}}), "Slack"),
    "an empty object": (JSONResponse({}), "status 200"),
}


@pytest.mark.parametrize(("answer", "problem"), ANSWERS.values(), ids=ANSWERS)
async def test_whatever_comes_back_is_a_sentence(at: At, answer: Response, problem: str) -> None:
    async def auth_test(_request: Request) -> Response:
        return answer

    app = Starlette(routes=[Route("/api/auth.test", auth_test, methods=["POST"])])
    async with serving(app) as address:
        identity = at(address)
        await identity.refresh()
    assert problem in identity.problem
    assert TOKEN not in identity.problem


async def test_an_answer_that_says_little_is_still_a_yes(at: At) -> None:
    async def auth_test(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    async with serving(Starlette(routes=[Route("/api/auth.test", auth_test, methods=["POST"])])) as address:
        identity = at(address)
        await identity.refresh()
    assert (identity.problem, identity.scopes) == ("", frozenset())


async def test_a_slack_that_is_not_there_or_says_nothing_is_unreachable(at: At) -> None:
    identity = at("http://127.0.0.1:1")
    await identity.refresh()
    assert "Slack is not reachable" in identity.problem

    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async with serving(silent) as address:
        identity = at(address)
        await identity.refresh()
    assert "Slack is not reachable" in identity.problem

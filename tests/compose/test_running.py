"""The whole bot: it starts whoever is away, says what is wrong until it is right again, and stops in time."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.compose.running import Running, running
from bot.domain.ports import Clock
from bot.sandbox.slack.delivery.http import signature
from bot.store import SqlStore
from tests.journeys.living import ADA, GRACE, LINUS, Life, living

Mode = Literal["http", "socket"]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class EarlyClock(Clock):
    """This machine's clocks, `ahead` by so many seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.ahead, UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock() -> EarlyClock:
    return EarlyClock()


@asynccontextmanager
async def awake(life: Life, clock: EarlyClock | None = None, **settings: Any) -> AsyncIterator[Running]:
    async with running(life.settings.model_copy(update=settings), clock=clock) as bot:
        life.bot_app.app = bot.web
        yield bot


async def get(bot: Running, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.web), base_url="http://bot") as client:
        return await client.get(path)


async def problems(bot: Running) -> dict[str, str]:
    answer = await get(bot, "/readyz")
    found = answer.json()["problems"]
    assert answer.status_code == (503 if found else 200)
    return dict(found)


async def until(holds: Callable[[dict[str, str]], bool], bot: Running, seconds: float = 5) -> dict[str, str]:
    """What is wrong, as soon as it is as it should be."""
    found: dict[str, str] = {}
    for _ in range(int(seconds / 0.02)):
        found = await problems(bot)
        if holds(found):
            return found
        await asyncio.sleep(0.02)
    pytest.fail(f"the problems stay {found}")


def nothing(found: dict[str, str]) -> bool:
    return not found


def signed(life: Life, body: bytes, content_type: str = FORM, *, ahead: float = 0) -> dict[str, str]:
    timestamp = str(int(time.time() + ahead))
    secret = life.world.workspace.settings.signing_secret
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature(secret, timestamp, body),
    }


async def post(life: Life, bot: Running, body: bytes, content_type: str = FORM) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.web), base_url="http://bot") as client:
        return await client.post("/slack/events", content=body, headers=signed(life, body, content_type))


def a_command(life: Life, text: str, number: int = 0) -> bytes:
    return urlencode(
        {
            "command": "/release",
            "text": text,
            "user_id": ADA,
            "channel_id": "C0SHOP00001",
            "team_id": "T0SANDBOX01",
            "trigger_id": f"trigger-{number}",
            "response_url": f"{life.address}/hooks/commands/nobody",
        }
    ).encode()


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_what_operators_ask_for_is_answered(mode: Mode) -> None:
    async with living(mode=mode) as life, awake(life) as bot:
        await until(nothing, bot)
        assert (await get(bot, "/healthz")).json() == {"alive": True}
        ada = life.person(ADA)
        await ada.types("/release list shop")
        await ada.sees("v")
        figures = (await get(bot, "/metrics")).text
        assert "release_bot_outbox_waiting 0.0" in figures
        assert 'release_bot_zadig_request_seconds_count{purpose="' in figures
        assert ('release_bot_slack_request_seconds_count{status="200"} 1.0' in figures) == (mode == "http")
        assert (await get(bot, "/slack/events")).status_code == (405 if mode == "http" else 404)


async def test_it_is_unready_while_something_is_away_and_ready_again_by_itself(clock: EarlyClock) -> None:
    async with living(mode="socket") as life, awake(life, clock) as bot:
        assert "socket_mode" in await problems(bot), "nobody has answered yet"
        await until(nothing, bot)

        life.world.workspace.revoke(revoked=True)
        clock.ahead += 61
        said = await until(bool, bot)
        assert said.keys() == {"slack"}
        assert re.fullmatch(r"down for \d+ s: Slack refuses the bot's token: token_revoked", said["slack"])
        life.world.workspace.revoke(revoked=False)
        clock.ahead += 61
        await until(nothing, bot)

        with database_away(bot.store):
            clock.ahead += 3
            away = "The bot's database does not answer."
            assert await problems(bot) == {"database": f"down for 0 s: {away}"}
            clock.ahead += 42
            found = await problems(bot)
            assert found["database"] in (f"down for 42 s: {away}", f"down for 43 s: {away}")
            assert "release_bot_outbox_waiting NaN" in (await get(bot, "/metrics")).text
        clock.ahead += 3
        assert await problems(bot) == {}


class database_away:  # noqa: N801 - read as a phrase
    """Every connection of this store leads nowhere."""

    def __init__(self, store: Any) -> None:
        assert isinstance(store, SqlStore)
        self._database = store._database

    def __enter__(self) -> None:
        nowhere = create_async_engine("sqlite+aiosqlite:////proc/nowhere/bot.sqlite3")
        self._whole = self._database._reader, self._database._writer, self._database._hasty
        self._database._reader = self._database._writer = self._database._hasty = nowhere

    def __exit__(self, *error: object) -> None:
        self._database._reader, self._database._writer, self._database._hasty = self._whole


async def test_a_process_whose_ticks_have_stopped_is_not_alive(clock: EarlyClock) -> None:
    async with living() as life, awake(life, clock) as bot:
        await asyncio.sleep(0.05)
        clock.ahead += 61
        answer = await get(bot, "/healthz")
        assert (answer.status_code, answer.json()) == (503, {"alive": False})
        await asyncio.sleep(1.2)
        assert (await get(bot, "/healthz")).status_code == 200


async def test_a_loop_that_was_blocked_is_in_the_log_and_in_the_figures(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with living() as life, awake(life) as bot:
        await asyncio.sleep(0.1)
        time.sleep(5.2)  # noqa: ASYNC251 - that is what happens here
        await asyncio.sleep(1.1)
        (stood_still,) = [one for one in caplog.records if vars(one).get("action") == "stood_still"]
        assert 5 <= vars(stood_still)["seconds"] < 8
        figures = (await get(bot, "/metrics")).text
        assert 'release_bot_actions_total{action="stood_still",level="warning"} 1.0' in figures
        await life.person(ADA).types("/release help")
        await until(nothing, bot)


@pytest.mark.parametrize(("choice", "resend"), [("resend", True), ("hold", False)])
async def test_what_happens_to_unclear_messages_is_the_operators_choice(choice: str, *, resend: bool) -> None:
    async with living() as life, awake(life, unclear_messages=choice) as bot:
        assert bot.notifier._policy.resend_unclear is resend


async def test_without_slack_it_starts_at_once_and_acknowledges_everything() -> None:
    """A network that swallows everything: nobody waits for it, and it is not asked twice at a time."""
    asked = 0

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, living() as life:
        started = time.monotonic()
        async with awake(life, slack_api_url=f"http://127.0.0.1:{port}/api/") as bot:
            assert time.monotonic() - started < 2
            assert "Slack has not been asked yet" in (await problems(bot))["slack"]
            commands = [a_command(life, "help", number) for number in range(64)]
            answers = await asyncio.gather(*(post(life, bot, command) for command in commands))
            assert {answer.status_code for answer in answers} == {200}
            await asyncio.sleep(1.5)
            assert asked == 1
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 3


async def test_an_unreachable_slack_is_named_and_asked_again_soon(clock: EarlyClock) -> None:
    async with living() as life, awake(life, clock, slack_api_url="http://127.0.0.1:1/api/") as bot:
        found = await until(lambda found: "not reachable" in found.get("slack", ""), bot)
        assert "127.0.0.1" not in found["slack"], "the address is in the log"
        for secret in (life.world.workspace.settings.bot_token, life.world.zadig.token):
            assert secret not in str(found)


async def test_stopping_does_not_wait_for_a_zadig_or_a_slack_that_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.compose.running.DRAIN_SECONDS", 0.2)
    async with living() as life:
        before = asyncio.all_tasks()
        async with awake(life):
            ada = life.person(ADA)
            await ada.types("/release subscribe shop")
            await ada.sees("now subscribed")
            await life.zadig_fault(kind="slow", seconds=4)
            slow = {"where": "api", "kind": "slow", "seconds": 4, "method": "chat.postMessage", "times": None}
            await life.http.post("/_control/faults", json=slow)
            await ada.types("/release list shop")
            await asyncio.sleep(0.6)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 2
        left = {task.get_name() for task in asyncio.all_tasks() - before}
        assert not {
            name for name in left if name.startswith(("look", "post", "tick", "outbox", "list", "socket"))
        }


async def test_stopping_without_the_database_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async with living() as life, AsyncExitStack() as later:
        async with awake(life) as bot:
            later.enter_context(database_away(bot.store))
        assert "store_down" in {vars(record).get("action") for record in caplog.records}


async def test_a_stopped_bot_has_left_slack() -> None:
    async with living(mode="socket") as life:
        async with awake(life):
            await life.connected()
        for _ in range(100):
            if not len(life.world.workspace.sockets):
                break
            await asyncio.sleep(0.01)
        assert len(life.world.workspace.sockets) == 0


async def test_a_project_may_be_called_payload() -> None:
    """Bolt 1.30 takes every form in which that word occurs for something else."""
    async with living() as life, awake(life):
        ada = life.person(ADA)
        answer = await ada.types("/release show payload/v1")
        assert answer["ok"]
        await ada.sees("payload")


CHALLENGE = b'{"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"}'


async def test_slacks_own_questions_are_answered_when_signed() -> None:
    async with living() as life, awake(life) as bot:
        answer = await post(life, bot, CHALLENGE, JSON)
        assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1aB"})
        answer = await post(life, bot, b"ssl_check=1&token=t")
        assert (answer.status_code, answer.text) == (200, "")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.web), base_url="http://bot") as client:
            for body, content_type in ((CHALLENGE, JSON), (b"ssl_check=1&token=t", FORM)):
                unsigned = await client.post(
                    "/slack/events", content=body, headers={"content-type": content_type}
                )
                assert unsigned.status_code == 401


async def test_signatures_are_as_old_as_the_bots_own_clock_says(clock: EarlyClock) -> None:
    """A machine whose clock was set back by an hour does not turn everything away."""
    body = b"ssl_check=1&token=t"
    async with living() as life, awake(life, clock) as bot:
        clock.ahead = 3600
        async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.web), base_url="http://bot") as client:
            for ahead, status in ((0, 401), (3600, 200)):
                headers = signed(life, body, ahead=ahead)
                answer = await client.post("/slack/events", content=body, headers=headers)
                assert answer.status_code == status


PERSON = {"id": ADA, "username": "ada"}
STRANGE: list[Any] = [
    {"type": "shortcut", "callback_id": "x", "trigger_id": "1", "user": PERSON},
    {"type": "message_action", "callback_id": "x", "trigger_id": "1", "user": PERSON},
    {
        "type": "interactive_message",
        "callback_id": "x",
        "actions": [{"name": "a", "value": "1"}],
        "user": PERSON,
    },
    {"type": "dialog_submission", "callback_id": "x", "submission": {}, "user": PERSON},
    {"type": "dialog_cancellation", "callback_id": "x", "user": PERSON},
    {"type": "dialog_suggestion", "callback_id": "x", "name": "n", "user": PERSON},
    {"type": "workflow_step_edit", "callback_id": "x", "user": PERSON, "workflow_step": {}},
    {"type": "view_closed", "view": {"id": "V1", "callback_id": "x"}, "user": PERSON},
    {"type": "something_new", "user": PERSON},
    {"type": 7},
    {"type": None},
    {"no": "type"},
    {"type": "event_callback", "event": {"type": "something_new", "user": ADA}, "event_id": "Ev1"},
    {"type": "event_callback", "event": {"type": "message", "channel": "C1", "text": "payload"}},
    {"type": "event_callback", "event": {"type": "function_executed", "function": {"callback_id": "x"}}},
    {"type": "app_rate_limited", "minute_rate_limited": 1},
    {"type": "tokens_revoked"},
]


async def test_what_we_know_nothing_of_is_no_failure_of_ours() -> None:
    async with living() as life, awake(life) as bot:
        for strange in STRANGE:
            body = json.dumps(strange).encode()
            for answer in (
                await post(life, bot, body, JSON),
                await post(life, bot, urlencode({"payload": body}).encode()),
            ):
                assert answer.status_code in (200, 400, 404), strange
        for form in ("command=%2Fother&text=", "a=b", "command=", "text=payload"):
            assert (await post(life, bot, form.encode())).status_code in (200, 400, 404), form


async def test_two_bots_in_one_process_count_for_themselves() -> None:
    async with living() as life, awake(life) as one, awake(life) as two:
        await post(life, one, b"ssl_check=1&token=t")
        assert 'request_seconds_count{status="200"} 1.0' in (await get(one, "/metrics")).text
        assert "request_seconds_count{status=" not in (await get(two, "/metrics")).text


async def test_one_persons_four_hundred_commands_keep_nobody_else_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with living() as life, awake(life) as bot:
        caplog.clear()
        await life.zadig_fault(kind="slow", seconds=2)
        mine = [
            asyncio.create_task(post(life, bot, a_command(life, "list shop", number)))
            for number in range(400)
        ]
        answers = await asyncio.gather(*mine)
        refused = [answer.json()["text"] for answer in answers if answer.content]
        assert len(refused) >= 300
        assert all("You have 24 commands waiting" in text for text in refused)
        grace = life.person(GRACE)
        await life.zadig_well()
        await grace.types("/release list shop")
        await grace.sees("v11")


async def test_a_thousand_subscriptions_at_once_end_in_answers(caplog: pytest.LogCaptureFixture) -> None:
    async with living() as life, awake(life) as bot:
        people = itertools.cycle((ADA, GRACE, LINUS))
        commands = [
            a_command(life, "subscribe shop", number).replace(ADA.encode(), next(people).encode())
            for number in range(1000)
        ]
        answers = await asyncio.gather(*(post(life, bot, command) for command in commands))
        assert {answer.status_code for answer in answers} == {200}
        for _ in range(600):
            if not [task for task in asyncio.all_tasks() if task.get_name() == "subscribe"]:
                break
            await asyncio.sleep(0.05)
        assert "store_down" not in {vars(one).get("action") for one in caplog.records}
        assert "does not answer" not in str([vars(one).get("error") for one in caplog.records])
        assert [one.project for one in await bot.store.subscriptions.find()] == ["shop"]

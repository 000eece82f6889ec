"""Log lines: one an event, with an action and fields, readable by people and machines, and without any secret."""

import ast
import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from bot import log
from bot.domain.secrets import MARK, keeping
from bot.metrics import CountActions, Metrics
from bot.slack.ids import Click
from tests.journeys.living import ADA, living

BOT = Path(log.__file__).parent
OTHERS = (
    "httpx",
    "httpcore",
    "slack_sdk",
    "slack_bolt",
    "aiohttp",
    "aiosqlite",
    "apscheduler",
    "alembic",
    "asyncio",
)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Handlers and levels as they were."""
    root, ours = logging.getLogger(), logging.getLogger(log.OURS)
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, our_level = before
    root.setLevel(level)
    ours.setLevel(our_level)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_a_line_for_people(stream: io.StringIO) -> None:
    log.set_up("text", "INFO", stream)
    logging.getLogger("bot.slack.poster").info(
        "posted", extra={"action": "posted", "project": "shop", "seconds": 3}
    )
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d INFO    bot\.slack\.poster  posted  action=posted project=shop seconds=3\n",
        stream.getvalue(),
    )


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_secret_is_in_no_field_no_traceback_and_no_line_of_other_peoples_code(
    stream: io.StringIO, log_format: Literal["text", "json"]
) -> None:
    secret = "xoxb-904821137700-qPzv0TtLw8sYd3KmRjXeUb1N"
    log.set_up(log_format, "INFO", stream)
    with keeping((secret,)):
        sent: dict[str, int] = {}
        try:
            sent[f"Bearer {secret}"] += 1
        except KeyError:
            logging.getLogger("bot.x").exception("sent %s", secret, extra={"raw": f'"{secret}"', secret: 1})
        logging.getLogger("aiohttp.client").error("Unclosed connection %r", {"proxy": f"://u:{secret}@p"})
        logging.getLogger("asyncio").error("never retrieved", exc_info=KeyError(secret))
    assert "qPzv0TtL" not in stream.getvalue()
    assert stream.getvalue().count(MARK) >= 6
    if log_format == "json":
        assert [json.loads(line)["level"] for line in stream.getvalue().splitlines()] == ["ERROR"] * 3


def test_a_line_for_machines(stream: io.StringIO) -> None:
    log.set_up("json", "INFO", stream)
    logging.getLogger("bot.slack.poster").warning(
        "posted", extra={"action": "posted", "seconds": 3.5, "told": True}
    )
    line = json.loads(stream.getvalue())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "WARNING",
        "logger": "bot.slack.poster",
        "message": "posted",
        "action": "posted",
        "seconds": 3.5,
        "told": True,
    }


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "a\r\nb",
        "action=forged",
        'quoted "words"',
        "\x1b[31mred",
        "\u2028",
        "\ud800",
        "",
        "版本",
    ],
)
def test_texts_from_outside_stay_in_their_field(stream: io.StringIO, log_format: Any, text: str) -> None:
    log.set_up(log_format, "INFO", stream)
    logging.getLogger("bot").info("said", extra={"action": "said", "error": text, "last": 1})
    line = stream.getvalue()
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    if log_format == "json":
        assert json.loads(line)["error"] == text
    else:
        assert line.count(" action=") == 1
        assert line.endswith(" last=1\n")


@pytest.mark.parametrize(
    "value", [Click.LIST_PAGE, {"a", "b"}, ValueError("no"), b"\xff", object(), None, {"a": [1]}]
)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_any_value_can_be_a_field(
    stream: io.StringIO, log_format: Any, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up(log_format, "INFO", stream)
    logging.getLogger("bot").info("said", extra={"action": "said", "value": value})
    assert "said" in stream.getvalue()
    assert capsys.readouterr().err == "", "where logging complains"


def test_the_cause_of_an_error_is_in_the_same_json_line(stream: io.StringIO) -> None:
    log.set_up("json", "INFO", stream)
    error = LookupError("gone")
    logging.getLogger("bot").error("failed", exc_info=error, extra={"action": "failed"})
    (line,) = stream.getvalue().splitlines()
    assert "LookupError: gone" in json.loads(line)["exc_info"]


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_the_level_is_kept_and_other_peoples_code_warns_only(stream: io.StringIO, level: str) -> None:
    log.set_up("text", level, stream)
    said = {name: logging.getLevelNamesMapping()[name] for name in ("DEBUG", "INFO", "WARNING", "ERROR")}
    for name in ("bot.web", *OTHERS):
        for number in said.values():
            logging.getLogger(name).log(number, "said")
    lines = [line.split()[1:3] for line in stream.getvalue().splitlines()]
    assert [word for word, name in lines if name == "bot.web"] == [
        word for word, number in said.items() if number >= said[level]
    ]
    quiet = [word for word, number in said.items() if number >= max(said[level], logging.WARNING)]
    for other in OTHERS:
        assert [word for word, name in lines if name == other] == quiet


@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
def test_what_is_counted_does_not_depend_on_what_is_shown(stream: io.StringIO, level: str) -> None:
    log.set_up("text", level, stream)
    metrics = Metrics()
    ours = logging.getLogger("bot")
    counting = CountActions(metrics)
    ours.addHandler(counting)
    logging.getLogger("bot.slack").info("posted", extra={"action": "posted"})
    ours.removeHandler(counting)
    assert b'release_bot_actions_total{action="posted",level="info"} 1.0' in metrics.text()


def logged() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the bot, the sandbox left out."""
    methods = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    for path in sorted(BOT.rglob("*.py")):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=attr)) if attr in methods:
                    yield f"{path.relative_to(BOT)}:{node.lineno}", node


def test_every_line_has_an_action_and_no_field_that_logging_keeps_for_itself() -> None:
    taken = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "time", "level", "logger"}
    calls = list(logged())
    assert len(calls) > 30
    for place, call in calls:
        extra = next((word.value for word in call.keywords if word.arg == "extra"), None)
        assert extra is not None, f"{place}: a line without an action"
        keys = {key.value for key in _keys(extra)}
        assert "action" in keys or not isinstance(extra, ast.Dict), f"{place}: a line without an action"
        assert not keys & taken, f"{place}: {keys & taken} would break the line"


def _keys(extra: ast.expr) -> Iterator[ast.Constant]:
    for node in ast.walk(extra):
        if isinstance(node, ast.Dict):
            yield from (key for key in node.keys if isinstance(key, ast.Constant))


def left_out() -> Iterator[tuple[str, ast.Call]]:
    """Every place that may be left out while the database is away, which is logged in one of these calls."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="tolerating_store_down")):
                    yield f"{path.relative_to(BOT)}:{node.lineno}", node
                case _:
                    pass


def test_no_message_is_put_together_from_parts() -> None:
    """What varies is a field: it can be searched for, and cannot break the line."""
    assert len(list(left_out())) > 5
    for place, call in left_out():
        assert isinstance(call.args[1], ast.Constant), place
    for place, call in logged():
        if place.startswith("services/tolerating.py"):
            continue  # its message is the caller's, which stands above
        message = (
            call.args[1] if isinstance(call.func, ast.Attribute) and call.func.attr == "log" else call.args[0]
        )
        assert isinstance(message, ast.Constant), place


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_no_token_is_ever_logged(stream: io.StringIO, mode: Any) -> None:
    """A whole start, work, trouble with Slack and Zadig, and a stop, with everything logged."""
    log.set_up("json", "DEBUG", stream)
    async with living(mode=mode) as life:
        for method, kind in (
            ("auth.test", "html"),
            ("apps.connections.open", "drop_after"),
            ("views.open", "500"),
        ):
            await life.http.post("/_control/faults", json={"where": "api", "method": method, "kind": kind})
        async with life.bot_running():
            if mode == "socket":
                await life.connected()
            ada = life.person(ADA)
            await ada.types("/release subscribe shop")
            await ada.sees("now subscribed")
            await ada.types("/release create shop")
            await life.zadig_fault(kind="500", times=2)
            await ada.types("/release list shop")
            await eventually_logged(stream, "503")
            await life.http.post("/_control/token", json={"revoked": True})
            await ada.types("/release create")
            await eventually_logged(stream, "token_revoked")
        installed = life.world.workspace.settings
        secrets = [installed.bot_token, installed.app_token, installed.signing_secret, life.world.zadig.token]
    lines = stream.getvalue().splitlines()
    assert len(lines) > 5
    assert all(json.loads(line)["level"] for line in lines)
    for secret in secrets:
        assert secret not in stream.getvalue()
    assert not re.search(r"ticket=[^…]", stream.getvalue())


async def eventually_logged(stream: io.StringIO, text: str) -> None:
    for _ in range(400):
        if text in stream.getvalue():
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"never logged {text}: {stream.getvalue()}")

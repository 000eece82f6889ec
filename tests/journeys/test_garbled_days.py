"""A day on which no answer can be read, and each echoes the secrets: none of them gets out, in no encoding."""

import asyncio
import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from pydantic import SecretStr

from bot import log
from bot.sandbox.slack.settings import Settings as Installed
from tests.journeys.garbler import GARBLES, Garbler, written
from tests.journeys.living import ADA, GRACE, Life, Person, living

BOT = "xoxb-904821137700-4419026631885-qPzv0TtLw8sYd3KmRjXeUb1N"
APP = "xapp-1-A09Q3V7KJ2M-8812003456719-5b0c9e7d41fa23688e91c7d5"
SIGNING = "b7e1c0d95f3a4286917de04c8ab2f6d3"
COMMANDS = (
    "list shop",
    "show shop/bad",
    "create shop",
    "retry shop/bad",
    "delete shop/bad",
    "watch shop/bad",
    "subscribe platform",
    "subscriptions",
)
# Buttons that are left alone: without its subscription the channel would hear nothing of the rest of the day.
KEPT = ("undo_subscription", "unsubscribe")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, by whomever, at the lowest level."""
    root, ours = logging.getLogger(), logging.getLogger(log.OURS)
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    log.set_up("json", "DEBUG", stream)
    root.setLevel(logging.INFO)
    yield stream
    root.handlers[:], level, our_level = before
    root.setLevel(level)
    ours.setLevel(our_level)


class Reporter:
    """Reads everything that anybody can read, as often as it is told to."""

    def __init__(self, life: Life, logged: io.StringIO, database: Path) -> None:
        self.life = life
        self.logged = logged
        self.database = database
        self.read: dict[str, str] = {}

    async def look(self, when: str) -> None:
        assert self.life.bot is not None
        transport = httpx.ASGITransport(self.life.bot.web)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as http:
            for path in ("/readyz", "/metrics", "/healthz"):
                self.read[f"{path} {when}"] = (await http.get(path)).text
        for user in (ADA, GRACE):
            self.read[f"what {user} sees {when}"] = json.dumps(
                await self.life.person(user).state(), ensure_ascii=False
            )

    def everything(self) -> dict[str, str]:
        files = self.database.parent.glob(f"{self.database.name}*")
        kept = {one.name: one.read_bytes().decode(errors="replace") for one in files}
        return {**self.read, **kept, "the log": self.logged.getvalue()}


async def everybody_tries_everything(person: Person) -> None:
    await asyncio.gather(*(person.types(f"/release {command}") for command in COMMANDS))
    await person.control("open_home")
    for message in (await person.messages())[-6:]:
        for block in message.get("blocks") or []:
            for element in block.get("elements") or []:
                if element.get("type") == "button" and "url" not in element:
                    if element["action_id"].startswith(KEPT):
                        continue
                    place = {"channel": (await person.channel("shop"))["id"], "ts": message["ts"]}
                    which = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    await person.control("click", **place, **which)
    for view in (await person.state())["views"]:
        await person.submits(view)


def secrets_in(text: str, secrets: dict[str, str]) -> set[str]:
    """Which of them stand in it and how, without the help of what should have kept them out."""
    squeezed = "".join(text.split())
    return {
        f"{name} {how}"
        for name, secret in secrets.items()
        for how, coded in written(secret).items()
        for start in (len(coded) // 3, len(coded) // 2)
        if "".join(coded.split())[start : start + 20] in squeezed or coded in text
    }


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_a_day_of_answers_that_nobody_can_read_gives_no_secret_away(
    dialect: Literal["v1", "v2"], tmp_path: Path, logged: io.StringIO
) -> None:
    database = tmp_path / "bot.sqlite3"
    url = f"sqlite+aiosqlite:///{database}"
    async with living(mode="socket", dialect=dialect, database=url) as life:
        secrets = {"the bot's token": BOT, "the app's": APP, "Zadig's": life.world.zadig.token}
        secrets["the signing secret"] = SIGNING
        installed: Installed = life.world.workspace.settings
        for name, value in {"bot_token": BOT, "app_token": APP, "signing_secret": SIGNING}.items():
            object.__setattr__(installed, name, value)
        wire = Garbler(int(life.address.rpartition(":")[2]), list(secrets.values()))
        async with wire.open():
            life.settings = life.settings.model_copy(
                update={
                    "slack_bot_token": SecretStr(BOT),
                    "slack_app_token": SecretStr(APP),
                    "slack_signing_secret": SecretStr(SIGNING),
                    "slack_api_url": f"{wire.address}/api/",
                    "zadig_url": f"{wire.address}/zadig",
                }
            )
            reporter = Reporter(life, logged, database)
            ada = life.person(ADA)
            async with life.bot_running():
                await life.connected()
                await ada.types("/release subscribe shop")
                await ada.sees("shop")
                echoes = "; ".join(text for one in secrets.values() for text in written(one).values())
                await life.zadig("shop", "create", "bad", outcome="failed", error=echoes[:30_000])
                await ada.sees("shop/bad", '"version_failed"', seconds=15)
                await everybody_tries_everything(ada)
                await reporter.look("in the morning")

                wire.garbling = lambda path: "/zadig/" in path
                end = time.monotonic() + 4
                while len(wire.garbled) < len(GARBLES) or time.monotonic() < end:
                    await everybody_tries_everything(ada)
                    await asyncio.sleep(0.1)
                await reporter.look("while Zadig garbles")

                wire.garbled.clear()
                wire.garbling = lambda path: "/zadig/" not in path and "/link" not in path
                await life.zadig("shop", "create", "worse", outcome="failed", error=echoes[:2000])
                end = time.monotonic() + 15
                while time.monotonic() < end and not (
                    len(wire.garbled) == len(GARBLES) and wire.has_garbled("/api/chat.", "/hooks/")
                ):
                    await everybody_tries_everything(life.person(GRACE))
                    await reporter.look("while Slack garbles")
                assert wire.has_garbled("/api/chat.", "/hooks/"), sorted(wire.paths)

                wire.garbling = lambda _: False
                await ada.types("/release list shop")
                await ada.sees(
                    "shop/worse", seconds=60
                )  # what failed to be sent is tried again after a while
                await everybody_tries_everything(ada)
                await reporter.look("in the evening")
    everything = reporter.everything()
    assert {"bot.sqlite3", "the log"} <= everything.keys()
    found = {where: secrets_in(text, secrets) for where, text in everything.items()}
    assert not any(found.values()), {where: sorted(what) for where, what in found.items() if what}
    assert "Traceback" in everything["the log"] or "unavailable" in everything["the log"]

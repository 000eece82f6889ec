"""Secrets from files are taken up when they change there; nothing, half of one and nonsense are not."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.compose.running import running
from bot.config import read_settings
from bot.secret_rotation import SecretRotation
from tests.compose.test_running import a_command, get, post
from tests.journeys.living import ADA, Life, living
from tests.test_cli import environment, port, process, ready

__all__ = ["port"]


async def test_a_secret_is_handed_on_when_it_has_changed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, told = tmp_path / "token", list[str]()
    path.write_text("one\n")
    rotation = SecretRotation({"zadig_token": path}, {"zadig_token": "one"}, {"zadig_token": told.append})
    for text in ("one", "two\n", "two", "", "th ree", "t\u2026", "two", "four"):
        path.write_text(text)
        await rotation.tick()
    path.unlink()
    await rotation.tick()
    await rotation.tick()
    rotation.close()
    assert told == ["two", "four"]
    actions = [vars(one)["action"] for one in caplog.records if one.levelname == "WARNING"]
    assert actions == ["secret_not_renewed"] * 4
    assert "th ree" not in str([vars(one) for one in caplog.records])


async def test_files_of_what_is_read_once_are_left_alone(tmp_path: Path) -> None:
    rotation = SecretRotation({"database_url": tmp_path / "nowhere"}, {}, {})
    await rotation.tick()


def from_files(life: Life, directory: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Every secret of this life in a file; where they are."""
    files: dict[str, Path] = {}
    for name, value in environment(life, "http", 0).items():
        monkeypatch.setenv(name, value)
        if name in {"ZADIG_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}:
            monkeypatch.delenv(name)
            files[name] = directory / name
            files[name].write_text(value)
            monkeypatch.setenv(f"{name}_FILE", str(files[name]))
    monkeypatch.chdir(directory)
    return files


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(300):
        if await holds():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never came to that")


async def test_a_token_that_zadig_refuses_is_said_by_readyz_until_the_file_has_another(
    port: int, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("header.e30.signature")
    async with living() as life:
        life.world.workspace.configure(request_url=f"http://127.0.0.1:{port}/slack/events")
        ours = environment(life, "http", port) | {"ZADIG_TOKEN": "", "ZADIG_TOKEN_FILE": str(file)}
        async with process("serve", cwd=tmp_path, **ours) as bot:
            await ready(life.http, port, bot)
            ada = life.person(ADA)
            await ada.types("/release list shop")
            await ada.sees("does not accept")
            answer = await life.http.get(f"http://127.0.0.1:{port}/readyz")
            assert answer.status_code == 200
            assert "Zadig refuses the bot's token" in answer.json()["degraded"]["zadig"]
            file.write_text(f"{life.world.zadig.token}\n")

            async def well() -> bool:
                return "degraded" not in (await life.http.get(f"http://127.0.0.1:{port}/readyz")).json()

            await until(well)
            await ada.types("/release list shop")
            await ada.sees("v11")


async def test_what_slack_signs_with_is_taken_up_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with living() as life:
        files = from_files(life, tmp_path, monkeypatch)
        good = files["SLACK_SIGNING_SECRET"].read_text()
        files["SLACK_SIGNING_SECRET"].write_text("an-older-one")
        files["SLACK_BOT_TOKEN"].write_text("xoxb-older")
        async with running(read_settings()) as bot:

            async def answers() -> bool:
                return (await post(life, bot, a_command(life, "help"))).status_code == 200

            async def well() -> bool:
                return not (await get(bot, "/readyz")).json()["problems"]

            assert not await answers()
            assert not await well()
            files["SLACK_SIGNING_SECRET"].write_text(good)
            files["SLACK_BOT_TOKEN"].write_text(life.world.workspace.settings.bot_token)
            await until(answers)
            await until(well)


async def test_socket_mode_connects_with_what_the_file_has_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "app-token"
    file.write_text("xapp-older")
    monkeypatch.chdir(tmp_path)
    async with living(mode="socket") as life:
        for name, value in environment(life, "socket", 0).items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("SLACK_APP_TOKEN")
        monkeypatch.setenv("SLACK_APP_TOKEN_FILE", str(file))
        async with running(read_settings()) as bot:

            async def refused() -> bool:
                return "socket_mode" in (await get(bot, "/readyz")).json()["problems"]

            async def well() -> bool:
                return not (await get(bot, "/readyz")).json()["problems"]

            await until(refused)
            file.write_text(life.world.workspace.settings.app_token)
            await until(well)

"""Rules that change while the bot runs: they hold within seconds, and what they forbid ends."""

from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.journeys.living import ADA, GRACE, eventually, living


async def test_changed_rules_hold_without_a_restart_and_broken_ones_stop_changes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rules = tmp_path / "access.toml"
    rules.write_text('[general]\nchange = ["U0NOBODY"]\n\n[projects.Billing]\nread = ["U0NOBODY"]\n')
    async with living(access_file=rules) as life, life.bot_running() as bot:
        ada = life.person(ADA)

        async def until(command: str, *texts: str) -> None:
            for _ in range(40):
                await ada.types(command)
                with suppress(AssertionError):
                    await ada.modal(*texts, seconds=0.3)
                    return
            raise AssertionError(texts)

        await ada.types("/release list billing")
        await ada.sees("no project billing")
        await until("/release create shop/v14", "not create, retry or delete")
        rules.write_text(f'[general]\nchange = ["{ADA}"]\n')
        await until("/release create shop/v14", "environment")
        rules.write_text("[general")
        await until("/release create shop/v15", "access file cannot be read right now")
        await ada.types("/release list shop")
        await ada.sees("Versions of shop")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=bot.web), base_url="http://bot.test"
        ) as client:
            assert "access file is broken" in (await client.get("/readyz")).text

        async def named() -> bool | None:
            said = [record.__dict__ for record in caplog.records]
            names = {one.get("where") for one in said if one.get("action") == "access_unknown_name"}
            return (
                names >= {"[projects.Billing]", "U0NOBODY in general.change, projects.Billing.read"} or None
            )

        await eventually(named, "unknown names in the log", ada.state(), 10)


async def test_who_may_not_read_any_more_hears_that_and_nothing_else(
    tmp_path: Path,
) -> None:
    rules = tmp_path / "access.toml"
    rules.write_text("[general]\n")
    async with living(access_file=rules) as life, life.bot_running(expire_every=0.5):
        ada, grace = life.person(ADA), life.person(GRACE)
        await life.zadig("shop", "create", "v90", outcome="hang")
        for person in (ada, grace):
            await person.types("/release watch shop/v90")
            await person.sees("You're now watching")
        await grace.types("/release subscribe shop", channel="general")
        await grace.sees("now subscribed", channel="general")
        rules.write_text(f'[projects.Shop]\nread = ["{ADA}"]\n')
        await grace.hears("You've stopped watching a version", seconds=15)
        await grace.sees("A subscription of this channel has ended", channel="general", seconds=15)
        await life.zadig("shop", "succeed", "v90")
        await ada.hears("v90")
        assert not [one for one in await grace.direct_messages() if "v90" in str(one)]
        await grace.types("/release subscriptions", channel="general")
        await grace.sees("n't subscribed to any project", channel="general")

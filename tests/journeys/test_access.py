"""People who may not see a project are not shown it, and those who may only look change nothing."""

from pathlib import Path

import httpx

from tests.journeys.living import ADA, GRACE, living
from tests.slack.served import scopes_but

GUEST = "U0GUEST0001"
RULES = f"""
[general]
change = ["{ADA}"]

[projects.billing]
read = ["C0GENERAL01"]
"""


async def test_rules_hold_for_commands_forms_and_buttons(tmp_path: Path) -> None:
    rules = tmp_path / "access.toml"
    rules.write_text(RULES)
    async with living(access_file=rules) as life, life.bot_running():
        ada, grace = life.person(ADA), life.person(GRACE)
        await grace.types("/release list shop")
        await grace.sees("Versions of shop")
        await grace.types("/release list billing")
        await grace.sees("no project billing")
        await grace.types("/release list billing", channel="general")
        await grace.sees("Versions of billing", channel="general")
        await ada.types("/release list billing")
        await ada.sees("Versions of billing")

        for what in ("create shop/v14", "create", "delete shop/v13", "retry shop/v11"):
            await grace.types(f"/release {what}")
            await grace.modal("not create, retry or delete")
        await grace.types("/release create shop/v14")
        await grace.modal(f"People with access: <@{ADA}>")
        await grace.types("/release list shop")
        await grace.clicks(await grace.sees("Versions of shop"), "Use as template")
        await grace.modal("not create, retry or delete")
        assert not life.zadig_asked("POST", "/releases")
        assert not life.zadig_asked("DELETE", "/releases")


async def test_guests_are_told_that_they_cannot_use_the_bot() -> None:
    async with living() as life, life.bot_running():
        guest = life.person(GUEST)
        await guest.types("/release list shop", channel="releases")
        await guest.sees("Guests cannot use this bot", channel="releases")


async def test_without_the_scope_that_says_who_people_are_nobody_gets_in_and_operators_are_told() -> None:
    async with living() as life:
        manifested = scopes_but("users:read")
        manifested["settings"]["socket_mode_enabled"] = False
        life.world.workspace.configure(manifest=manifested)
        async with life.bot_running() as bot:
            ada, guest = life.person(ADA), life.person(GUEST)
            await guest.types("/release delete shop/v13", channel="releases")
            await ada.types("/release list shop")
            for person, channel in ((ada, "shop"), (guest, "releases")):
                told = await person.sees("Slack does not let this bot find out who you are", channel=channel)
                assert "users:read" in str(told)
            transport = httpx.ASGITransport(app=bot.web)
            async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
                ready = await http.get("/readyz")
        assert ready.status_code == 503
        assert "Nothing can be changed" in ready.text
        assert not life.zadig_asked("DELETE", "/releases")

"""`check`: a line for each thing that is right, and for each that is not what to do about it."""

import argparse
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import Connection, insert

from bot import cli
from bot.check import CheckLine, check, scopes_finding
from bot.config import Settings
from bot.domain.watching import Subscription
from bot.sandbox.slack.people import BOT_USER_ID, OPS_SECRET, SHOP
from bot.slack.manifest import manifest
from bot.store import open_store
from bot.store.engine import open_database
from bot.store.migrating import SCRIPTS
from bot.store.tables import subscriptions
from tests.journeys.living import Life, living
from tests.test_log import restored

__all__ = ["restored"]


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    database = f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3"
    async with living(mode="socket", database=database) as life:
        yield life


async def checked(life: Life, **changed: Any) -> dict[str, CheckLine]:
    """The findings by what they are about; whatever they say, it holds no secret and stays on its line."""
    settings = life.settings.model_copy(update=changed)
    findings = await check(settings)
    for finding in findings:
        mark = "FIX  " if not finding.right else "ok   " if finding.tried else "--   "
        assert finding.line.startswith(mark)
        assert finding.right or " → " in finding.line, finding.line
        assert len(finding.line.splitlines()) == 1
        for secret in (settings.slack_bot_token, settings.slack_app_token, settings.zadig_token):
            assert secret is None or secret.get_secret_value() not in finding.line
    return {finding.what: finding for finding in findings}


def wrong(findings: dict[str, CheckLine]) -> dict[str, str]:
    return {what: finding.line for what, finding in findings.items() if not finding.right}


async def subscribe(life: Life, channel: str) -> None:
    async with open_store(life.settings.database_url) as store:
        await store.subscriptions.subscribe(
            Subscription(channel=channel, project="shop", by="U0ADA000001", since=0)
        )


async def older(url: str) -> None:
    """A database that a release with the first schema has made, with a subscription."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")

    def begin(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "v0001")

    async with open_database(url, timeout_seconds=5) as database, database.write() as connection:
        await connection.run_sync(begin)
        row = {"channel": SHOP, "project": "shop", "by": "U0ADA000001", "since": 0}
        flags = {"only_failures": False, "in_thread": False, "cards": True}
        await connection.execute(insert(subscriptions).values(**row, **flags))


async def test_everything_is_right(life: Life) -> None:
    await subscribe(life, SHOP)
    findings = await checked(life)
    assert wrong(findings) == {}
    assert [*findings] == [
        "Slack bot token",
        "Slack scopes",
        "Slack app token",
        "ZADIG_TOKEN",
        "Zadig API",
        "Zadig projects",
        "Zadig versions",
        "Database",
        f"Channel {SHOP}",
    ]
    assert "U0BOT000001 in team T0SANDBOX01" in findings["Slack bot token"].says


async def test_nothing_is_changed_in_slack_or_zadig(life: Life) -> None:
    await subscribe(life, SHOP)
    await checked(life)
    asked = {entry["method"] for entry in life.world.zadig.traffic.after(0)}
    assert asked == {"GET"}
    called = {entry["name"] for entry in life.world.workspace.traffic.after(0) if entry["direction"] == "api"}
    assert called == {"auth.test", "apps.connections.open", "conversations.history"}


async def test_a_database_that_is_not_there_is_not_made(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "typo.sqlite3"
    findings = await checked(life, database_url=f"sqlite+aiosqlite:///{path}")
    assert wrong(findings) == {}
    assert findings["Database"].says == f"{path} does not exist yet: `serve` will create it"
    assert not path.parent.exists()


async def test_a_database_of_an_older_release_is_not_upgraded(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "older.sqlite3"
    await older(f"sqlite+aiosqlite:///{path}")
    before = path.read_bytes()
    findings = await checked(life, database_url=f"sqlite+aiosqlite:///{path}")
    assert wrong(findings) == {}
    assert "`serve` will bring the schema" in findings["Database"].says
    assert findings[f"Channel {SHOP}"].right
    assert path.read_bytes() == before


async def test_without_subscriptions_there_is_no_channel_to_check(life: Life) -> None:
    assert (await checked(life))["Channels"].line == "ok   Channels: none subscribed yet"


async def test_over_http_no_app_token_is_needed(life: Life) -> None:
    findings = await checked(life, slack_app_token=None)
    assert wrong(findings) == {}
    assert findings["Slack delivery"].line.startswith("--   Slack delivery: HTTP")


async def test_a_wrong_bot_token(life: Life) -> None:
    lines = wrong(await checked(life, slack_bot_token=SecretStr("xoxb-hush")))
    assert lines.keys() == {"Slack bot token"}
    assert "invalid_auth" in lines["Slack bot token"]
    assert "SLACK_BOT_TOKEN" in lines["Slack bot token"]


async def test_missing_scopes_are_named(life: Life) -> None:
    less = manifest()
    less["oauth_config"]["scopes"]["bot"] = ["commands", "chat:write", "channels:history", "groups:history"]
    life.world.workspace.configure(manifest=less)
    lines = wrong(await checked(life))
    assert lines.keys() == {"Slack scopes"}
    assert (
        "missing: app_mentions:read, channels:read, groups:read, im:history, im:write"
        in lines["Slack scopes"]
    )
    assert "install it again" in lines["Slack scopes"]


def test_a_server_that_does_not_say_the_scopes_is_not_said_to_lack_them() -> None:
    assert scopes_finding(frozenset()).right
    assert not scopes_finding(frozenset({"chat:write"})).right


async def test_a_wrong_app_token(life: Life) -> None:
    lines = wrong(await checked(life, slack_app_token=SecretStr("xapp-hush")))
    assert lines.keys() == {"Slack app token"}
    assert "invalid_auth" in lines["Slack app token"]
    assert "connections:write" in lines["Slack app token"]


async def test_no_slack_at_all(life: Life) -> None:
    await subscribe(life, SHOP)
    lines = wrong(await checked(life, slack_api_url="http://127.0.0.1:1/api/"))
    assert lines.keys() == {"Slack bot token", "Slack app token", f"Channel {SHOP}"}
    assert "SLACK_API_URL" in lines["Slack bot token"]
    assert "connections:write" not in lines["Slack app token"], "nobody has refused the token"


@pytest.mark.parametrize("kind", ["500", "html", "truncated", "drop_before", "429"])
async def test_a_slack_in_trouble(life: Life, kind: str) -> None:
    await subscribe(life, SHOP)
    await life.http.post("/_control/faults", json={"where": "api", "kind": kind, "times": None})
    lines = wrong(await checked(life))
    assert lines.keys() == {"Slack bot token", "Slack app token", f"Channel {SHOP}"}


async def test_a_channel_without_the_bot(life: Life) -> None:
    await subscribe(life, SHOP)
    await subscribe(life, OPS_SECRET)
    body = {"channel": SHOP, "user": BOT_USER_ID, "present": False}
    await life.http.post("/_control/membership", json=body)
    lines = wrong(await checked(life))
    assert lines.keys() == {f"Channel {SHOP}", f"Channel {OPS_SECRET}"}
    assert "not_in_channel" in lines[f"Channel {SHOP}"]
    assert "invite the bot" in lines[f"Channel {OPS_SECRET}"]


async def test_nobody_is_told_to_invite_a_bot_that_lacks_a_token_or_a_scope(life: Life) -> None:
    await subscribe(life, SHOP)
    line = wrong(await checked(life, slack_bot_token=SecretStr("xoxb-hush")))[f"Channel {SHOP}"]
    assert "invite" not in line
    assert "fix what is named above" in line


async def test_a_token_of_zadig_that_is_refused(life: Life) -> None:
    for token in ("hush", "hush\u2026"):
        lines = wrong(await checked(life, zadig_token=SecretStr(token)))
        assert "ZADIG_TOKEN" in str(lines)


async def test_no_zadig_at_all(life: Life) -> None:
    lines = wrong(await checked(life, zadig_url="http://127.0.0.1:1"))
    assert lines.keys() == {"Zadig API"}


async def test_something_else_where_zadig_should_be(life: Life) -> None:
    lines = wrong(await checked(life, zadig_url=life.address))
    assert "ZADIG_URL" in str(lines)


async def test_a_dialect_that_is_not_spoken(life: Life) -> None:
    lines = wrong(await checked(life, zadig_dialect="v2"))
    assert lines
    assert "ZADIG_DIALECT" in str(lines)


@pytest.mark.parametrize("licence", ["expired", "unreachable"])
async def test_a_licence_that_is_not_valid(life: Life, licence: str) -> None:
    answer = (await life.http.post("/zadig/_control/license", json={"license": licence})).json()
    assert answer["ok"], answer
    lines = wrong(await checked(life))
    assert len(lines) == 1
    assert "licence" in str(lines).lower()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////proc/nowhere/bot.sqlite3",
        "postgresql+asyncpg://bot:hush@127.0.0.1:1/bot",
    ],
)
async def test_no_database(life: Life, url: str) -> None:
    lines = wrong(await checked(life, database_url=url))
    assert lines.keys() == {"Database"}
    assert "DATABASE_URL" in lines["Database"]
    assert "hush" not in lines["Database"]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (
            '[general]\nchange = ["U0ADA000001"]\n[projects.shop]\nread = ["C0SHOP00001"]',
            "all names are known",
        ),
        (
            "[projects.Shop]\nread = []",
            "[projects.Shop]: the project is called shop; the rule still applies to it",
        ),
        ("[projects.shoop]\nread = []", "did you mean shop?"),
        (
            '[general]\nchange = ["U0NOBODY"]',
            "U0NOBODY in general.change: Slack knows no user with this id here",
        ),
        ('[general]\nchange = ["S0NOTHING"]', "S0NOTHING in general.change: Slack knows no user group"),
        ('[general]\nread = ["C0NOWHERE"]', "C0NOWHERE in general.read: Slack knows no channel with this id"),
        ('[general]\nchange = ["Ada"]', "'Ada' is not everyone, members, or the id of"),
        ("[general", "is not TOML"),
        (None, "cannot be read"),
    ],
)
async def test_the_access_file(life: Life, tmp_path: Path, rules: str | None, says: str) -> None:
    path = tmp_path / "access.toml"
    if rules is not None:
        path.write_text(rules)
    finding = (await checked(life, access_file=path))["Access file"]
    assert finding.right == (says == "all names are known")
    assert says in finding.says


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(("token", "status"), [("", 0), ("xoxb-hush", 1)])
async def test_the_status_says_whether_anything_is_wrong(
    life: Life,
    token: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = life.settings.model_copy(update={"slack_bot_token": SecretStr(token)} if token else {})

    def read() -> Settings:
        return settings

    monkeypatch.setattr(cli, "read_settings", read)
    assert await cli._check(argparse.Namespace()) == status
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == (9 if status == 0 else 8)
    assert all(line.startswith(("ok   ", "FIX  ")) for line in lines)

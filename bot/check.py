"""`check`: is everything right, line by line, with the fix on each line that is not."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.access_file import read_policy
from bot.clock import SystemClock
from bot.compose.connections import SLACK_SECONDS, slack_client
from bot.config import Settings, SettingsError
from bot.domain.access import Policy
from bot.domain.errors import ReleaseBotError, to_operator
from bot.domain.secrets import for_operators, keeping
from bot.slack.access_check import UnknownName, unknown_names, unknown_projects
from bot.slack.failures import SlackFailed, asked
from bot.slack.identity import Identity
from bot.slack.manifest import SCOPES
from bot.store import Inspection, Schema, inspect_store
from bot.zadig import Zadig, open_zadig

DATABASE_FIX = "Check DATABASE_URL, and that the server is running or the directory is writable."

INVITE = "invite the bot into the channel, or end its subscriptions there"
STANDINGS = {
    Schema.MISSING: "answers, takes writes and is empty: `serve` will create its tables",
    Schema.OLDER: "answers and takes writes; `serve` will bring the schema of an older release up to date",
    Schema.CURRENT: "answers and takes writes, and its schema is up to date",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine:
    """One thing that was looked at; `fix` says what to do if it is not right. `tried`: it was, and not only read."""

    what: str
    right: bool
    says: str
    fix: str = ""
    tried: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "says", for_operators(self.says))

    @property
    def line(self) -> str:
        mark = "FIX " if not self.right else "ok  " if self.tried else "--  "
        fix = f" → {self.fix}" if self.fix and not self.right else ""
        return f"{mark} {self.what}: {self.says}{fix}"


async def check(settings: Settings) -> list[CheckLine]:
    """Everything that can be looked at; never raises. Nothing is changed by it, neither outside nor in the database."""
    with keeping(settings.secrets):
        return await _check(settings)


async def _check(settings: Settings) -> list[CheckLine]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS)) as session:
        client = slack_client(settings, session)
        slack = [*await _bot_token(client), await _app_token(client, settings)]
        outside = [*slack, *await _zadig(settings), *await _database(settings, client)]
        return [*outside, *await _access_file(settings, client)]


async def _bot_token(client: AsyncWebClient) -> list[CheckLine]:
    identity = Identity(client)
    await identity.refresh()
    if identity.problem:
        fix = (
            "copy the Bot User OAuth Token of the app into SLACK_BOT_TOKEN; check SLACK_API_URL if you set it"
        )
        return [
            CheckLine(
                what="Slack bot token", right=False, says=_with_words(identity.problem, identity.raw), fix=fix
            )
        ]
    who = f"{identity.result.bot_user_id or '?'} in team {identity.result.team_id or '?'}"
    return [CheckLine(what="Slack bot token", right=True, says=who), scopes_finding(identity.scopes)]


def scopes_finding(said: frozenset[str]) -> CheckLine:
    """What the token lacks; Slack always says what it has, other servers may not."""
    missing = sorted(SCOPES.keys() - said)
    if not said:
        says = "not tried: this server does not list the token's scopes"
        return CheckLine(what="Slack scopes", right=True, says=says, tried=False)
    return CheckLine(
        what="Slack scopes",
        right=not missing,
        says=f"missing: {', '.join(missing)}" if missing else "complete",
        fix="add them to the app (manifest.yml has them all) and install it again",
    )


async def _app_token(client: AsyncWebClient, settings: Settings) -> CheckLine:
    if settings.slack_app_token is None:
        says = "HTTP; SLACK_SIGNING_SECRET is tried only when Slack sends something"
        return CheckLine(what="Slack delivery", right=True, says=says, tried=False)
    try:
        await asked(client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value()))
    except SlackFailed as error:
        fix = "create an app-level token with the scope connections:write, switch Socket Mode on, set SLACK_APP_TOKEN"
        return _failed("Slack app token", error, fix)
    return CheckLine(what="Slack app token", right=True, says="Socket Mode can connect")


def _failed(what: str, error: SlackFailed, fix: str) -> CheckLine:
    """`fix` helps where Slack has said no; where it has said nothing, only time does."""
    return CheckLine(what=what, right=False, says=_why(error), fix=fix if error.code else error.remedy)


def _why(error: ReleaseBotError) -> str:
    return _with_words(str(error), error.raw)


def _with_words(text: str, raw: str) -> str:
    return f"{text} ({' '.join(raw.split())})" if raw else text


def database_fix(error: ReleaseBotError) -> str:
    """What to do about a database, for the people who run the bot."""
    return DATABASE_FIX if error.remedy == type(error).remedy else to_operator(error.remedy)


def _open_zadig(settings: Settings) -> AbstractAsyncContextManager[Zadig]:
    return open_zadig(
        url=settings.zadig_url,
        token=settings.zadig_token.get_secret_value(),
        clock=SystemClock(),
        dialect=settings.zadig_dialect,
        version=settings.zadig_version or "",
    )


async def _zadig(settings: Settings) -> list[CheckLine]:
    try:
        async with _open_zadig(settings) as zadig:
            return [
                CheckLine(what=found.subject, right=found.ok, says=found.text, fix=found.remedy)
                for found in await zadig.diagnose()
            ]
    except ReleaseBotError as error:
        return [CheckLine(what="Zadig", right=False, says=str(error), fix=to_operator(error.remedy))]


async def _database(settings: Settings, client: AsyncWebClient) -> list[CheckLine]:
    try:
        found = await inspect_store(settings.database_url)
    except ReleaseBotError as error:
        return [CheckLine(what="Database", right=False, says=_why(error), fix=database_fix(error))]
    return [
        CheckLine(what="Database", right=True, says=_standing(found)),
        *[await _channel(client, channel) for channel in found.channels],
        *([] if found.channels else [CheckLine(what="Channels", right=True, says="none subscribed yet")]),
    ]


def _standing(found: Inspection) -> str:
    if found.absent:
        return f"{found.absent} does not exist yet: `serve` will create it"
    return STANDINGS[found.schema]


async def _channel(client: AsyncWebClient, channel: str) -> CheckLine:
    """History can be read exactly where the bot may post: as a member of a channel that still lives."""
    what = f"Channel {channel}"
    try:
        await asked(client.conversations_history(channel=channel, limit=1))
    except SlackFailed as error:
        absent = error.code in {"not_in_channel", "channel_not_found"}
        return _failed(what, error, INVITE if absent else "fix what is named above, then check again")
    return CheckLine(what=what, right=True, says="the bot is a member")


async def _access_file(settings: Settings, client: AsyncWebClient) -> list[CheckLine]:
    """Whether it can be read, and whether everything that it names is there."""
    if settings.access_file is None:
        return []
    try:
        policy = read_policy(settings.access_file)
    except SettingsError as error:
        says = "; ".join(str(error).removeprefix("ACCESS_FILE: ").splitlines())
        return [CheckLine(what="Access file", right=False, says=says, fix="the README shows its format")]
    wrong, silent = await unknown_names(policy, client)
    unsure = [f"{one.where}: not checked: {one.says}" for one in silent]
    findings = [_misnamed(str(one)) for one in [*await _unknown_projects(settings, policy), *wrong]]
    findings += [_misnamed(one, fix="fix what is named above, then check again") for one in unsure]
    return findings or [
        CheckLine(what="Access file", right=True, says=f"{settings.access_file}: all names are known")
    ]


def _misnamed(says: str, *, fix: str = "correct the name in the access file, or take it out") -> CheckLine:
    return CheckLine(what="Access file", right=False, says=says, fix=fix)


async def _unknown_projects(settings: Settings, policy: Policy) -> list[UnknownName]:
    if not policy.projects:
        return []
    try:
        async with _open_zadig(settings) as zadig:
            return unknown_projects(policy, [one.key for one in await zadig.catalog.projects()])
    except ReleaseBotError as error:
        return [UnknownName(where="projects", says=f"not checked: {error}")]

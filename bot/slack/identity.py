"""Who the bot is in Slack: asked once at start and now and then, never while a user waits for an answer."""

import asyncio
import logging
import math
import re
from dataclasses import dataclass, field
from http import HTTPStatus

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import SlackFailed, asked

log = logging.getLogger(__name__)

FRESH_SECONDS = 60.0
AGAIN_SECONDS = 5.0
# What Slack's codes look like; anything else comes from elsewhere, and may say more than may be public.
_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """The workspace that the bot is installed in, and on Enterprise Grid its organisation; either id may be empty."""

    team: str
    enterprise: str = ""


@dataclass(slots=True)
class Identity:
    """The answer of auth.test; until it has come, requests are served all the same.

    `problem` is empty if all is well, else a sentence of ours that anyone may read; `raw` is what was said, for operators.

    `asked_at`: when Slack was last asked, in seconds that never jump. `refused`: Slack answered, and took the token for a
    wrong one; asking more often changes nothing about that.
    """

    client: AsyncWebClient
    problem: str = "Slack has not been asked yet"
    raw: str = ""
    result: AuthorizeResult = field(init=False)
    scopes: frozenset[str] = frozenset()
    asked_at: float = -math.inf
    refused: bool = False
    _asking: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=self.client.token)

    async def keep_fresh(self, *, now: float) -> None:
        """To be called often: asks once a minute, and every few seconds while Slack cannot be asked."""
        if now - self.asked_at >= (AGAIN_SECONDS if self.problem and not self.refused else FRESH_SECONDS):
            self.asked_at = now
            await self.refresh()

    @property
    def workspace(self) -> Workspace | None:
        """None until Slack has said it."""
        team, enterprise = self.result.team_id or "", self.result.enterprise_id or ""
        return Workspace(team=team, enterprise=enterprise) if team or enterprise else None

    def team(self) -> str:
        """The workspace's id; on Enterprise Grid that of the organisation, which its workspaces share. Empty until it is known."""
        return (self.workspace.enterprise or self.workspace.team) if self.workspace else ""

    async def found_out(self) -> Workspace | None:
        """The workspace; asks if that is not known yet, once for all who wait. None if Slack does not say it."""
        if self.workspace is None and not self.refused:
            self._asking = self._asking or asyncio.create_task(self._find_out())
            await asyncio.shield(self._asking)
        return self.workspace

    async def _find_out(self) -> None:
        try:
            await self.refresh()
        finally:
            self._asking = None

    def doubt(self) -> None:
        """Another caller was refused, or did not get through: the next `keep_fresh` asks, unless that is known already."""
        if not self.problem:
            self.asked_at = -math.inf

    def renew(self, token: str) -> None:
        """Use another token from now on; the next `keep_fresh` asks with it."""
        self.client.token = token
        self.result = AuthorizeResult(
            enterprise_id=self.result.enterprise_id,
            team_id=self.result.team_id,
            bot_user_id=self.result.bot_user_id,
            bot_token=token,
        )
        self.asked_at, self.refused = -math.inf, False

    async def refresh(self) -> None:
        """Ask once; what goes wrong is kept as `problem` and logged when it changes."""
        before = self.problem
        try:
            answer = await asked(self.client.auth_test())
        except SlackFailed as error:
            self.problem, self.raw, self.refused = _problem(error), error.raw, _refuses(error)
        else:
            self.problem, self.raw, self.refused = "", "", False
            self.scopes = frozenset(_scopes(answer.headers))
            self.result = AuthorizeResult.from_auth_test_response(
                auth_test_response=answer, bot_token=self.client.token, bot_scopes=sorted(self.scopes)
            )
        if self.problem != before:
            level = logging.WARNING if self.problem else logging.INFO
            said = {"problem": self.problem, "raw": self.raw}
            log.log(level, "identity", extra={"action": "identity", **said})


def _refuses(error: SlackFailed) -> bool:
    return error.status == HTTPStatus.OK and bool(error.code) and not error.silent


def code_of(error: SlackFailed) -> str:
    """Slack's own word for it, if that is what it looks like."""
    return error.code if _CODE.fullmatch(error.code) else ""


def _problem(error: SlackFailed) -> str:
    code = code_of(error)
    if _refuses(error):
        return f"Slack refuses the bot's token: {code}".removesuffix(": ")
    if error.status:
        return f"Slack answers with status {error.status} {code}".rstrip()
    return "Slack is not reachable" if error.unsent else "Slack gives no answer that can be read"


def _scopes(headers: dict[str, object]) -> list[str]:
    value = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return [scope.strip() for scope in str(value).split(",") if scope.strip()]

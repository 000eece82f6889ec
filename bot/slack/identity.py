"""Who the bot is in Slack: asked once at start and now and then, never while somebody waits for an answer."""

import logging
from dataclasses import dataclass, field

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import SlackFailed, asked

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Identity:
    """The answer of auth.test; until it has come, requests are served all the same. `problem` is empty if all is well."""

    client: AsyncWebClient
    problem: str = "Slack has not been asked yet"
    result: AuthorizeResult = field(init=False)
    scopes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=self.client.token)

    async def refresh(self) -> None:
        """Ask once; what goes wrong is kept as `problem` and logged when it changes."""
        before = self.problem
        try:
            answer = await asked(self.client.auth_test())
        except SlackFailed as error:
            self.problem = _problem(error)
        else:
            self.problem = ""
            self.scopes = frozenset(_scopes(answer.headers))
            self.result = AuthorizeResult.from_auth_test_response(
                auth_test_response=answer, bot_token=self.client.token, bot_scopes=sorted(self.scopes)
            )
        if self.problem != before:
            level = logging.WARNING if self.problem else logging.INFO
            log.log(level, "identity", extra={"action": "identity", "problem": self.problem})


def _problem(error: SlackFailed) -> str:
    if error.status is None:
        return f"Slack is not reachable: {error.raw}"
    return f"Slack refuses the bot's token: {error.code or f'HTTP {error.status}'}"


def _scopes(headers: dict[str, object]) -> list[str]:
    value = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return [scope.strip() for scope in str(value).split(",") if scope.strip()]

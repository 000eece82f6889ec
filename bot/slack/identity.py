"""Who the bot is in Slack: asked once at start and now and then, never while somebody waits for an answer."""

import logging
from dataclasses import dataclass, field

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

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
            answer = await self.client.auth_test()
        except SlackApiError as error:
            code = error.response.get("error") or f"HTTP {error.response.status_code}"
            self.problem = f"Slack refuses the bot's token: {code}"
        except (aiohttp.ClientError, TimeoutError) as error:
            self.problem = f"Slack is not reachable: {error!r}"
        else:
            self.problem = ""
            self.scopes = frozenset(_scopes(answer.headers))
            self.result = AuthorizeResult.from_auth_test_response(
                auth_test_response=answer, bot_token=self.client.token, bot_scopes=sorted(self.scopes)
            )
        if self.problem != before:
            level = logging.WARNING if self.problem else logging.INFO
            log.log(level, "identity", extra={"action": "identity", "problem": self.problem})


def _scopes(headers: dict[str, object]) -> list[str]:
    value = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return [scope.strip() for scope in str(value).split(",") if scope.strip()]

"""Slack's refusals and silences: the one place that looks into the errors of slack_sdk and aiohttp."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import Unavailable
from bot.domain.secrets import class_and_message, for_operators

Answer = TypeVar("Answer")

# A Retry-After of more digits is no number of seconds that is meant.
LONGEST_WAIT_DIGITS = 6
# What Slack says in a body with status 200 where it has no answer; nothing at all: the body is no answer of Slack's.
_NOT_NOW = frozenset(
    {
        "",
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
    }
)


class SlackFailed(Unavailable):
    """Slack refused a call, or gave no answer that can be read.

    `code` is Slack's own word (`not_in_channel`), empty if there was none; `status` the HTTP status, None without an
    answer; `retry_after` seconds, as Slack asked for. `unsent`: no connection stood, so nothing can have happened.
    """

    remedy = "Try again in a minute."

    @property
    def silent(self) -> bool:
        """Slack has said neither yes nor no: no connection, no answer in time, none that can be read, 5xx or 429."""
        if self.status is None or self.status == HTTPStatus.TOO_MANY_REQUESTS:
            return True
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return True
        return self.status == HTTPStatus.OK and self.code in _NOT_NOW

    def __init__(
        self,
        text: str,
        *,
        raw: str = "",
        code: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        unsent: bool = False,
    ) -> None:
        super().__init__(text, raw=raw)
        self.code = for_operators(code)
        self.status = status
        self.retry_after = retry_after
        self.unsent = unsent


async def asked(call: Awaitable[Answer]) -> Answer:
    """The answer to a call of slack_sdk's or aiohttp's client. Whatever goes wrong on the way is a SlackFailed."""
    try:
        return await call
    except SlackApiError as error:
        raise _refused(error) from error
    except aiohttp.ClientConnectorError as error:
        raise SlackFailed("Slack is not reachable.", raw=class_and_message(error), unsent=True) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SlackFailed("Slack did not answer.", raw=class_and_message(error)) from error
    except (AttributeError, UnicodeDecodeError) as error:
        # slack_sdk, of answers that are text or a list instead of an object, or in a broken encoding
        raise SlackFailed("Slack's answer cannot be read.", raw=class_and_message(error)) from error


class TooManyPages(Exception):  # noqa: N818 - not an error
    """A list goes on where reading it ends."""


async def pages(
    ask: Callable[..., Awaitable[AsyncSlackResponse]], *, at_most: int, **arguments: Any
) -> AsyncIterator[AsyncSlackResponse]:
    """The answers of a method that answers page by page. Raises SlackFailed, and TooManyPages after `at_most`."""
    cursor = None
    for _ in range(at_most):
        answer = await asked(ask(**arguments, cursor=cursor))
        yield answer
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if not cursor:
            return
    raise TooManyPages


def refused(status: int, code: str, headers: Mapping[str, Any]) -> SlackFailed:
    """An answer that says no; `code` may be empty."""
    said = f"Slack refused: {code}." if code else f"Slack answered with status {status}."
    return SlackFailed(said, code=code, status=status, retry_after=_retry_after(headers))


def _refused(error: SlackApiError) -> SlackFailed:
    """`response` is aiohttp's where slack_sdk could not read the body, and its data can be anything that is JSON."""
    response: Any = error.response
    status: int = response.status if isinstance(response, aiohttp.ClientResponse) else response.status_code
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return refused(status, str(code or ""), response.headers)


def _retry_after(headers: Mapping[str, Any]) -> float | None:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    text = str(value[0] if isinstance(value, list) else value)
    return float(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_WAIT_DIGITS else None

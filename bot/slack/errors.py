"""The one funnel that answers people when something goes wrong, where they are; unknown errors get a reference id."""

import logging
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.domain.errors import Refused, ReleaseBotError
from bot.slack.talk import Talk, ViewGone
from bot.slack.views.notice import refused
from bot.slack.views.problem import problem

log = logging.getLogger(__name__)


class Where(Protocol):
    """Where a person is waiting for an answer."""

    async def tell(self, error: ReleaseBotError | None, reference: str) -> None:
        """Show what went wrong; `error` None is one nobody foresaw."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InResponse:
    """At a slash command or a message with buttons."""

    talk: Talk
    response_url: str

    async def tell(self, error: ReleaseBotError | None, reference: str) -> None:
        await self.talk.respond(self.response_url, problem(error, reference=reference))


@dataclass(frozen=True, kw_only=True, slots=True)
class InDirectMessage:
    """Nowhere in particular, such as Home."""

    talk: Talk
    user: str

    async def tell(self, error: ReleaseBotError | None, reference: str) -> None:
        await self.talk.message(self.user, problem(error, reference=reference))


@dataclass(frozen=True, kw_only=True, slots=True)
class InModal:
    """In an open modal; if the person has closed it, by direct message."""

    talk: Talk
    view_id: str
    user: str
    title: str

    async def tell(self, error: ReleaseBotError | None, reference: str) -> None:
        try:
            await self.talk.update(self.view_id, refused(self.title, error, reference=reference))
        except ViewGone:
            await self.talk.message(self.user, problem(error, reference=reference))


@dataclass(frozen=True, slots=True)
class Funnel:
    """Runs work whose errors a person should see."""

    def note(self, error: BaseException) -> tuple[ReleaseBotError | None, str]:
        """Log an error under a new reference id; the error itself if it is one of ours, and the id."""
        reference = uuid.uuid4().hex[:8]
        known = error if isinstance(error, ReleaseBotError) else None
        if isinstance(error, Refused):
            log.info("refused", extra={"action": "refused", "reference": reference, "error": str(error)})
        elif known:
            log.warning(
                "unavailable",
                extra={
                    "action": "unavailable",
                    "reference": reference,
                    "error": str(error),
                    "raw": known.raw,
                },
            )
        else:
            log.error("defect", exc_info=error, extra={"action": "defect", "reference": reference})
        return known, reference

    async def run(self, work: Coroutine[Any, Any, None], where: Where) -> None:
        """Do the work; whatever goes wrong is logged and told."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the one place: handlers never catch it
            known, reference = self.note(error)
            try:
                await where.tell(known, reference)
            except (SlackApiError, aiohttp.ClientError, TimeoutError) as unheard:
                log.warning(
                    "nobody heard", extra={"action": "unheard", "reference": reference, "error": str(unheard)}
                )

"""The one place where errors of handlers end: each is logged under a reference id, and shown where the user waits."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import Refused, ReleaseBotError, Unavailable
from bot.slack.api import SlackApi
from bot.slack.failures import SlackFailed
from bot.slack.payloads import Acknowledgement, ViewState
from bot.slack.replies import KnownError, ReplyTarget, show_error
from bot.slack.views.notice import refused, working
from bot.slack.views.problem import in_words

log = logging.getLogger(__name__)

TAKES_LONGER = "The bot's database is slow. It's still working on this: wait a moment before you try again."
Result = TypeVar("Result")


def refused_submission(view: ViewState, error: KnownError, reference: str) -> Acknowledgement:
    """Under the first input, so that everything typed stays on screen; in place of a form without inputs."""
    if view.first_input:
        return _under(view.first_input, in_words(error, reference=reference))
    return {"response_action": "update", "view": refused(view.title, error, reference=reference)}


def slow_submission(view: ViewState) -> Acknowledgement:
    """The same for a submission whose answer is still being worked on when Slack wants one."""
    if view.first_input:
        return _under(view.first_input, TAKES_LONGER)
    return {"response_action": "update", "view": working(view.title, TAKES_LONGER, draft="")}


def _under(block_id: str, text: str) -> Acknowledgement:
    return {"response_action": "errors", "errors": {block_id: text}}


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorReporter:
    """Runs work whose errors a user should see."""

    slack_api: SlackApi

    def note(self, error: BaseException) -> tuple[KnownError, str]:
        """Log an error under a new reference id; the error itself if it is one of ours, and the id."""
        reference = uuid.uuid4().hex[:8]
        known = error if isinstance(error, ReleaseBotError) else None
        fields = {"reference": reference, "error": str(error), "raw": known.raw if known else ""}
        if isinstance(error, Refused):
            log.info("refused", extra={"action": "refused", **fields})
        elif isinstance(error, Unavailable):
            log.warning("unavailable", extra={"action": "unavailable", **fields})
        else:
            log.error("defect", exc_info=error, extra={"action": "defect", **fields})
        return known, reference

    async def run(self, work: Awaitable[object], target: ReplyTarget) -> None:
        """Do the work; whatever goes wrong is logged and shown."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the one place: handlers never catch it
            await self.show(error, target)

    async def show(self, error: Exception, target: ReplyTarget) -> None:
        known, reference = self.note(error)
        try:
            await show_error(self.slack_api, target, known, reference)
        except SlackFailed as unheard:
            fields = {"reference": reference, "error": str(unheard), "raw": unheard.raw}
            log.warning("nobody heard", extra={"action": "unheard", **fields})

    async def result(self, work: Awaitable[Result], otherwise: Callable[[KnownError, str], Result]) -> Result:
        """What the work gives, or what `otherwise` makes of its error and the reference under which it is logged."""
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - the other half of the one place: Slack waits for an answer
            return otherwise(*self.note(error))

"""The one funnel that answers people when something goes wrong, where they are; unknown errors get a reference id."""

import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.domain.errors import OutcomeUnknown, Refused, ReleaseBotError, Unavailable
from bot.slack.api import SlackApi, TriggerSpent, ViewGone
from bot.slack.failures import SlackFailed
from bot.slack.payloads import Acknowledgement, ViewState
from bot.slack.views.notice import refused, working
from bot.slack.views.problem import in_words, problem

log = logging.getLogger(__name__)

Known = ReleaseBotError | None  # None is an error that nobody foresaw
TAKES_LONGER = "The bot's database is slow. It's still working on this: wait a moment before you try again."
Result = TypeVar("Result")


class ReplyTarget(Protocol):
    """Where a person is waiting for an answer."""

    async def tell(self, error: Known, reference: str) -> None:
        """Show what went wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InResponse:
    """At a slash command or a message with buttons, which may stand in a thread."""

    slack_api: SlackApi
    response_url: str
    thread: str = ""

    async def tell(self, error: Known, reference: str) -> None:
        said = problem(error, reference=reference)
        await self.slack_api.respond(self.response_url, said, thread=self.thread)


@dataclass(frozen=True, kw_only=True, slots=True)
class InDirectMessage:
    """Nowhere that the bot can write to."""

    slack_api: SlackApi
    user: str

    async def tell(self, error: Known, reference: str) -> None:
        await self.slack_api.message(self.user, problem(error, reference=reference))


@dataclass(frozen=True, kw_only=True, slots=True)
class InConversation:
    """Where somebody said something to the bot."""

    slack_api: SlackApi
    channel: str
    user: str
    thread: str = ""

    async def tell(self, error: Known, reference: str) -> None:
        said = problem(error, reference=reference)
        await self.slack_api.tell(self.channel, self.user, said, thread=self.thread)


class Nowhere:
    """Where nobody waits: the log has it."""

    async def tell(self, error: Known, reference: str) -> None:
        """Nobody is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InHome:
    """In the Home tab, which then says why it is empty."""

    slack_api: SlackApi
    user: str

    async def tell(self, error: Known, reference: str) -> None:
        view = {"type": "home", "blocks": problem(error, reference=reference).blocks}
        await self.slack_api.publish_home(self.user, view)


@dataclass(frozen=True, kw_only=True, slots=True)
class InModal:
    """In an open modal, in place of what it shows; if the person has closed it, by direct message.

    `draft` is the id of the draft behind it; a form that is `resumable` can be had back unless nobody knows how it ended.
    """

    slack_api: SlackApi
    view_id: str
    user: str
    title: str
    draft: str = ""
    resumable: bool = False

    async def tell(self, error: Known, reference: str) -> None:
        resumable = self.resumable and not isinstance(error, OutcomeUnknown)
        view = refused(self.title, error, reference=reference, draft=self.draft, resumable=resumable)
        try:
            await self.slack_api.update(self.view_id, view)
        except ViewGone:
            await self.slack_api.message(self.user, problem(error, reference=reference))


@dataclass(frozen=True, kw_only=True, slots=True)
class OverModal:
    """Over an open form, which keeps what was typed into it; by direct message if the trigger has expired."""

    slack_api: SlackApi
    trigger_id: str
    user: str
    title: str

    async def tell(self, error: Known, reference: str) -> None:
        try:
            await self.slack_api.push(self.trigger_id, refused(self.title, error, reference=reference))
        except (TriggerSpent, SlackFailed):
            await self.slack_api.message(self.user, problem(error, reference=reference))


def refused_submission(view: ViewState, error: Known, reference: str) -> Acknowledgement:
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


@dataclass(frozen=True, slots=True)
class ErrorReporter:
    """Runs work whose errors a person should see."""

    def note(self, error: BaseException) -> tuple[Known, str]:
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

    async def run(self, work: Coroutine[Any, Any, None], where: ReplyTarget) -> None:
        """Do the work; whatever goes wrong is logged and told."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the one place: handlers never catch it
            known, reference = self.note(error)
            try:
                await where.tell(known, reference)
            except SlackFailed as unheard:
                fields = {"reference": reference, "error": str(unheard), "raw": unheard.raw}
                log.warning("nobody heard", extra={"action": "unheard", **fields})

    async def result(self, work: Awaitable[Result], otherwise: Callable[[Known, str], Result]) -> Result:
        """What the work gives, or what `otherwise` makes of its error and the reference under which it is logged."""
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - the other half of the one place: somebody waits for an answer
            return otherwise(*self.note(error))

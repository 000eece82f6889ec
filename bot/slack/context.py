"""What handlers work with, and the shape in which each feature declares what it handles."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.services.access import Actor
from bot.services.audience.subscriptions import Subscribing
from bot.services.forms.choices import FormChoices
from bot.services.forms.drafts import FormDrafts
from bot.services.forms.habits import FormHabits
from bot.services.tasks import Tasks
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from bot.slack.api import SlackApi
from bot.slack.error_reporter import ErrorReporter
from bot.slack.ids import Callback, Click
from bot.slack.modals import LatestOnly, Modals
from bot.slack.payloads import (
    Acknowledgement,
    Asked,
    Caller,
    Clicked,
    Closed,
    Submitted,
    Suggesting,
    Typed,
)
from bot.slack.replies import ReplyTarget, show_message
from bot.slack.views.blocks import Message
from bot.slack.views.help import Usage
from bot.slack.views.links import Links

Work = Coroutine[Any, Any, None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    actor: Actor
    finder: Finder
    versions: Versions
    subscriptions: Subscribing
    choices: FormChoices
    drafts: FormDrafts
    habits: FormHabits


@dataclass(frozen=True, kw_only=True, slots=True)
class InteractionPolicy:
    """How long Slack is let wait, in seconds.

    `ack` is for an answer: Slack waits three, its way here and back included. After `answer_travels` the answer to a
    submission is surely on the screen.
    """

    ack: float = 2.0
    answer_travels: float = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What all interactions share: nothing in it reads or changes Zadig. `first_time(key)` is False for what Slack delivers again.

    `services_of(caller)` are those of one user in one place; it raises ValueError without a user.
    """

    services_of: Callable[[Caller], Services]
    tasks: Tasks
    slack_api: SlackApi
    reporter: ErrorReporter
    links: Links
    command: str
    first_time: Callable[[str], Awaitable[bool]]
    latest_only: LatestOnly
    policy: InteractionPolicy = InteractionPolicy()

    def context(self, asked: Asked, *, keeps_form: bool = False) -> "Context":
        """One interaction. `keeps_form`: it happens in a form, over which errors are shown. Raises ValueError without a user."""
        return Context(
            shared=self,
            services=self.services_of(asked.caller),
            asked=asked,
            target=ReplyTarget.of(asked, keeps_form=keeps_form),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """One interaction: what was `asked` and where, the `services` of the user who acts, and the way to answer them."""

    shared: Shared
    services: Services
    asked: Asked
    target: ReplyTarget

    @property
    def actor(self) -> Actor:
        return self.services.actor

    @property
    def slack_api(self) -> SlackApi:
        return self.shared.slack_api

    @property
    def links(self) -> Links:
        return self.shared.links

    @property
    def command(self) -> str:
        return self.shared.command

    @property
    def modal(self) -> Modals:
        asked = self.asked
        return Modals(
            slack_api=self.slack_api, user=asked.user, trigger_id=asked.trigger_id, clicked_in=asked.modal
        )

    async def reply(self, message: Message, *, replace: bool = False) -> None:
        """Answer where the user is: below the command or click, in the modal, in the thread, or by direct message.

        `replace` edits the message that was clicked in.
        """
        await show_message(self.slack_api, self.target, message, replace=replace)


ClickRun = Callable[[Clicked, Context], Work]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subcommand(Usage):
    """One word behind the slash command; help, README and manifest are made from or checked against these rows.

    `near` are words that people type for it: they are answered with it. `opens_form`: it cannot run without a click or a
    slash command, to which alone Slack lets the bot open a form.
    """

    run: Callable[[Typed, tuple[str, ...], Context], Work]
    near: tuple[str, ...] = ()
    opens_form: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FormHandlers:
    """One modal: `submitted` answers within three seconds and starts the work, `changed` redraws, `suggest` offers options.

    `closed` hears of a modal that asked for it and was closed without being submitted.
    """

    submitted: Callable[[Submitted, Context], Awaitable[Acknowledgement]]
    changed: ClickRun | None = None
    suggest: Callable[[Suggesting, Context], Awaitable[Acknowledgement]] | None = None
    closed: Callable[[Closed, Context], Work] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """What one module handles; `bot/slack/handlers/__init__.py` lists them all."""

    name: str
    subcommands: tuple[Subcommand, ...] = ()
    clicks: Mapping[Click, ClickRun] = field(default_factory=dict)
    forms: Mapping[Callback, FormHandlers] = field(default_factory=dict)

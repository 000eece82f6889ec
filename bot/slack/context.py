"""What handlers work with, and the shape in which each feature declares what it handles."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, fields
from typing import Any
from weakref import WeakValueDictionary

from bot.services.access import Actor
from bot.services.audience.subscriptions import Subscribing
from bot.services.forms.choices import FormChoices
from bot.services.forms.drafts import FormDrafts
from bot.services.forms.habits import FormHabits
from bot.services.tasks import Tasks
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from bot.slack.api import SlackApi
from bot.slack.callers import Caller
from bot.slack.error_reporter import ErrorReporter
from bot.slack.ids import Callback, Click
from bot.slack.payloads import Acknowledgement, Clicked, Closed, Submitted, Suggesting, Typed
from bot.slack.replies import Reply
from bot.slack.views.links import Links
from bot.slack.views.message import Message

Work = Coroutine[Any, Any, None]


class LatestOnly:
    """Says of several pieces of work on one thing which was begun last, and lets them end one at a time.

    Knows only what is under way in this process.
    """

    def __init__(self) -> None:
        self._newest: dict[str, object] = {}
        self._ending: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextmanager
    def take(self, key: str) -> Iterator[Callable[[], bool]]:
        """Begin; the callable tells whether nothing newer has begun since."""
        mine = self._newest[key] = object()
        try:
            yield lambda: self._newest.get(key) is mine
        finally:
            if self._newest.get(key) is mine:
                del self._newest[key]

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """While nothing else is here with the same key."""
        lock = self._ending.setdefault(key, asyncio.Lock())
        async with lock:
            yield


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What one person may do, as far as it touches Zadig; `actor` is that person and where they act."""

    actor: Actor
    finder: Finder
    versions: Versions
    subscriptions: Subscribing
    choices: FormChoices


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What all interactions share: nothing in it reads or changes Zadig. `first_time(key)` is False for what Slack delivers again.

    `services_of(caller)` are those of one person in one place; there are none without a person.
    """

    services_of: Callable[[Caller], Services]
    drafts: FormDrafts
    habits: FormHabits
    tasks: Tasks
    slack_api: SlackApi
    reporter: ErrorReporter
    links: Links
    command: str
    first_time: Callable[[str], Awaitable[bool]]
    latest_only: LatestOnly

    def context(self, caller: Caller, where: Reply) -> "Context":
        """What a handler works with. Raises ValueError without a person."""
        shared = {one.name: getattr(self, one.name) for one in fields(Shared)}
        return Context(**shared, services=self.services_of(caller), where=where)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context(Shared):
    """One interaction: who acts (`actor`), what they may do (`services`), and where they wait for an answer (`reply`)."""

    services: Services
    where: Reply

    @property
    def actor(self) -> Actor:
        return self.services.actor

    async def reply(self, message: Message, *, replace: bool = False) -> None:
        """Answer this person only; `replace` edits the message that was clicked in."""
        await self.where.reply(message, replace=replace)


ClickRun = Callable[[Clicked, Context], Work]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subcommand:
    """One word behind the slash command; help, README and manifest are made from or checked against these rows.

    `near` are words that people type for it: they are answered with it. `opens_form`: it cannot run without a click or a
    slash command, to which alone Slack lets the bot open a form.
    """

    word: str
    arguments: str
    summary: str
    example: str
    run: Callable[[Typed, tuple[str, ...], Context], Work]
    near: tuple[str, ...] = ()
    opens_form: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
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
    forms: Mapping[Callback, Form] = field(default_factory=dict)

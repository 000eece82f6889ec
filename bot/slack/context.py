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
from bot.slack.views.links import Links

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
class UseCases:
    """What one person may do, as far as it touches Zadig."""

    actor: Actor
    finder: Finder
    versions: Versions
    following: Subscribing
    choosing: FormChoices


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What all interactions share: nothing in it reads or changes Zadig. `first_time(key)` is False for what Slack delivers again.

    `use_cases(caller)` are those of one person in one place; there are none without a person.
    """

    use_cases: Callable[[Caller], UseCases]
    drafting: FormDrafts
    remembering: FormHabits
    tasks: Tasks
    slack_api: SlackApi
    reporter: ErrorReporter
    links: Links
    command: str
    first_time: Callable[[str], Awaitable[bool]]
    latest_only: LatestOnly

    def acting(self, caller: Caller) -> "Context":
        """What a handler works with, for one person in one place. Raises ValueError without a person."""
        cases = self.use_cases(caller)
        return Context(
            **{one.name: getattr(self, one.name) for one in fields(Shared)},
            actor=cases.actor,
            finder=cases.finder,
            versions=cases.versions,
            following=cases.following,
            choosing=cases.choosing,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Context(Shared):
    """What handlers work with: what all share, the use cases of one person, and that person as `actor`."""

    actor: Actor
    finder: Finder
    versions: Versions
    following: Subscribing
    choosing: FormChoices


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

"""Which version of Zadig answers, as far as that can be known, and what that version cannot do."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.errors import ReleaseBotError, ServerDown, Unreadable
from bot.domain.models import Kind
from bot.domain.requests import CreateVersion, Field, FieldError, Source
from bot.zadig.calls import Answer, Call, Purpose
from bot.zadig.client import Client
from bot.zadig.failures import failure
from bot.zadig.fingerprints import (
    FIRST,
    FIRST_V2,
    SPANS,
    ServerVersion,
    Span,
    narrow,
    says_no_such_path,
)
from bot.zadig.wire import Text, Wire, reader

log = logging.getLogger(__name__)

FIRST_THAT_SAYS: ServerVersion = (5, 0, 0)
# From here on it finds the sources of images and their places in values itself, and from there on the values too.
FINDS_PATHS: ServerVersion = (4, 2, 0)
FILLS_VALUES: ServerVersion = (4, 2, 1)
# What was found out is asked for again after so many seconds: servers are upgraded while the bot runs.
GOOD_FOR_SECONDS = 3600.0
# Where a mistake takes the server down, what was found out counts for one create and no longer.
JUST_NOW_SECONDS = 5.0
CONTEXT = Call(purpose=Purpose.CONTEXT, path=("openapi", "system", "cli", "context"))
PLAIN_NAME = re.compile(r"[A-Za-z0-9-]+")


class _Context(Wire):
    """`server_version` is for system administrators only, `user` for all users."""

    server_version: Text = ""
    user: Any = None


_read_context = reader(_Context)


def _context_of(answer: Answer) -> _Context | None:
    try:
        context: _Context = _read_context(answer)
    except Unreadable:
        return None
    return context


def read_server_version(text: str) -> ServerVersion | None:
    """`4.0.0`, `v4.0.0` and `4.0.0-20250915` are 4.0.0, `4.1` is 4.1.0; None for anything else."""
    found = re.match(r"v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?(?![0-9])", text.strip())
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """What was found out of a server that spoke this dialect, and when (monotonic seconds)."""

    dialect: str
    span: Span
    at: float


@dataclass(kw_only=True, eq=False)
class Server:
    """What is known of the server: what it says itself, what its routes give away, and where it fits that, `setting`.

    `setting` is the version that an operator wrote down, which an upgrade can outdate. What is not known counts as the most
    dangerous version that it can be.
    """

    client: Client
    setting: str = ""
    _seen: _Seen | None = None
    _plain_names_until: float = field(default=-1.0)

    async def version(self, dialect: str) -> ServerVersion | None:
        """The version if it can be only one, else None. Never raises.

        Routes never leave only one: before 4 nothing is asked for them here.
        """
        span = self._written(SPANS[dialect]) if dialect == "v1" else await self.span(dialect)
        return span.exact

    async def span(self, dialect: str, *, at_most: float = GOOD_FOR_SECONDS) -> Span:
        """The versions that it can be, asked for again if that was `at_most` so many seconds ago. Never raises."""
        now = self.client.transport.clock.monotonic()
        seen = self._seen
        if seen is None or seen.dialect != dialect or now - seen.at >= at_most:
            seen = await self._ask(dialect, now)
        return self._written(seen.span)

    def _written(self, span: Span) -> Span:
        """What an operator wrote down, where it can be."""
        written = read_server_version(self.setting)
        return Span.of(written) if written and Span.of(written).within(span) else span

    def forget(self) -> None:
        """It has just done what was not expected: the next question is asked afresh."""
        self._seen = None

    async def _ask(self, dialect: str, now: float) -> _Seen:
        try:
            span = await self._says(dialect)
            if span.first < FIRST_THAT_SAYS:
                span = (await narrow(self.client, dialect)).meet(span)
        except ReleaseBotError as error:
            log.info("server version unknown", extra={"action": "server_version", "error": str(error)})
            return _Seen(dialect=dialect, span=SPANS[dialect], at=now)
        if self._seen is None or self._seen.span != span:
            log.info("Zadig is %s", span, extra={"action": "server_version"})
        self._seen = _Seen(dialect=dialect, span=span, at=now)
        return self._seen

    async def _says(self, dialect: str) -> Span:
        """What 5.0.0 and later say themselves; older ones do not know the question."""
        whole = SPANS[dialect]
        if dialect == "v1":
            return whole
        answer = await self.client.transport.send(CONTEXT)
        if says_no_such_path(CONTEXT, answer):
            return replace(whole, before=FIRST_THAT_SAYS)
        if isinstance(problem := failure(CONTEXT, answer), ServerDown):
            raise problem
        context = None if problem else _context_of(answer)
        if context is None:
            return whole
        version = read_server_version(context.server_version)
        later = replace(whole, first=FIRST_THAT_SAYS) if context.user else whole
        return Span.of(version) if version else later

    async def copies_helm_images(self, dialect: str) -> bool | None:
        """Whether it copies the images of Helm versions that are created through its API; None if that is not known."""
        if dialect != "v1":
            return True
        span = await self.span(dialect)
        if span.within(HELM_IMAGES.span):
            return False
        return True if span.apart(HELM_IMAGES.span) else None

    def takes_plain_names_only(self) -> None:
        """Zadig has just said so."""
        self._plain_names_until = self.client.transport.clock.monotonic() + GOOD_FOR_SECONDS

    async def problems(self, request: CreateVersion, dialect: str) -> tuple[FieldError, ...]:
        """What this Zadig would refuse or break on, so that it is never sent; nothing where its version is not known."""
        risks = [
            (limit, problems)
            for limit in LIMITS
            if not limit.span.apart(SPANS[dialect]) and (problems := tuple(limit.broken(request)))
        ]
        at_most = JUST_NOW_SECONDS if request.kind is Kind.HELM else GOOD_FOR_SECONDS
        span = await self.span(dialect, at_most=at_most) if risks else SPANS[dialect]
        found = [one for limit, problems in risks if span.within(limit.span) for one in problems]
        if not found and self.client.transport.clock.monotonic() < self._plain_names_until:
            found = list(_dots(request))
        return tuple(found)


def _copies(request: CreateVersion) -> bool:
    return any(image.copied for service in request.services for image in service.images)


def _dots(request: CreateVersion) -> Iterator[FieldError]:
    if _copies(request) and not PLAIN_NAME.fullmatch(request.version_name):
        yield FieldError(
            field=Field.VERSION_NAME,
            text="Zadig 4.0.0 can copy images only for names of letters, digits and dashes.",
        )


def _charts(request: CreateVersion) -> Iterator[FieldError]:
    if request.kind is Kind.HELM and request.chart_repository:
        yield FieldError(
            field=Field.CHART_REPOSITORY,
            text="Zadig 4.0.0 and 4.1.0 cannot push charts of versions created through their API: create it in Zadig.",
        )


def _helm_images(request: CreateVersion) -> Iterator[FieldError]:
    if request.kind is Kind.HELM and _copies(request):
        yield FieldError(
            field=Field.NOT_COPIED,
            text="Zadig 3.1.0 to 3.4.1 cannot copy images of Helm versions created through their API: mark all as not copied.",
        )


def _images_left_out(request: CreateVersion) -> Iterator[FieldError]:
    if any(not image.copied for service in request.services for image in service.images):
        yield FieldError(
            field=Field.NOT_COPIED,
            text="Zadig before 3.1.0 copies every image: leave out the services whose images must not be copied.",
        )


def _no_environment(request: CreateVersion) -> Iterator[FieldError]:
    if request.source is not Source.ENVIRONMENT:
        yield FieldError(
            field=Field.ENVIRONMENT,
            text="Zadig before 4 can only make versions from environments.",
        )


def _charts_of_images(request: CreateVersion) -> Iterator[FieldError]:
    if request.kind is Kind.HELM and request.source is Source.IMAGES and request.chart_repository:
        yield FieldError(
            field=Field.SERVICES,
            text="Zadig pushes no charts for images named one by one: take them from an environment.",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """What all versions of a span refuse or break on, as `broken` finds it."""

    span: Span
    broken: Callable[[CreateVersion], Iterator[FieldError]]


HELM_IMAGES = Limit(span=Span(first=(3, 1, 0), before=FIRST_V2), broken=_helm_images)
LIMITS = (
    Limit(span=SPANS["v1"], broken=_no_environment),
    Limit(span=Span(first=FIRST, before=(3, 1, 0)), broken=_images_left_out),
    HELM_IMAGES,
    Limit(span=SPANS["v2"], broken=_charts_of_images),
    Limit(span=Span(first=FIRST_V2, before=(4, 1, 0)), broken=_dots),
    Limit(span=Span(first=FIRST_V2, before=FINDS_PATHS), broken=_charts),
)

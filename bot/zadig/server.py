"""Which version of Zadig answers, as far as that can be known, and what that version cannot do."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.domain.errors import Refused, ReleaseBotError, WrongServer
from bot.domain.models import Kind
from bot.domain.requests import CreateVersion, Field, FieldError, Source
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.wire import Text, Wire, reader

log = logging.getLogger(__name__)
ServerVersion = tuple[int, int, int]

FIRST: ServerVersion = (2, 3, 1)
FIRST_V2: ServerVersion = (4, 0, 0)
FIRST_THAT_SAYS: ServerVersion = (5, 0, 0)
AFTER_ALL: ServerVersion = (9999, 0, 0)
# What was found out is asked for again after so many seconds: servers are upgraded while the bot runs.
GOOD_FOR_SECONDS = 3600.0
CONTEXT = Call(purpose=Purpose.CONTEXT, path=("openapi", "system", "cli", "context"))
PLAIN_NAME = re.compile(r"[A-Za-z0-9-]+")


class _Context(Wire):
    """`server_version` is for system administrators only."""

    server_version: Text = ""


_read_context = reader(_Context)


def read_server_version(text: str) -> ServerVersion | None:
    """`4.0.0`, `v4.0.0` and `4.0.0-20250915` are 4.0.0, `4.1` is 4.1.0; None for anything else."""
    found = re.match(r"v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?(?![0-9])", text.strip())
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


@dataclass(kw_only=True, eq=False)
class Server:
    """What is known of the server. `setting` is the version that an operator wrote down, which an upgrade can outdate."""

    client: Client
    setting: str = ""
    _said: str | None = None
    _asked_at: float | None = None
    _plain_names_until: float = field(default=-1.0)

    async def version(self, dialect: str) -> ServerVersion | None:
        """What 5.0.0 and later say themselves, else the setting where it fits the dialect, else None. Never raises."""
        written = read_server_version(self.setting)
        first, after = FIRST, FIRST_V2
        if dialect != "v1":
            said = await self._ask()
            if said and (version := read_server_version(said)):
                return version
            first, after = (FIRST_V2, FIRST_THAT_SAYS) if said is None else (FIRST_THAT_SAYS, AFTER_ALL)
        return written if written and first <= written < after else None

    async def _ask(self) -> str | None:
        """What the server calls itself: None before 5.0.0, empty if it does not tell us. Asked for once an hour."""
        now = self.client.transport.clock.monotonic()
        if self._asked_at is None or now - self._asked_at >= GOOD_FOR_SECONDS:
            try:
                context: _Context = await self.client.read(CONTEXT, _read_context)
            except (Refused, WrongServer):
                self._said, self._asked_at = None, now
            except ReleaseBotError as error:
                log.info("server version unknown", extra={"action": "server_version", "error": str(error)})
            else:
                self._said, self._asked_at = context.server_version, now
        return self._said

    async def copies_helm_images(self, dialect: str) -> bool | None:
        """Whether it copies the images of Helm versions that are created through its API; None if that is not known."""
        if dialect != "v1":
            return True
        version = await self.version(dialect)
        return None if version is None else not HELM_IMAGES.first <= version < HELM_IMAGES.fixed

    def takes_plain_names_only(self) -> None:
        """Zadig has just said so."""
        self._plain_names_until = self.client.transport.clock.monotonic() + GOOD_FOR_SECONDS

    async def problems(self, request: CreateVersion, dialect: str) -> tuple[FieldError, ...]:
        """What this Zadig would refuse or break on, so that it is never sent; nothing where its version is not known."""
        version = await self.version(dialect)
        found = [
            problem
            for limit in LIMITS
            if version and limit.first <= version < limit.fixed
            for problem in limit.broken(request)
        ]
        if dialect == "v1" and request.source is not Source.ENVIRONMENT:
            text = "Zadig before 4 makes versions from what an environment runs, and from nothing else."
            found.append(FieldError(field=Field.ENVIRONMENT, text=text))
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
            text="Zadig 4.0.0 and 4.1.0 cannot push charts of versions that are created through their API: create it in Zadig.",
        )


def _helm_images(request: CreateVersion) -> Iterator[FieldError]:
    if request.kind is Kind.HELM and _copies(request):
        yield FieldError(
            field=Field.NOT_COPIED,
            text="Zadig 3.1.0 to 3.4.1 cannot copy images of Helm versions that are created through their API: leave all as they are.",
        )


def _images_left_out(request: CreateVersion) -> Iterator[FieldError]:
    if any(not image.copied for service in request.services for image in service.images):
        yield FieldError(
            field=Field.NOT_COPIED,
            text="Zadig before 3.1.0 copies every image: leave out the services whose images shall stay where they are.",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """From `first` on until it was `fixed`, Zadig refuses or breaks on what `broken` finds."""

    first: ServerVersion
    fixed: ServerVersion
    broken: Callable[[CreateVersion], Iterator[FieldError]]


HELM_IMAGES = Limit(first=(3, 1, 0), fixed=FIRST_V2, broken=_helm_images)
LIMITS = (
    Limit(first=FIRST, fixed=(3, 1, 0), broken=_images_left_out),
    HELM_IMAGES,
    Limit(first=FIRST_V2, fixed=(4, 1, 0), broken=_dots),
    Limit(first=FIRST_V2, fixed=(4, 2, 0), broken=_charts),
)

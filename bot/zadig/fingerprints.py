"""Which versions of Zadig can be the one that answers, told by the routes that it has: reads that need no project.

A route that Zadig does not know is answered by a text of its own; everything else may come from a gateway that lets through
what it likes, and tells nothing.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Literal

from bot.domain.errors import ServerDown, Unreadable
from bot.zadig.calls import Answer, Call, Purpose
from bot.zadig.client import Client
from bot.zadig.failures import failure
from bot.zadig.wire import Wire, reader

ServerVersion = tuple[int, int, int]

FIRST: ServerVersion = (2, 3, 1)
FIRST_V2: ServerVersion = (4, 0, 0)
AFTER_ALL: ServerVersion = (9999, 0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The versions that a server can be: `first` is the oldest, `before` the first that it cannot be any more."""

    first: ServerVersion
    before: ServerVersion

    @classmethod
    def of(cls, version: ServerVersion) -> "Span":
        """Exactly this one."""
        major, minor, patch = version
        return cls(first=version, before=(major, minor, patch + 1))

    @property
    def exact(self) -> ServerVersion | None:
        """The version, if it can be only one."""
        return self.first if self == Span.of(self.first) else None

    def __str__(self) -> str:
        """`4.0.0`, `4.2.0 or later, before 4.3.0` or `4.2.0 or later`."""
        first, before = (".".join(map(str, version)) for version in (self.first, self.before))
        if self.exact:
            return first
        return f"{first} or later" + (f", before {before}" if self.before < AFTER_ALL else "")

    def meet(self, other: "Span") -> "Span":
        """What both leave; this one if they contradict each other."""
        first, before = max(self.first, other.first), min(self.before, other.before)
        return Span(first=first, before=before) if first < before else self

    def within(self, other: "Span") -> bool:
        """Whether it certainly is one of the other's."""
        return other.first <= self.first and self.before <= other.before

    def apart(self, other: "Span") -> bool:
        """Whether it certainly is none of the other's."""
        return self.before <= other.first or other.before <= self.first


SPANS = {"v1": Span(first=FIRST, before=FIRST_V2), "v2": Span(first=FIRST_V2, before=AFTER_ALL)}

# The oldest route that is worth asking for: one of v2 has them all up to here.
ASKED_FROM: dict[str, ServerVersion] = {"v1": FIRST, "v2": (3, 3, 0)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """A path that versions from `since` on know; `by_another_verb`: only with another verb than GET."""

    since: ServerVersion
    path: tuple[str, ...]
    by_another_verb: bool = False

    @property
    def call(self) -> Call:
        return Call(purpose=Purpose.CONTEXT, path=self.path)


# The routers of Zadig 2.3.1 to 5.0.0. Of two neighbours the newer says nothing by its absence unless the older is there:
# something that knows neither is no Zadig of the dialect, or lets nothing through.
FINGERPRINTS = (
    Fingerprint(since=(3, 2, 0), path=("openapi", "service", "yaml", "x", "labels")),
    Fingerprint(since=(3, 3, 0), path=("openapi", "statistics", "v2", "rollback", "detail")),
    Fingerprint(since=(4, 2, 0), path=("openapi", "collaborations"), by_another_verb=True),
    Fingerprint(since=(4, 3, 0), path=("openapi", "environments", "x", "service", "y", "pods")),
)


async def narrow(client: Client, dialect: str) -> Span:
    """What the routes leave of the dialect's versions; all of them where nothing can be told. Raises what keeps Zadig from answering."""
    span = SPANS[dialect]
    asked = [one for one in FINGERPRINTS if one.since < span.before and one.since >= ASKED_FROM[dialect]]
    found = await asyncio.gather(*(_is_there(client, one) for one in asked))
    return _narrowed(span, zip(asked, found, strict=True))


def _narrowed(span: Span, found: Iterable[tuple[Fingerprint, bool | None]]) -> Span:
    """Nothing is concluded from answers that no version would give together."""
    whole, control = span, False
    for fingerprint, there in found:
        if there:
            if span.before <= fingerprint.since:
                return whole
            span, control = replace(span, first=max(span.first, fingerprint.since)), True
        elif there is False and control:
            span = replace(span, before=min(span.before, max(fingerprint.since, whole.first)))
    return span if span.first < span.before else whole


async def _is_there(client: Client, fingerprint: Fingerprint) -> bool | None:
    answer = await client.transport.send(fingerprint.call)
    if isinstance(problem := failure(fingerprint.call, answer), ServerDown):
        raise problem
    if says_no_such_path(fingerprint.call, answer):
        return False
    if fingerprint.by_another_verb:
        return True if _says_another_verb(answer) else None
    return True if _asks_for_a_parameter(answer) else None


def says_no_such_path(call: Call, answer: Answer) -> bool:
    """Whether Zadig itself says so: gateways have words of their own for that."""
    said = answer.text[:1000].strip()
    known = said.startswith("Invalid path: ") and said.endswith("/" + "/".join(call.path))
    return answer.status == HTTPStatus.NOT_FOUND and known


def _says_another_verb(answer: Answer) -> bool:
    return answer.status == HTTPStatus.METHOD_NOT_ALLOWED and answer.text.startswith("Method not allowed: ")


class _Refusal(Wire):
    """What Zadig says of a request that lacks a parameter: it looks at those before anything else."""

    type: Literal["error"]
    code: Literal[400]


_read_refusal = reader(_Refusal)


def _asks_for_a_parameter(answer: Answer) -> bool:
    try:
        _read_refusal(answer)
    except Unreadable:
        return False
    return answer.status == HTTPStatus.BAD_REQUEST

"""Things that go wrong on demand: between the client and Zadig, inside Zadig, or with what it copies."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

from bot.sandbox.zadig.answers import (
    LICENSE_UNAVAILABLE,
    Answer,
    PlainError,
    TypedError,
    cut_answer,
    empty_answer,
    html_answer,
    text_answer,
)

PORTAL_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Zadig</title></head>'
    '<body><div id="app"></div></body></html>'
)
"""What the portal's nginx serves for any path that it does not pass on."""

_BAD_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
UNREACHABLE = "upstream connect error or disconnect/reset before headers. reset reason: connection failure"
"""What the gateway says while nothing answers behind it."""
_NO_DATABASE = (
    "server selection error: context deadline exceeded, current topology: { Type: ReplicaSetNoPrimary }"
)

OPERATIONS = frozenset({"*", "list", "detail", "create", "retry", "delete", "catalog"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`where` is an operation or `*`; `seconds` delays the answer whatever else happens; `times` None is for ever.

    `error` replaces the fault's own text where it has one.
    """

    id: str
    where: str = "*"
    kind: str
    seconds: float = 0.0
    times: int | None = None
    error: str = ""


INSTEAD: dict[str, Callable[[Fault], Answer]] = {
    "500": lambda fault: PlainError(fault.error or _NO_DATABASE).answer(),
    "502_html": lambda _: html_answer(_BAD_GATEWAY_PAGE, 502),
    "503": lambda _: text_answer(UNREACHABLE, 503),
    "html": lambda _: html_answer(PORTAL_PAGE),
    "empty_500": lambda _: empty_answer(500),
    "401": lambda _: empty_answer(401),
    "403": lambda _: empty_answer(403),
    "license": lambda _: TypedError(LICENSE_UNAVAILABLE).answer(),
    "drop_before": lambda _: cut_answer(),
}
"""The request does nothing and gets this."""

AFTERWARDS: dict[str, Callable[[Answer], Answer]] = {
    "slow": lambda answer: answer,
    "truncated": lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2]),
    "drop_after": lambda _: cut_answer(),
}
"""The request does its work, and its answer becomes this."""

INSIDE = frozenset({"failing_create", "hung_version", "registry_error", "deleted_underneath"})
"""The work itself goes differently; whoever does it looks at the fault.

`failing_create`: the row is inserted, then creating fails. `hung_version`: the version never settles by itself.
`registry_error`: the target registry refuses images and charts. `deleted_underneath`: a user deletes the version
that the request names, just before it.
"""

KINDS = frozenset(INSTEAD) | frozenset(AFTERWARDS) | INSIDE
DEFAULT_SECONDS: dict[str, float] = {"slow": 5.0}


class Faults:
    """What is set to go wrong, in the order in which it was set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._count = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def add(
        self,
        kind: str,
        *,
        where: str = "*",
        seconds: float | None = None,
        times: int | None = None,
        error: str = "",
        id: str = "",  # noqa: A002 - the wire's own name
    ) -> Fault:
        """ValueError for an unknown kind or place; an id that exists already is replaced."""
        if kind not in KINDS or where not in OPERATIONS:
            raise ValueError(f"kind is one of {sorted(KINDS)}, where one of {sorted(OPERATIONS)}")
        self._count += 1
        delay = DEFAULT_SECONDS.get(kind, 0.0) if seconds is None else seconds
        fault = Fault(
            id=id or f"fault-{self._count}", where=where, kind=kind, seconds=delay, times=times, error=error
        )
        self.remove(fault.id)
        self._faults.append(fault)
        return fault

    def remove(self, fault_id: str) -> None:
        self._faults = [each for each in self._faults if each.id != fault_id]

    def clear(self) -> None:
        self._faults.clear()

    def take(self, operation: str) -> Fault | None:
        """The first fault for this operation, which has then been used once; at most one befalls a request."""
        for index, fault in enumerate(self._faults):
            if fault.where in {"*", operation}:
                self._use(index, fault)
                return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times > 1:
            self._faults[index] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[index]

    def as_json(self) -> list[dict[str, object]]:
        return [asdict(fault) for fault in self._faults]

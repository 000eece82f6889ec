"""One request as a handler sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.zadig.faults import Fault
    from bot.sandbox.zadig.people import Person
    from bot.sandbox.zadig.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What came over the wire; `path` is decoded and without the place where the server is mounted (`mount`)."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    query_string: str = ""
    authorization: str = ""
    body: bytes = b""
    mount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A call that has passed the gate, by whom, and what is to go wrong with it."""

    zadig: "State"
    call: Call
    caller: "Person"
    params: Mapping[str, str]
    fault: "Fault | None" = None

    def query(self, name: str) -> str:
        return self.call.query.get(name, "")

    def goes_wrong(self, kind: str) -> bool:
        return self.fault is not None and self.fault.kind == kind

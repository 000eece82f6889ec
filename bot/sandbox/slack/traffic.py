"""The last requests both ways, kept for people to read: what went over the wire, without its secrets."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.clock import Clock
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.stream import Stream
from bot.sandbox.traffic import HIDDEN, Ring

Direction = Literal["api", "delivery", "hook", "socket"]

_SECRET_FIELDS = frozenset({"token", "ticket", "authorization", "x-slack-signature"})
_SECRETS = (
    (re.compile(r"\bx(oxb|app|oxp)-[\w-]+"), r"x\1-" + HIDDEN),
    (re.compile(r"(/hooks/[\w-]+/)[\w-]+"), r"\1" + HIDDEN),
    (re.compile(r"(ticket=)[\w-]+"), r"\1" + HIDDEN),
)


class Traffic(Ring["_Entry"]):
    """A ring of entries `{seq, at, direction, name, status, ms, request, response}`."""

    def __init__(self, clock: Clock, stream: Stream) -> None:
        super().__init__(shown=lambda entry: entry.shown())
        self._clock = clock
        self._stream = stream

    def record(
        self,
        direction: Direction,
        name: str,
        *,
        status: str | int,
        started: float,
        request: object,
        response: object,
    ) -> None:
        """Remembers one exchange; `started` is the workspace's time at its beginning."""
        now = self._clock.now()
        entry = _Entry(
            facts={
                "seq": self.next(),
                "at": round(now, 3),
                "direction": direction,
                "name": name,
                "status": status,
                "ms": round((now - started) * 1000, 1),
            },
            bodies=json.dumps({"request": request, "response": response}, default=str),
        )
        self.add(entry)
        if self._stream.is_watched:
            self._stream.publish("traffic", entry=entry.shown())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """Kept as text, because what was sent may change later and is mostly not looked at."""

    facts: Json
    bodies: str

    def shown(self) -> Json:
        return self.facts | dict(redacted(json.loads(self.bodies)))


def redacted(value: Any) -> Any:
    """A copy of a JSON value without tokens, signatures and the secret part of response_urls."""
    if isinstance(value, str):
        for pattern, replacement in _SECRETS:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if str(key).lower() in _SECRET_FIELDS and each else redacted(each)
            for key, each in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [redacted(each) for each in value]
    return value

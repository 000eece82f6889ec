"""The last requests and their answers, kept for people to read, without tokens."""

import json
import re
from typing import Any

from bot.sandbox.traffic import HIDDEN, Ring
from bot.sandbox.zadig.answers import Answer
from bot.sandbox.zadig.exchange import Call
from bot.sandbox.zadig.model import Json

LONGEST_TEXT = 20_000
_SECRET_KEYS = re.compile(r"token|password|secret", re.IGNORECASE)


class Traffic(Ring[Json]):
    """A ring of entries `{seq, at, method, path, status, ms, request, response}`; status 0 is a cut connection."""

    def __init__(self) -> None:
        super().__init__(shown=lambda entry: entry)

    def record(self, call: Call, answer: Answer, *, at: float, seconds: float) -> Json:
        """The new entry; `at` is Unix time, `seconds` how long the answer took."""
        entry: Json = {
            "seq": self.next(),
            "at": round(at, 3),
            "method": call.method,
            "path": call.path,
            "status": answer.status,
            "ms": round(seconds * 1000, 1),
            "request": {"query": _redacted(dict(call.query)), "body": _readable(call.body)},
            "response": {"type": answer.media_type, "body": _readable(answer.body), "cut": answer.cut},
        }
        self.add(entry)
        return entry


def _readable(body: bytes) -> Any:
    text = body.decode(errors="replace")
    if len(text) > LONGEST_TEXT:
        return text[:LONGEST_TEXT] + HIDDEN
    try:
        return _redacted(json.loads(text)) if text else None
    except ValueError:
        return text


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: HIDDEN if _SECRET_KEYS.search(key) and each else _redacted(each)
            for key, each in value.items()
        }
    return [_redacted(each) for each in value] if isinstance(value, list) else value

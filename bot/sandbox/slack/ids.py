"""Makes the ids that Slack makes: readable prefixes, never the same one twice."""

import secrets
from collections import Counter

MICROSECONDS = 1_000_000


class Ids:
    """Ids in Slack's alphabet, counted per prefix so that a run of the sandbox is reproducible."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        """`next("V")` → `V0000000001`, eleven characters as Slack's are."""
        self._counts[prefix] += 1
        return f"{prefix}{self._counts[prefix]:010d}"

    def block(self) -> str:
        """A block_id or action_id for a block that came without one."""
        self._counts["block"] += 1
        return f"b{self._counts['block']:04x}"

    def hash(self, now: float) -> str:
        """A view's hash: seconds, a dot, eight characters; a new one for every state of a view."""
        return f"{int(now)}.{secrets.token_hex(4)}"


def secret(length: int = 24) -> str:
    """An unguessable part of a URL or a trigger, hexadecimal like Slack's."""
    return secrets.token_hex(length)[:length]


def ts_after(now: float, last: str | None) -> str:
    """Slack's message timestamp `seconds.micros`, later than `last` (the newest of the same channel)."""
    micros = round(now * MICROSECONDS)
    if last is not None:
        micros = max(micros, ts_micros(last) + 1)
    return f"{micros // MICROSECONDS}.{micros % MICROSECONDS:06d}"


def ts_micros(ts: str) -> int:
    """A timestamp as microseconds, for comparing; ValueError if it is none."""
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or (fraction and not fraction.isdecimal()):
        raise ValueError(f"not a timestamp: {ts!r}")
    return int(seconds) * MICROSECONDS + int(fraction[:6].ljust(6, "0"))

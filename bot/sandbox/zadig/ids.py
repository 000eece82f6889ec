"""Ids like MongoDB's: 24 hexadecimal digits that begin with the second they were made in."""

import re

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")


class Ids:
    """Hands out ids; the same seed and times give the same ids."""

    def __init__(self, seed: int) -> None:
        self._machine = (0x8B8A631910 + seed) % 0x10000000000
        self._count = 0xF5A0

    def next(self, now: float) -> str:
        self._count = (self._count + 1) % 0x1000000
        return f"{int(now) % 0x100000000:08x}{self._machine:010x}{self._count:06x}"


def is_object_id(text: str) -> bool:
    return _OBJECT_ID.fullmatch(text) is not None

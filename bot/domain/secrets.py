"""What must never be read: the secrets of this process, found in any text however they are written, and blanked.

A process has its secrets as it has its environment, and its log is one: they are kept here, for all that runs in it.
"""

import json
import re
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

MARK = "[redacted]"
# So many successive characters of a secret are found, wherever it was cut or broken.
GRAM = 12
# Below the first a secret cannot be told from other text, below the second only where it has more than letters.
_SHORTEST, _SHORTEST_WORD = 4, 8
# Encodings within encodings that are looked through, and how much of a long text is looked at together.
_LEVELS, _WINDOW, _OVERLAP = 4, 1 << 16, 1 << 12

_CODED = re.compile(
    r"\\+u\{?(?P<u>[0-9a-f]{4}|[0-9a-f]{1,6}\})|\\+x(?P<x>[0-9a-f]{2})|\\+(?P<space>[nrtfvb])|\\+(?P<escaped>[^\\\s])"
    r"|(?P<percent>(?:%[0-9a-f]{2})+)|(?P<entity>&(?:\#x?[0-9a-f]{1,7}|[a-z]{2,10});?)|(?P<tag></?[a-z][^<>\"'\\]{0,80}>)",
    re.IGNORECASE,
)
# Zero-width characters and soft hyphens break a line as well as spaces do.
_BREAKS = re.compile("[\\s\u00ad\u200b\u200c\u200d\u2060\ufeff]+")
_CODE_SIGNS = ("\\", "%", "&", "<")
# Secrets that we were not told of, by what they look like: only in texts for operators.
_LOOKS_SECRET = (
    (re.compile(r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{8,}"), MARK),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {MARK}"),
    (re.compile(r"(?i)\bticket=[^&'\"\s\\]+"), "ticket=…"),
    (re.compile(r"://[^/\s'\"@]*:[^/\s'\"@]*@"), f"://{MARK}@"),
    (
        re.compile(r"(/(?:commands|actions|services|workflows|app)/[TE][A-Z0-9]{2,}/)[^\s'\"\\]+"),
        rf"\1{MARK}",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """A way to write a secret; `grams` are pieces of it by where they begin, `whole` if it counts only as a word of its own."""

    text: str
    grams: Mapping[int, str]
    whole: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """What a text says, and where in it each character is said."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def replaced(self, pattern: re.Pattern[str], say: Callable[[re.Match[str]], str]) -> "_Reading":
        """With something else in place of each match."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            begin, end = match.span()
            said = say(match)
            pieces += (self.text[last:begin], said)
            starts += [*self.starts[last:begin], *[self.starts[begin]] * len(said)]
            ends += [*self.ends[last:begin], *[self.ends[end - 1]] * len(said)]
            last = end
        pieces.append(self.text[last:])
        return _Reading(
            text="".join(pieces), starts=[*starts, *self.starts[last:]], ends=[*ends, *self.ends[last:]]
        )


_kept: Counter[str] = Counter()


def keep(secrets: Iterable[str]) -> None:
    """From now on these are blanked, as long as the process lives or until they are let go as often as they were kept."""
    _kept.update(secret for secret in secrets if _can_be_found(secret))
    _forget()


def let_go(secrets: Iterable[str]) -> None:
    """The opposite of `keep`."""
    _kept.subtract(secret for secret in secrets if _can_be_found(secret))
    for secret in [secret for secret, times in _kept.items() if times <= 0]:
        del _kept[secret]
    _forget()


def _forget() -> None:
    _forms.cache_clear()
    _grams.cache_clear()


@contextmanager
def keeping(secrets: Iterable[str]) -> Iterator[None]:
    """These are blanked while the block lasts."""
    kept = tuple(secrets)
    keep(kept)
    try:
        yield
    finally:
        let_go(kept)


def scrubbed(text: str) -> str:
    """The text without any secret of this process, be it escaped for JSON, a URL or HTML, in base64 or hex, or broken into lines."""
    if not text or not _kept:
        return text
    spans = [span for begin, part in _windows(text) for span in _spans(part, begin)]
    return _blanked(text, spans) if spans else text


def scrubbed_bytes(data: bytes) -> bytes:
    """The same for what came over a wire."""
    text = data.decode("utf-8", errors="surrogateescape")
    clean = scrubbed(text)
    return data if clean is text else clean.encode("utf-8", errors="surrogateescape")


def scrubbed_tree(value: Any) -> Any:
    """The same for what is going to be JSON; the very same object if there is nothing to blank."""
    if not _kept or not _suspicious(json.dumps(value, default=str)):
        return value
    return _leaves_scrubbed(value)


def _leaves_scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrubbed(value)
    if isinstance(value, Mapping):
        return {scrubbed(str(key)): _leaves_scrubbed(one) for key, one in value.items()}
    return [_leaves_scrubbed(one) for one in value] if isinstance(value, list | tuple) else value


def for_operators(text: str) -> str:
    """The same for logs and errors, and without what looks like a secret: other people's tokens, tickets, passwords in addresses."""
    text = scrubbed(text)
    for pattern, instead in _LOOKS_SECRET:
        text = pattern.sub(instead, text)
    return text


def class_and_message(error: BaseException, most: int = 1000) -> str:
    """What an error of other people's code says. Never its repr: those of HTTP clients hold the headers of the request."""
    return for_operators(f"{type(error).__name__}: {error}".removesuffix(": "))[:most]


def _can_be_found(secret: str) -> bool:
    return len(secret) >= (_SHORTEST_WORD if secret.isalpha() else _SHORTEST)


@cache
def _forms() -> tuple[_Form, ...]:
    """Made anew when the secrets change."""
    return tuple(form for secret in sorted(_kept) for form in _forms_of(_squeezed(secret)))


def _forms_of(secret: str) -> Iterator[_Form]:
    """As it is, as what an encoding that is not undone by decoding once makes of it, and in codes of which only whole ones count."""
    yield _form(secret, whole=len(secret) < GRAM and secret.isalnum())
    once = json.dumps(secret)[1:-1]
    for escaped in {once, json.dumps(once)[1:-1], escape(secret), quote(secret, safe="")} - {secret}:
        yield _form(escaped)
    if len(secret) >= _SHORTEST_WORD:
        for coded in _codes(secret.encode()):
            yield _form(coded, step=len(coded))


def _codes(data: bytes) -> set[str]:
    """Of base64 there are three, by what stands in front, in two alphabets."""
    codes = {data.hex(), data.hex().upper()}
    for before in range(3):
        coded = b64encode(bytes(before) + data).decode().rstrip("=")
        core = coded[(0, 2, 3)[before] : len(coded) - ((before + len(data)) % 3 != 0)]
        codes |= {core, core.replace("+", "-").replace("/", "_")}
    return codes


def _form(text: str, *, whole: bool = False, step: int = GRAM) -> _Form:
    size = min(GRAM, len(text))
    last = len(text) - size
    places = {*range(0, last, step), last}
    return _Form(text=text, grams=MappingProxyType({at: text[at : at + size] for at in places}), whole=whole)


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """Pieces that overlap by more than a secret is long, so that each lies in one of them as a whole."""
    for begin in range(0, len(text), _WINDOW):
        yield begin, text[begin : begin + _WINDOW + _OVERLAP]


def _spans(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Where secrets stand; the search in detail, which takes its time, only where there is one."""
    if not _suspicious(text):
        return
    places = range(begin, begin + len(text) + 1)
    reading = _Reading(text=text, starts=places[:-1], ends=places[1:])
    for _ in range(_LEVELS):
        yield from _found(reading)
        decoded = reading.replaced(_CODED, _plain)
        if decoded.text == reading.text:
            return
        reading = decoded


@cache
def _grams() -> tuple[str, ...]:
    return tuple({gram: None for form in _forms() for gram in form.grams.values()})


def _suspicious(text: str) -> bool:
    for _ in range(_LEVELS):
        squeezed = _squeezed(text)
        if any(gram in squeezed for gram in _grams()):
            return True
        if not any(sign in text for sign in _CODE_SIGNS):
            return False
        text = _CODED.sub(_plain, text)
    return False


def _squeezed(text: str) -> str:
    text = "".join(text.split())
    return text if text.isascii() else _BREAKS.sub("", text)


def _plain(match: re.Match[str]) -> str:
    """What an escape stands for; a break for what only breaks."""
    kind, said = match.lastgroup, match[match.lastgroup or 0]
    match kind:
        case "u" | "x":
            code = int(said.rstrip("}"), 16)
            return chr(code) if code < 0x110000 else ""  # noqa: PLR2004 - as far as Unicode goes
        case "escaped":
            return said
        case "percent":
            return bytes.fromhex(said.replace("%", "")).decode(errors="replace")
        case "entity":
            return unescape(said)
        case _:
            return "\n"


def _found(reading: _Reading) -> Iterator[tuple[int, int]]:
    squeezed = reading.replaced(_BREAKS, lambda _: "")
    for form in _forms():
        for at, gram in form.grams.items():
            here = squeezed.text.find(gram)
            while here >= 0:
                begin, end = _stretched(squeezed.text, form.text, here, at, len(gram))
                if not form.whole or _is_word(reading, squeezed, begin, end):
                    yield squeezed.starts[begin], squeezed.ends[end - 1]
                here = squeezed.text.find(gram, max(end, here + 1))


def _stretched(text: str, secret: str, here: int, at: int, size: int) -> tuple[int, int]:
    """As far as text and secret agree around a piece that is at `here` in the one and `at` in the other."""
    begin, end = here, here + size
    while begin > 0 and begin - here + at > 0 and text[begin - 1] == secret[begin - 1 - here + at]:
        begin -= 1
    while end < len(text) and end - here + at < len(secret) and text[end] == secret[end - here + at]:
        end += 1
    return begin, end


def _is_word(reading: _Reading, squeezed: _Reading, begin: int, end: int) -> bool:
    first = bisect_left(reading.starts, squeezed.starts[begin])
    after = bisect_right(reading.starts, squeezed.starts[end - 1])
    around = reading.text[max(first - 1, 0) : first] + reading.text[after : after + 1]
    return not any(character.isalnum() for character in around)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    last = 0
    for begin, end in sorted(spans):
        if begin >= last:
            pieces += (text[last:begin], MARK)
        last = max(last, end)
    return "".join([*pieces, text[last:]])

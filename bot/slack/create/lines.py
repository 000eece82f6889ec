"""The text lines that stand where a form has no input for each service and image: one thing a line, then its value."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.domain.requests import FieldError

NO_COPY = "nocopy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line that is not blank. `thing` is `service` or `service/container`; `number` counts from 1."""

    number: int
    text: str
    thing: str
    words: tuple[str, ...]
    copied: bool

    @property
    def service(self) -> str:
        return self.thing.partition("/")[0]

    @property
    def container(self) -> str:
        return self.thing.partition("/")[2]

    @property
    def word(self) -> str:
        """The value: what stands between the thing and `nocopy`."""
        return self.words[0] if self.words else ""


class LineError(ValueError):
    """What is wrong with one line, as a sentence."""


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a text, blank ones left out."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        thing, *rest = words
        copied = not (rest and rest[-1].lower() == NO_COPY)
        values = tuple(rest if copied else rest[:-1])
        yield Line(number=number, text=line.strip(), thing=thing, words=values, copied=copied)


def read_lines(text: str, field: str, read: Callable[[Line], None]) -> tuple[FieldError, ...]:
    """Hands each line to `read`; the mistakes that it raised, by line number."""
    problems = []
    for line in lines_of(text):
        try:
            read(line)
        except LineError as mistake:
            problems.append(FieldError(field=field, text=f"Line {line.number}: {mistake}"))
    return tuple(problems)


def image_name_and_tag(reference: str) -> tuple[str, str]:
    """The basename and the tag of an image reference: `registry:5000/shop/cart:1.2@sha256:…` gives `cart` and `1.2`."""
    name, _, tag = reference.partition("@")[0].rpartition("/")[2].partition(":")
    return name, tag


def tag_of(word: str) -> str:
    """The tag in `image:tag`, or in a tag alone."""
    return word.rpartition(":")[2]


# Commas and semicolons as keyboards of several scripts have them, and line ends.
_BETWEEN = ",;\uff0c\u3001\uff1b\ufe50\uff64\u060c\u061b\n\r\u2028\u2029"
_QUOTES = '"\u201c\u201d'
_LABEL = re.compile(
    rf"[^\S\n\r]*(?:[{_QUOTES}]((?:[^{_QUOTES}]|([{_QUOTES}])\2)*)[{_QUOTES}]\s*(?=[{_BETWEEN}]|\Z)|([^{_BETWEEN}]*))(?:[{_BETWEEN}]|\Z)"
)
_TWICE = re.compile(rf"([{_QUOTES}])\1")


def labels_of(text: str) -> tuple[str, ...]:
    """The labels, each once, in order."""
    found = (_label(one) for one in _LABEL.finditer(text))
    return tuple(dict.fromkeys(label for label in found if label))


def _label(found: re.Match[str]) -> str:
    quoted, plain = found[1], found[3]
    return _TWICE.sub(r"\1", quoted).strip() if quoted is not None else plain.strip()


def as_text(labels: Iterable[str]) -> str:
    """The text of which `labels_of` makes these labels."""
    return ", ".join(_written(" ".join(label.split())) for label in labels)


def _written(label: str) -> str:
    if not re.search(f"[{_BETWEEN}]|^[{_QUOTES}]", label):
        return label
    return '"' + re.sub(f"([{_QUOTES}])", r"\1\1", label) + '"'

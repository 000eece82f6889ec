"""The text lines that stand where a form has no input for each service and image: one thing a line, then its value."""

from collections.abc import Callable, Iterator
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

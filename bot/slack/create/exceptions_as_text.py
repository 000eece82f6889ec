"""Reads the view over the form that edits all exceptions as text: one thing a line, then its image and tag."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.requests import Field, FieldError, chart_version_problem, tag_problem
from bot.slack.create.constants import ALL_IMAGES, images_of
from bot.slack.create.exceptions_form import editing, value_of
from bot.slack.create.form import CreateForm
from bot.slack.create.lines import NO_COPY, Line, LineError, read_lines, tag_of
from bot.slack.create.origins import Tagging
from bot.slack.create.things import Thing, block_of, things_of
from bot.slack.forms.state import Values, typed

# Slack: 3,000 characters in an input. Lines of so many stand in one when it opens, so that there is room to type.
CHARACTERS = 2000
LONGEST_LINE = 2900
# Slack: 250 kB for a whole modal.
TEXT_BYTES = 40_000


def areas(form: CreateForm) -> tuple[str, ...]:
    """The texts as they stand; at first a line for each exception, cut into as many texts as hold them."""
    own = editing(form)
    return own.lines if own.lines is not None else tuple(_cut(_lines(form)))


def as_text(form: CreateForm) -> CreateForm:
    """The form with its exceptions being edited as text."""
    own = editing(form)
    update = {"lines": tuple(_cut(_lines(form))), "revision": own.revision + 1}
    return form.changed(tagging=own.model_copy(update=update))


def fits(form: CreateForm) -> bool:
    """Whether all exceptions can be edited as text: names that tell them apart, and no more than a modal holds."""
    lines = list(_lines(form))
    names = [thing.name for thing in things_of(form)]
    return (
        len(set(names)) == len(names)
        and all(name.split() == [name] for name in names)
        and all(len(line) <= LONGEST_LINE for line in lines)
        and sum(len(line.encode()) for line in lines) <= TEXT_BYTES
    )


def area_blocks(count: int) -> tuple[str, ...]:
    """The block ids of so many texts: `images`, `images:2` and so on."""
    return tuple(str(Field.IMAGES) if n == 1 else block_of(Field.IMAGES, str(n)) for n in range(1, count + 1))


def _lines(form: CreateForm) -> Iterator[str]:
    stays = frozenset(editing(form).not_copied) - {ALL_IMAGES}
    for thing in things_of(form):
        value = value_of(form, thing)
        if thing.field is Field.IMAGE_TAG and value:
            name = form.chosen_images[thing.name].image_name
            value = f"{name if len(name.split()) == 1 else 'image'}:{value}"
        words = [thing.name, value, NO_COPY if thing.name in stays else ""]
        if any(words[1:]):
            yield " ".join(word for word in words if word)


def _cut(lines: Iterator[str] | list[str]) -> Iterator[str]:
    text = ""
    for line in lines:
        if text and len(text) + len(line) >= CHARACTERS:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    yield text


def read_areas(form: CreateForm, values: Values) -> CreateForm:
    """The form with the texts as typed."""
    answers = typed(values)
    before = areas(form)
    texts = [
        answer if isinstance(answer := answers.get(block, text), str) else text
        for block, text in zip(area_blocks(len(before)), before, strict=True)
    ]
    return form.changed(tagging=editing(form).model_copy(update={"lines": tuple(texts)}))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Exceptions:
    """What the lines say so far; `read` adds one."""

    things: dict[str, Thing]
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    stays: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def read(self, line: Line) -> None:
        thing = self.things.get(line.thing)
        if thing is None:
            raise LineError(f"{line.thing} is not among your choices.")
        if line.thing in self.seen:
            raise LineError(f"{line.thing} is already on an earlier line.")
        self.seen.add(line.thing)
        if thing.field is Field.CHART_VERSION:
            self._chart(line)
        else:
            self._image(line)

    def _image(self, line: Line) -> None:
        if len(line.words) > 1 or (line.copied and not line.words):
            raise LineError(
                f"write {line.thing} image:tag, with nocopy at the end if it is not to be copied."
            )
        if line.word:
            tag = tag_of(line.word)
            if text := tag_problem(tag):
                raise LineError(text)
            self.tags[line.thing] = tag
        if not line.copied:
            self.stays.add(line.thing)

    def _chart(self, line: Line) -> None:
        if len(line.words) != 1 or not line.copied:
            raise LineError(f"write the service and its chart version, such as {line.thing} 1.4.0.")
        if text := chart_version_problem(line.word):
            raise LineError(text)
        self.versions[line.thing] = line.word


def read_exceptions(form: CreateForm) -> tuple[CreateForm, tuple[FieldError, ...]]:
    """The form with what the texts say being edited thing by thing, and mistakes by block id and number of the line.

    Where there are mistakes the form is as it was. An image without a line is copied, unless none is.
    """
    found = _Exceptions(things={thing.name: thing for thing in things_of(form)})
    texts = areas(form)
    problems = tuple(
        problem
        for block, text in zip(area_blocks(len(texts)), texts, strict=True)
        for problem in read_lines(text, block, found.read)
    )
    if problems:
        return form, problems
    own = editing(form)
    stays = found.stays.union(key for key in own.not_copied if key not in found.things)
    tagging = Tagging(
        revision=own.revision + 1,
        image_tags=_others(own.image_tags, found) | found.tags,
        chart_versions=_others(own.chart_versions, found) | found.versions,
        not_copied=tuple(key for key in (ALL_IMAGES, *images_of(form.offered_services)) if key in stays),
    )
    return form.changed(tagging=tagging), ()


def _others(values: dict[str, str], found: _Exceptions) -> dict[str, str]:
    """What belongs to services that are not chosen now: it stays for when they are."""
    return {thing: value for thing, value in values.items() if thing not in found.things}

"""Reads the view that lies over the form: a tag for each image and a version for each chart, page by page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.requests import Field, FieldError, chart_version_problem, tag_problem
from bot.slack.create.form import CreateForm
from bot.slack.create.origins import Tagging
from bot.slack.create.scope import leaving
from bot.slack.create.things import Thing, copied_things, unfolded_things
from bot.slack.forms.state import Values, errors_by_block, typed
from bot.slack.ids import OF

SEARCH = "search"
# Slack: 100 blocks in a modal, and 250 kB for all of them.
PAGE = 40
PAGE_BYTES = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ExceptionsPage:
    """What one page shows: `number` of `count`, from 1; `found` of `total` things are on all pages together."""

    things: tuple[Thing, ...]
    number: int
    count: int
    found: int
    total: int


def opened(form: CreateForm) -> CreateForm:
    """The form with a copy of its exceptions to edit; what is typed there counts once it is `accepted`."""
    return form.changed(tagging=_as_it_is(form))


def exceptions(form: CreateForm) -> int:
    """How many of the chosen images that are copied, and of the charts, have a value of their own."""
    return sum(
        bool((form.chart_versions if one.field is Field.CHART_VERSION else form.image_tags).get(one.name))
        for one in copied_things(form, form.not_copied)
    )


def is_unfinished(form: CreateForm) -> bool:
    """Whether the view over the form was left in the middle of editing, neither kept nor given up."""
    return form.tagging is not None and form.tagging != _as_it_is(form)


def editing(form: CreateForm) -> Tagging:
    """What is being edited; the form's own exceptions if editing has not begun."""
    return form.tagging or _as_it_is(form)


def requested(form: CreateForm) -> tuple[Thing, ...]:
    """The charts and images that have an input, as it is being edited."""
    return copied_things(form, editing(form).not_copied)


def _as_it_is(form: CreateForm) -> Tagging:
    return Tagging(
        image_tags=form.image_tags, chart_versions=form.chart_versions, not_copied=form.not_copied or ()
    )


def accepted(form: CreateForm) -> CreateForm:
    """The form with what was typed over it.

    Where images and charts have inputs in the form itself, these show it: with a new `attempt`, as Slack keeps what stands
    in an input whose action id stays.
    """
    own = editing(form)
    after = leaving(form, own.not_copied).changed(
        image_tags=own.image_tags,
        chart_versions=own.chart_versions,
        problems={field: text for field, text in form.problems.items() if OF not in field},
        tagging=None,
        touched=form.touched or own != _as_it_is(form),
        revision=form.revision + (own.not_copied != (form.not_copied or ())),
    )
    shown = unfolded_things(after).values()
    stale = any(value_of(after, thing) != value_of(form.changed(tagging=None), thing) for thing in shown)
    return after.changed(attempt=after.attempt + stale)


def sheet(form: CreateForm, number: int = 1, search: str = "") -> ExceptionsPage:
    """A page of the things whose name contains what is searched for; one past the end is the last one."""
    everything = requested(form)
    wanted = search.strip().casefold()
    found = [thing for thing in everything if wanted in thing.name.casefold()]
    pages = list(_pages(found)) or [()]
    number = min(max(number, 1), len(pages))
    return ExceptionsPage(
        things=pages[number - 1], number=number, count=len(pages), found=len(found), total=len(everything)
    )


def _pages(things: Iterable[Thing]) -> Iterator[tuple[Thing, ...]]:
    page: list[Thing] = []
    size = 0
    for thing in things:
        weight = len(thing.name.encode())
        if page and (len(page) == PAGE or size + weight > PAGE_BYTES):
            yield tuple(page)
            page, size = [], 0
        page.append(thing)
        size += weight
    if page:
        yield tuple(page)


def page_of(form: CreateForm, field: str) -> int:
    """The page on which the input for this field is when nothing is searched for; 1 if there is none."""
    for number, page in enumerate(_pages(requested(form)), start=1):
        if any(f"{thing.field}{OF}{thing.name}" == field for thing in page):
            return number
    return 1


def searched(values: Values) -> str:
    """What stands in the field to search in."""
    answer = typed(values).get(SEARCH, "")
    return answer.strip() if isinstance(answer, str) else ""


def read_page(form: CreateForm, values: Values) -> CreateForm:
    """The form with what was typed on the page that is on screen; an emptied input means no exception."""
    answers, own = typed(values), editing(form)
    kept = {Field.IMAGE_TAG: dict(own.image_tags), Field.CHART_VERSION: dict(own.chart_versions)}
    for thing in requested(form):
        answer = answers.get(thing.block)
        if isinstance(answer, str):
            kept[thing.field][thing.name] = answer.strip()
    tags, versions = ({thing: one for thing, one in known.items() if one} for known in kept.values())
    update = {"image_tags": tags, "chart_versions": versions}
    return form.changed(tagging=own.model_copy(update=update))


def problems_of(form: CreateForm) -> tuple[FieldError, ...]:
    """What is wrong with the exceptions that are being edited, in the order in which they are shown."""
    return tuple(_problems(form))


def _problems(form: CreateForm) -> Iterator[FieldError]:
    for thing in requested(form):
        value = value_of(form, thing)
        check = chart_version_problem if thing.field is Field.CHART_VERSION else tag_problem
        if value and (text := check(value)):
            yield FieldError(field=f"{thing.field}{OF}{thing.name}", text=text)


def value_of(form: CreateForm, thing: Thing) -> str:
    """The exception of one thing as it is being edited; empty if it has none."""
    own = editing(form)
    values = own.chart_versions if thing.field is Field.CHART_VERSION else own.image_tags
    return values.get(thing.name, "")


def block_errors(shown: ExceptionsPage, problems: Iterable[FieldError]) -> dict[str, str]:
    """The problems of inputs that are on this page, by block id."""
    blocks = [thing.block for thing in shown.things]
    fields = {f"{thing.field}{OF}{thing.name}" for thing in shown.things}
    return errors_by_block(blocks, (one for one in problems if one.field in fields), {})

"""Turns the form that creates a version into the domain's request, with what is wrong by field."""

from collections.abc import Iterator
from enum import StrEnum

from bot.domain.choices import NAMES
from bot.domain.models import Kind
from bot.domain.requests import CreateVersion, Field, FieldError, Source, name_problem, tag_problem
from bot.slack.create.constants import KIND
from bot.slack.create.contents import Contents, contents
from bot.slack.create.form import CreateForm
from bot.slack.create.lines import labels_of
from bot.slack.ids import OF


class NameVerdict(StrEnum):
    """`REPLACES`: a failed version has the name, and goes. `FREE_AMONG_NEWEST`: older versions than those read may have it."""

    NONE = "none"
    REPLACES = "replaces"
    INVALID = "invalid"
    TAKEN = "taken"
    AWAITED = "awaited"
    FREE = "free"
    FREE_AMONG_NEWEST = "free among the newest"


def verdict_on_name(form: CreateForm) -> NameVerdict:
    """Nothing is said of no name, and nothing where no name is known."""
    name, names = form.version_name, form.choices.names
    if not name:
        return NameVerdict.NONE
    if name_problem(name):
        return NameVerdict.INVALID
    if form.replacing:
        return NameVerdict.REPLACES
    if name in names or name in form.awaited:
        return NameVerdict.TAKEN if name in names else NameVerdict.AWAITED
    return _free(len(names))


def _free(known: int) -> NameVerdict:
    if not known:
        return NameVerdict.NONE
    return NameVerdict.FREE if known < NAMES else NameVerdict.FREE_AMONG_NEWEST


def read_request(form: CreateForm) -> tuple[CreateVersion, tuple[FieldError, ...]]:
    """The request, and everything that is wrong with it; it may be sent only if nothing is.

    An empty tag means the one for all, then the version's name; an empty chart version means the one for all, then the
    SemVer in the version's name. Mistakes in text lines are reported under the text, with the number of the line.
    """
    made_of = contents(form)
    request = CreateVersion(
        project=form.project,
        kind=form.kind or Kind.K8S,
        version_name=form.version_name,
        environment="" if form.original else form.environment,
        production=form.in_production,
        description=form.description.strip(),
        labels=labels_of(form.labels),
        registry=form.registry,
        chart_repository=form.chart_repository if form.kind is Kind.HELM else "",
        services=made_of.services,
        source=Source.VERSION if form.original else Source.ENVIRONMENT,
        original=form.original,
    )
    checked = _checked(form, request, made_of)
    return request, tuple(dict.fromkeys((*_known_here(form), *made_of.problems, *checked)))


def _known_here(form: CreateForm) -> Iterator[FieldError]:
    """What only the form can know: a kind that was not named, and a name that is taken."""
    if form.project and form.kind is None:
        yield FieldError(field=KIND, text="Choose the kind of project: K8s YAML or Helm.")
    if verdict_on_name(form) is NameVerdict.AWAITED:
        text = f"Zadig has not yet confirmed {form.version_name}. Wait, or choose another name."
        yield FieldError(field=Field.VERSION_NAME, text=text)
    if verdict_on_name(form) is NameVerdict.TAKEN:
        text = f"{form.project} already has a version named {form.version_name}. Choose another name."
        yield FieldError(field=Field.VERSION_NAME, text=text)


def _checked(form: CreateForm, request: CreateVersion, made_of: Contents) -> Iterator[FieldError]:
    """The domain's verdict. What came from a value for all is blamed there, not once for each image."""
    told = {problem.field for problem in made_of.problems}
    for problem in request.check():
        base, of, _ = problem.field.partition(OF)
        if not of or problem.field in made_of.own:
            if problem.field not in told:
                yield problem
        elif form.image_tag if base == Field.IMAGE_TAG else form.chart_version:
            yield FieldError(field=base, text=problem.text)
        elif base == Field.CHART_VERSION and form.version_name:
            yield FieldError(field=base, text=f"The version name is not SemVer. {problem.text}")
        elif base == Field.IMAGE_TAG and not tag_problem(form.version_name):
            yield FieldError(field=base, text=problem.text)
        # else it came from the version's name, which has been reported itself

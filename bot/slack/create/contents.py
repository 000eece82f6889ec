"""What a new version is made of, from what was ticked or, where Zadig could not be asked, from text lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.models import Container, Kind, Service
from bot.domain.requests import (
    Field,
    FieldError,
    ImageRequest,
    ServiceRequest,
    chart_version_from,
    tag_problem,
)
from bot.slack.create.constants import ALL_IMAGES
from bot.slack.create.form import CreateForm
from bot.slack.create.lines import Line, LineError, image_name_and_tag, read_lines
from bot.slack.ids import OF


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """The services of a version; `own` names the fields whose value was given for one thing and not for all."""

    services: tuple[ServiceRequest, ...]
    problems: tuple[FieldError, ...]
    own: frozenset[str]


def contents(form: CreateForm) -> Contents:
    """Reads services, tags and chart versions; mistakes in lines are reported under the text by line number."""
    return _typed(form) if form.choices.services is None else _ticked(form)


def default_tag(form: CreateForm) -> str:
    """The tag of every image that has none of its own."""
    return form.image_tag or form.version_name


def default_chart_version(form: CreateForm, service: str = "") -> str:
    """The version of a chart that has none of its own; empty if neither the version's name nor what runs tells it.

    Only valid ones are proposed: where the name spells none, the one after that which runs.
    """
    if form.kind is not Kind.HELM:
        return ""
    return form.chart_version or chart_version_from(form.version_name) or form.next_charts.get(service, "")


def chart_version_of_all(form: CreateForm) -> str:
    """What the charts take if that is one and the same."""
    found = {default_chart_version(form, name) for name in form.chosen_services}
    return found.pop() if len(found) == 1 and "" not in found else "Next version after the running one"


def _own(tags: Iterable[str], versions: Iterable[str]) -> frozenset[str]:
    fields = [f"{Field.IMAGE_TAG}{OF}{thing}" for thing in tags]
    return frozenset([*fields, *(f"{Field.CHART_VERSION}{OF}{thing}" for thing in versions)])


def _ticked(form: CreateForm) -> Contents:
    """The ticked services. A value of its own beats the one for all."""
    services = tuple(_service(form, service) for service in form.chosen_services.values())
    tags = (key for key, tag in form.image_tags.items() if tag)
    versions = (name for name, version in form.chart_versions.items() if version)
    return Contents(services=services, problems=(), own=_own(tags, versions))


def _service(form: CreateForm, service: Service) -> ServiceRequest:
    distinct = {(one.name, one.image): one for one in service.containers if one.name}
    return ServiceRequest(
        name=service.name,
        images=tuple(_image(form, f"{service.name}/{one.name}", one) for one in distinct.values()),
        chart_version=form.chart_versions.get(service.name) or default_chart_version(form, service.name)
        if form.kind is Kind.HELM
        else "",
    )


def _image(form: CreateForm, key: str, container: Container) -> ImageRequest:
    """`image_name` is the basename of what the environment runs: Zadig refuses any other.

    What is no tag is passed over where the image is not copied: it is not shown then.
    """
    tag, copied = form.image_tags.get(key, ""), not {ALL_IMAGES, key}.intersection(form.not_copied or ())
    return ImageRequest(
        container=container.name,
        image_name=container.image_name or image_name_and_tag(container.image)[0],
        tag=tag if tag and (copied or not tag_problem(tag)) else default_tag(form),
        copied=copied,
        source=container.image,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lines:
    """What the lines under `services` say; `read` adds a line."""

    form: CreateForm
    images: dict[str, dict[str, ImageRequest]] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    versions: dict[str, str] = field(default_factory=dict)

    def read(self, line: Line) -> None:
        if not line.service:
            raise LineError("the service name before the slash is missing.")
        if "/" in line.thing:
            self._image(line)
        else:
            self._service(line)

    def _image(self, line: Line) -> None:
        name, tag = image_name_and_tag(line.word)
        if not line.container or not name or len(line.words) != 1:
            raise LineError(
                f"write {line.service}/container image:tag, with nocopy at the end if it is not to be copied."
            )
        mine = self.images.setdefault(line.service, {})
        if line.container in mine:
            raise LineError(f"{line.thing} is already on an earlier line.")
        if tag:
            self.tags.add(line.thing)
        mine[line.container] = ImageRequest(
            container=line.container, image_name=name, tag=tag or default_tag(self.form), copied=line.copied
        )

    def _service(self, line: Line) -> None:
        helm = self.form.kind is Kind.HELM
        if len(line.words) > (1 if helm else 0) or not line.copied:
            form = "service chart-version" if helm else "service/container image:tag"
            raise LineError(f"write {form}.")
        self.images.setdefault(line.service, {})
        if line.word:
            self.versions[line.service] = line.word


def _typed(form: CreateForm) -> Contents:
    """The services as text: `service/container image:tag [nocopy]`, and for Helm `service chart-version`."""
    found = _Lines(form=form)
    problems = read_lines(form.service_lines, Field.SERVICES, found.read)
    services = tuple(
        ServiceRequest(
            name=name,
            images=tuple(images.values()),
            chart_version=found.versions.get(name) or default_chart_version(form, name),
        )
        for name, images in found.images.items()
    )
    return Contents(services=services, problems=problems, own=_own(found.tags, found.versions))

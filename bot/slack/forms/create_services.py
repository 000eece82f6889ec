"""What a new version is made of, from what was ticked or, where Zadig could not be asked, from text lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.models import Container, Kind, Service
from bot.domain.requests import Field, FieldError, ImageRequest, ServiceRequest, chart_version_from
from bot.slack.forms.create_form import CreateForm
from bot.slack.forms.create_terms import ALL_IMAGES
from bot.slack.forms.lines import Line, LineError, image_name_and_tag, read_lines, tag_of
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


def _default_tag(form: CreateForm) -> str:
    return form.image_tag or form.version_name


def _default_chart_version(form: CreateForm) -> str:
    if form.kind is not Kind.HELM:
        return ""
    return form.chart_version or chart_version_from(form.version_name)


def _own(tags: Iterable[str], versions: Iterable[str]) -> frozenset[str]:
    fields = [f"{Field.IMAGE_TAG}{OF}{thing}" for thing in tags]
    return frozenset([*fields, *(f"{Field.CHART_VERSION}{OF}{thing}" for thing in versions)])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Exceptions:
    """What deviates from the defaults, by thing; `read` adds a line of the text under `images`."""

    form: CreateForm
    images: dict[str, Container]
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    not_copied: set[str] = field(default_factory=set)

    def read(self, line: Line) -> None:
        if line.thing in self.images:
            self._image(line)
        elif self.form.kind is Kind.HELM and line.thing in self.form.chosen_services:
            self._chart(line)
        else:
            raise LineError(f"{line.thing} is not among what you chose.")

    def _image(self, line: Line) -> None:
        if len(line.words) > 1 or (line.copied and not line.words):
            raise LineError(f"write {line.thing} image:tag, and nocopy behind it if it stays where it is.")
        if not line.copied:
            self.not_copied.add(line.thing)
        if line.word:
            self.tags[line.thing] = tag_of(line.word)

    def _chart(self, line: Line) -> None:
        if len(line.words) != 1 or not line.copied:
            raise LineError(f"write the service and its chart version, such as {line.thing} 1.4.0.")
        self.versions[line.thing] = line.word


def _ticked(form: CreateForm) -> Contents:
    """The ticked services. An input of its own beats a line, a line beats the value for all."""
    found = _Exceptions(form=form, images=form.chosen_images)
    problems = read_lines(form.images, Field.IMAGES, found.read)
    found.tags.update({key: tag for key, tag in form.image_tags.items() if tag})
    found.versions.update({name: version for name, version in form.chart_versions.items() if version})
    found.not_copied.update(form.not_copied or ())
    services = tuple(_service(found, service) for service in form.chosen_services.values())
    return Contents(services=services, problems=problems, own=_own(found.tags, found.versions))


def _service(found: _Exceptions, service: Service) -> ServiceRequest:
    named = {container.name: container for container in service.containers if container.name}
    return ServiceRequest(
        name=service.name,
        images=tuple(_image(found, f"{service.name}/{name}", one) for name, one in named.items()),
        chart_version=found.versions.get(service.name) or _default_chart_version(found.form),
    )


def _image(found: _Exceptions, key: str, container: Container) -> ImageRequest:
    """`image_name` is the basename of what the environment runs: Zadig refuses any other."""
    return ImageRequest(
        container=container.name,
        image_name=container.image_name or image_name_and_tag(container.image)[0],
        tag=found.tags.get(key) or _default_tag(found.form),
        copied=not {ALL_IMAGES, key} & found.not_copied,
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
            raise LineError("the name of the service is missing in front of the slash.")
        if "/" in line.thing:
            self._image(line)
        else:
            self._service(line)

    def _image(self, line: Line) -> None:
        name, tag = image_name_and_tag(line.word)
        if not line.container or not name or len(line.words) != 1:
            raise LineError(
                f"write {line.service}/container image:tag, and nocopy behind it if it stays where it is."
            )
        mine = self.images.setdefault(line.service, {})
        if line.container in mine:
            raise LineError(f"{line.thing} stands in an earlier line already.")
        if tag:
            self.tags.add(line.thing)
        mine[line.container] = ImageRequest(
            container=line.container, image_name=name, tag=tag or _default_tag(self.form), copied=line.copied
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
            chart_version=found.versions.get(name) or _default_chart_version(form),
        )
        for name, images in found.images.items()
    )
    return Contents(services=services, problems=problems, own=_own(found.tags, found.versions))

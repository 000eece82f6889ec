"""What people ask Zadig for, and whether it makes sense: create, retry and delete, with errors by field."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.meaning import foreign
from bot.domain.models import Kind


class Field(StrEnum):
    """The fields of the forms; an input's `block_id` is one of these, or one of them, a colon and a thing."""

    PROJECT = "project"
    ENVIRONMENT = "environment"
    PRODUCTION = "production"
    VERSION_NAME = "version_name"
    DESCRIPTION = "description"
    LABELS = "labels"
    REGISTRY = "registry"
    CHART_REPOSITORY = "chart_repository"
    SERVICES = "services"
    IMAGE_TAG = "image_tag"
    IMAGES = "images"
    NOT_COPIED = "not_copied"
    CHART_VERSION = "chart_version"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldError:
    """What is wrong with one field and what to do, in one sentence. `field` may carry a thing: `image_tag:cart/app`."""

    field: str
    text: str


class Source(StrEnum):
    """What a new version is made from: what an environment runs, what another version holds, or images named one by one.

    Zadig before 4 knows environments only.
    """

    ENVIRONMENT = "environment"
    VERSION = "version"
    IMAGES = "images"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRequest:
    """One image to record: `container` finds where it comes from, `image_name` is the basename of that.

    `tag` is the target tag. `copied` is False for images that are recorded but stay where they are. `source` is the whole
    name of the image that is copied: needed for versions that are made from images named one by one, and worth giving
    wherever it is known, because only then two images that would end under one name can be told apart.
    """

    container: str
    image_name: str
    tag: str
    copied: bool = True
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceRequest:
    """One service (K8s) or chart (Helm) of a new version; `chart_version` is SemVer and Helm's only."""

    name: str
    images: tuple[ImageRequest, ...] = ()
    chart_version: str = ""


# Zadig uses the name in a path on its server that it removes recursively, and checks nothing: only names that are safe
# in paths, image tags and URLs may leave the bot.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
# https://github.com/opencontainers/distribution-spec: the grammar of a tag.
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
# https://semver.org: Zadig writes it into Chart.yaml, and Helm refuses anything else.
SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,  # \d alone means the digits of every script
)
ID = re.compile(r"[0-9a-f]{24}")


def name_problem(name: str) -> str:
    """What keeps `name` from being a version's name, as a sentence; empty if nothing does."""
    if not name:
        return "Give the version a name, such as v14 or 2.3.0."
    if odd := foreign(name, "A-Za-z0-9._-"):
        return f"A version name cannot contain {odd}: use letters, digits, dots, dashes and underscores."
    if ".." in name or not NAME.fullmatch(name):
        return "Use at most 63 letters, digits, dots, dashes and underscores, starting with a letter or digit and without two dots in a row."
    return ""


def tag_problem(tag: str) -> str:
    """What keeps `tag` from being an image tag, as a sentence; empty if nothing does."""
    if odd := foreign(tag, "A-Za-z0-9._-"):
        return f"An image tag cannot contain {odd}: use letters, digits, dots, dashes and underscores."
    if not TAG.fullmatch(tag):
        return "An image tag is at most 128 letters, digits, dots, dashes and underscores, and does not start with a dot or dash."
    return ""


def chart_version_problem(version: str) -> str:
    """What keeps `version` from being a chart's version, as a sentence; empty if nothing does."""
    return "" if SEMVER.fullmatch(version) else "A chart version must be SemVer, such as 1.4.0 or 1.4.0-rc.1."


def chart_version_from(version_name: str) -> str:
    """The SemVer that a version's name spells (`v1.2.3` gives `1.2.3`), or nothing."""
    candidate = version_name.removeprefix("v")
    return candidate if SEMVER.fullmatch(candidate) else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CreateVersion:
    """A new version of a project, made from what an environment runs unless `source` says otherwise.

    `original` is the name of the version whose images become this one's, of the same project. `registry` is the id of the target registry; `chart_repository` the name of the Helm chart repository.
    """

    project: str
    kind: Kind
    version_name: str
    environment: str
    production: bool = False
    description: str = ""
    labels: tuple[str, ...] = ()
    registry: str = ""
    chart_repository: str = ""
    services: tuple[ServiceRequest, ...] = ()
    source: Source = Source.ENVIRONMENT
    original: str = ""

    def check(self) -> tuple[FieldError, ...]:
        """Everything that Zadig would refuse, break on or silently accept as nonsense; empty if it makes sense."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[FieldError]:
        if not self.project:
            yield FieldError(field=Field.PROJECT, text="Choose a project.")
        if text := name_problem(self.version_name):
            yield FieldError(field=Field.VERSION_NAME, text=text)
        yield from self._source_problems()
        if not self.services:
            yield FieldError(field=Field.SERVICES, text="Choose at least one service.")
        yield from self._registry_problems()
        if self.kind is Kind.HELM:
            yield from self._chart_problems()
        for service in self.services:
            yield from _image_problems(service)
        yield from collisions(self.services)

    def _source_problems(self) -> Iterator[FieldError]:
        match self.source:
            case Source.ENVIRONMENT if not self.environment:
                text = "Choose the environment to take the images from."
                yield FieldError(field=Field.ENVIRONMENT, text=text)
            case Source.VERSION if not self.original:
                text = "Name the version to take the images from."
                yield FieldError(field=Field.ENVIRONMENT, text=text)
            case Source.IMAGES:
                images = [(one.name, image) for one in self.services for image in one.images]
                missing = [f"{name}/{image.container}" for name, image in images if not image.source]
                if missing:
                    text = f"Name the image for {', '.join(missing[:10])}."
                    yield FieldError(field=Field.SERVICES, text=text)
            case Source.ENVIRONMENT | Source.VERSION:
                pass

    def _registry_problems(self) -> Iterator[FieldError]:
        needed = self.kind is Kind.HELM or any(
            image.copied for service in self.services for image in service.images
        )
        if needed and not self.registry:
            yield FieldError(field=Field.REGISTRY, text="Choose the registry to copy the images to.")

    def _chart_problems(self) -> Iterator[FieldError]:
        if not self.chart_repository:
            yield FieldError(
                field=Field.CHART_REPOSITORY, text="Name the chart repository to push the charts to."
            )
        for service in self.services:
            if text := chart_version_problem(service.chart_version):
                yield FieldError(field=f"{Field.CHART_VERSION}:{service.name}", text=text)


def _image_problems(service: ServiceRequest) -> Iterator[FieldError]:
    for image in service.images:
        if text := tag_problem(image.tag):
            yield FieldError(field=f"{Field.IMAGE_TAG}:{service.name}/{image.container}", text=text)


def collisions(services: Iterable[ServiceRequest]) -> Iterator[FieldError]:
    """Different images that would be copied to one name, of which the last would win, and containers that share theirs.

    Zadig looks at neither. The same image twice is fine, and so is one whose source is not said it comes from.
    """
    services = tuple(services)
    for service in services:
        yield from _namesakes(service)
    first: dict[tuple[str, str], tuple[str, str]] = {}
    copies = ((one.name, image) for one in services for image in one.images if image.copied and image.source)
    for service_name, image in copies:
        thing = f"{service_name}/{image.container}"
        target = (image.image_name, image.tag)
        other, source = first.setdefault(target, (thing, image.source))
        if source != image.source and other != thing:
            text = (
                f"{other} and {thing} would both become {image.image_name}:{image.tag}, but they are different images: "
                f"{source} and {image.source}. Give one of them another tag."
            )
            yield FieldError(field=f"{Field.IMAGE_TAG}:{thing}", text=text)


def _namesakes(service: ServiceRequest) -> Iterator[FieldError]:
    """Zadig goes by the names of service and container, and by nothing else."""
    seen: dict[str, ImageRequest] = {}
    told: set[str] = set()
    for image in service.images:
        if seen.setdefault(image.container, image) != image and image.container not in told:
            told.add(image.container)
            text = (
                f"{service.name} has several containers named {image.container} with different images, "
                f"and Zadig cannot tell them apart. Leave {service.name} out."
            )
            yield FieldError(field=Field.SERVICES, text=text)


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryVersion:
    """Once more for a failed version. K8s needs some existing environment of the project, not the original one.

    `by_id`: this Zadig goes by the id alone (v2), and no environment is needed.
    """

    project: str
    version_name: str
    version_id: str
    kind: Kind
    environment: str = ""
    production: bool = False
    by_id: bool = False

    def check(self) -> tuple[FieldError, ...]:
        """An environment is needed for K8s in v1: Zadig looks it up before anything else, although it uses nothing of it."""
        if self.kind is Kind.K8S and not self.by_id and not self.environment:
            return (FieldError(field=Field.ENVIRONMENT, text="Choose any environment of the project."),)
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteVersion:
    """Take a version out of Zadig; what it pushed to registries stays there.

    `for_production`: what takes its place is made from a production environment, and needs the permission for that.
    """

    project: str
    version_name: str
    version_id: str
    for_production: bool = False

    def check(self) -> tuple[FieldError, ...]:
        """The id must be one: Zadig answers an empty id with another page and a malformed one with an error."""
        if not ID.fullmatch(self.version_id):
            return (FieldError(field=Field.VERSION_NAME, text="This version has no usable id."),)
        return ()

"""What Zadig keeps, in the bot's words: projects, environments, versions and what they are made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Self, TypeVar


class Kind(StrEnum):
    """What a version is made of: images of a K8s YAML project or charts of a Helm project."""

    K8S = "k8s"
    HELM = "helm"


class Status(StrEnum):
    """Where a version stands. `UNKNOWN` stands for any other word on the wire and is never settled."""

    CREATING = "creating"
    RETRYING = "retrying"
    SUCCESS = "success"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def settled(self) -> bool:
        return self in (Status.SUCCESS, Status.FAILED)


class Retryable(StrEnum):
    """Whether Zadig takes a retry of a version. Where it does not, deleting and creating again is the only way."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


# What Zadig records when its watcher gives up after an hour, while the copying goes on.
TIMED_OUT = "timeout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the copying is. `done` of `total` images (Helm without image work: charts).

    0 of 0 is normal: nothing had to be copied. `upload_status` is Zadig's own word (`waiting`, `uploading`,
    `success`, `failed` or empty); `error` its reason, which is often empty although the version failed.
    `begun` is whether Zadig ever started a workflow to copy with, None where that is unknown. `meaning` says in plain English
    what an `error` means that is one of Zadig's own, and what to do; empty for all others.
    """

    done: int
    total: int
    upload_status: str = ""
    error: str = ""
    begun: bool | None = None
    meaning: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One version as a list or details call shows it.

    `id` is 24 hexadecimal digits and dies when Zadig is upgraded to 4; `(project, name)` survives.
    `created_at` is in unix seconds of Zadig's clock. `status_word` is the word on the wire; `status` can be further: of a
    version that Zadig has lost sight of, it is what the copying came to (Zadig 4.0.0 to 4.2.1 never settles a retry).
    `labels` and `progress` are None where the answer does not carry them (a v1 list carries neither).
    """

    project: str
    name: str
    id: str
    kind: Kind | None
    status: Status
    status_word: str
    created_at: int
    created_by: str = ""
    description: str = ""
    labels: tuple[str, ...] | None = None
    progress: Progress | None = None

    @classmethod
    def unseen(cls, project: str, name: str, *, created_at: int = 0) -> Self:
        """One of which nothing but its name is known, because Zadig never showed it to the bot."""
        return cls(
            project=project,
            name=name,
            id="",
            kind=None,
            status=Status.UNKNOWN,
            status_word="",
            created_at=created_at,
        )

    @property
    def reference(self) -> "VersionReference":
        return VersionReference(project=self.project, name=self.name, id=self.id)

    @property
    def reason(self) -> str:
        """Why it failed, as far as Zadig recorded it; empty unless the version failed."""
        return self.progress.error if self.progress and self.status is Status.FAILED else ""

    @property
    def meaning(self) -> str:
        """What that reason means and what to do, where it is one of Zadig's own; empty otherwise."""
        return self.progress.meaning if self.progress and self.status is Status.FAILED else ""

    @property
    def retryable(self) -> Retryable:
        """Whether Zadig takes a retry, by what its code checks (2.3.1 to 5.0.0); a list seldom says enough to know.

        It takes one of versions that it calls `failed`. Of Helm it pushes what is missing. Of K8s it runs the workflow of
        the first attempt again, so there has to be one, and one with something left to do that runs no more.
        """
        if self.status is not Status.FAILED or self.status_word in (Status.CREATING, Status.RETRYING):
            return Retryable.NO
        if self.kind is Kind.HELM:
            return Retryable.YES
        if self.kind is None or self.progress is None or self.progress.begun is None:
            return Retryable.UNKNOWN
        if not self.progress.begun or self.progress.done >= self.progress.total:
            return Retryable.NO
        return Retryable.UNKNOWN if self.progress.error == TIMED_OUT else Retryable.YES


class CopyState(StrEnum):
    """How far one image is on its way to its registry, or one chart to its repository."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"  # it stays where it is
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Copying:
    """The way of one image or chart, `source` being where it comes from and `error` why it failed; either may be empty."""

    state: CopyState
    source: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """One image of a version.

    `reference` is the intended target, written before anything is copied; of an image that is left where it was it is that
    place, empty if unknown.

    `copying` is None where Zadig says it of all images together only (dialect v1).

    `module` is Zadig's service module: the container name or, before Zadig 3.4.1, the image name.
    """

    id: str
    service: str
    module: str
    reference: str
    name: str
    created_at: int
    registry_id: str = ""
    namespace: str = ""
    copying: Copying | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One chart of a Helm version with the images nested in it; `copying` as of images."""

    id: str
    service: str
    name: str
    repository: str
    version: str
    created_at: int
    images: tuple[Image, ...] = ()
    copying: Copying | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionDetails:
    """A version with everything it is made of: `images` of K8s versions, `charts` of Helm versions.

    `retry_by_id`: Zadig retries it by its id alone (v2); else it looks up an environment before it retries a K8s version.
    `reusable`: another version can be made from it, whatever environments run now (v2). `production`: it was made from a
    production environment, as far as Zadig says; `environment` is the one it was made from, empty where Zadig does not say it.
    """

    version: Version
    images: tuple[Image, ...] = ()
    charts: tuple[Chart, ...] = ()
    retry_by_id: bool = False
    reusable: bool = False
    production: bool = False
    environment: str = ""


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """A page of a longer list: `number` counts from 1, `total` is the length of the whole list.

    `left_out`: rows of this page that Zadig sent without a name or an id, so that nothing can be done with them.
    """

    items: tuple[T, ...]
    total: int
    number: int
    size: int
    left_out: int = 0

    @property
    def count(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A project. `kind` is None for deploy types that have no versions (hosts, externally managed)."""

    key: str
    name: str
    kind: Kind | None
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """An environment of a project; its key is unique in the project across test and production."""

    key: str
    name: str
    production: bool
    registry_id: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """A container of a service: `image` is what runs now, `image_name` the basename a copy must keep."""

    name: str
    image: str
    image_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A service of an environment with its containers; `chart_version` is that of the chart that runs, empty if that is unknown."""

    name: str
    containers: tuple[Container, ...] = ()
    chart_version: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Registry:
    """An image registry integrated in Zadig. Not every one is open to every project, and no call says which."""

    id: str
    address: str
    namespace: str = ""
    default: bool = False

    @property
    def title(self) -> str:
        """The address without its scheme, with the namespace: `registry.example.com/prod`."""
        address = self.address.removeprefix("https://").removeprefix("http://").rstrip("/")
        return f"{address}/{self.namespace}" if self.namespace else address

    def holds(self, reference: str) -> bool:
        """Whether an image comes from here; one without a host comes from Docker Hub."""
        place = reference.rpartition("/")[0]
        if "." not in place.partition("/")[0] and ":" not in place.partition("/")[0]:
            place = f"docker.io/{place or 'library'}"
        return place == self.title or (not self.namespace and place.startswith(f"{self.title}/"))


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionReference:
    """Which version is meant: its project and its name, its 24-digit id, or both once it has been found."""

    project: str
    name: str = ""
    id: str = ""

    def __str__(self) -> str:
        return f"{self.project}/{self.name or self.id}"

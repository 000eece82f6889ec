"""What both dialects of Zadig's version API share: paging, finding and deleting."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.domain.errors import NotFound
from bot.domain.models import Kind, Page, Progress, Status, Version, VersionDetails, VersionReference
from bot.domain.requests import CreateVersion, DeleteVersion, FieldError, RetryVersion
from bot.zadig.calls import DELETE_SECONDS, Answer, Call, Purpose
from bot.zadig.client import Client
from bot.zadig.wire import Labels, Text, Wire
from bot.zadig.wire import created_at as creation_time
from bot.zadig.workflow_tasks import Workflow

RELEASES: tuple[str, ...] = ("openapi", "delivery", "releases")
PAGE_SIZE = 100
KINDS = {"K8SYaml": Kind.K8S, "HelmChart": Kind.HELM}
DELIVERY_WORKFLOW = "zadig-delivery"


def read_status(word: str) -> Status:
    """The status for a word on the wire; any other word is UNKNOWN and never settled."""
    return Status(word) if word in set(Status) else Status.UNKNOWN


class VersionFields(Wire):
    """What both dialects say of a version under the same keys, in lists and in details."""

    type: Text = ""
    status: Text = ""
    labels: Labels = ()
    description: Text = ""
    created_by: Text = ""

    @property
    def kind(self) -> Kind | None:
        return KINDS.get(self.type)

    def to_version(
        self, reference: VersionReference, *, created_at: int, progress: Progress | None = None
    ) -> Version:
        """`created_at` is in unix seconds, 0 if the answer does not say it: then the id of `reference` tells."""
        return Version(
            project=reference.project,
            name=reference.name,
            id=reference.id,
            kind=self.kind,
            status=read_status(self.status),
            status_word=self.status,
            created_at=creation_time(created_at, reference.id),
            created_by=self.created_by,
            description=self.description,
            labels=self.labels,
            progress=progress,
        )


def shared_workflow(project: str) -> Workflow:
    """The one in which Zadig before 4 copies the images of all versions of a project."""
    return Workflow(name=f"{DELIVERY_WORKFLOW}-{project}", own=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What a list answer says: its versions, how many the project has (None: not said), and how many rows could not be read."""

    versions: tuple[Version, ...]
    total: int | None
    left_out: int = 0

    def page(self, *, number: int, size: int) -> Page[Version]:
        rows = len(self.versions) + self.left_out
        total = rows if self.total is None else self.total
        return Page(items=self.versions, total=total, number=number, size=size, left_out=self.left_out)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect(ABC):
    """One generation of the API; implements the port `Releases` once the dialect is known."""

    name: ClassVar[str]
    client: Client

    @abstractmethod
    def read_list(self, project: str, answer: Answer) -> Listed:
        """The versions of a list answer. Raises Unreadable and DialectMismatch."""

    @abstractmethod
    async def show(self, reference: VersionReference) -> VersionDetails:
        """As in the port; what the reference lacks is looked up in the list."""

    @abstractmethod
    async def problems(self, request: CreateVersion) -> tuple[FieldError, ...]:
        """What `create` would refuse because of what the version is made from, as far as that can be told; never raises."""

    @abstractmethod
    async def create(self, request: CreateVersion) -> None:
        """As in the port."""

    @abstractmethod
    async def retry(self, request: RetryVersion) -> None:
        """As in the port."""

    @abstractmethod
    def workflows(self, version: Version) -> tuple[Workflow, ...]:
        """Where the task that copies the version's images can be, the likeliest first."""

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        """As in the port. Zadig turns a page number or size of 0 down, and has no upper bound of its own."""
        number, size = max(1, number), min(max(1, size), PAGE_SIZE)
        call = Call(
            purpose=Purpose.LIST,
            path=RELEASES,
            query={"projectKey": project, "pageNum": number, "pageSize": size},
            about=VersionReference(project=project),
        )
        listed = await self.client.read(call, lambda answer: self.read_list(project, answer))
        return listed.page(number=number, size=size)

    async def find(self, project: str, name: str) -> Version | None:
        """As in the port. Neither dialect can look a name up and tell its id: the list is read, newest first."""
        async for version in self._newest(project):
            if version.name == name:
                return version
        return None

    async def _newest(self, project: str) -> AsyncIterator[Version]:
        """Every version once, newest first, even if pages shift while they are read or the total is wrong."""
        seen: set[str] = set()
        number = 0
        while True:
            number += 1
            page = await self.page(project, number=number, size=PAGE_SIZE)
            fresh = [version for version in page.items if version.id not in seen]
            for version in fresh:
                seen.add(version.id)
                yield version
            if not fresh or number * PAGE_SIZE >= page.total:
                return

    async def resolve(self, reference: VersionReference, *, need: Literal["id", "name"]) -> VersionReference:
        """The reference with the part that is `need`ed (`id` or `name`). Raises NotFound."""
        if getattr(reference, need):
            return reference
        async for version in self._newest(reference.project):
            if (reference.name and version.name == reference.name) or (
                reference.id and version.id == reference.id
            ):
                return VersionReference(project=reference.project, name=version.name, id=version.id)
        raise NotFound(f"There is no version {reference}.")

    async def delete(self, request: DeleteVersion) -> None:
        """As in the port."""
        call = Call(
            purpose=Purpose.DELETE,
            verb="DELETE",
            path=(*RELEASES, request.version_id),
            query={"projectKey": request.project},
            seconds=DELETE_SECONDS,
            about=VersionReference(project=request.project, name=request.version_name, id=request.version_id),
        )
        await self.client.write(call)

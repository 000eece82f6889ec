"""Dialect v2, the API of Zadig 4 and later."""

import logging
import re
from dataclasses import dataclass
from typing import ClassVar

from bot.domain.errors import NotFound, Rejected, ReleaseBotError
from bot.domain.models import Kind, Status, Version, VersionDetails, VersionReference
from bot.domain.requests import CreateVersion, FieldError, RetryVersion
from bot.zadig.calls import CREATE_SECONDS, Answer, Call, Purpose
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.dialects.base import DELIVERY_WORKFLOW, RELEASES, Dialect, Listed, shared_workflow
from bot.zadig.dialects.v2_create import Creating
from bot.zadig.dialects.v2_read import copied, details_body, details_of, listed, settled
from bot.zadig.dialects.v2_wire import DetailsBody, ListBody, read_list
from bot.zadig.failures import describe
from bot.zadig.phrases import DialectMismatch, SaysTaken
from bot.zadig.server import Server
from bot.zadig.workflow_tasks import PASSED, Workflow, WorkflowTasks

log = logging.getLogger(__name__)

# Zadig writes an outcome down within five seconds after the copying is over, if it still watches. It forgets to after
# every retry (4.0.0 to 4.2.1), and after a restart of the server for what was under way.
LOST_AFTER_SECONDS = 30
QUIET_SECONDS = 120  # a version that is younger is not doubted
# Zadig 4 takes one version a second, for all projects together.
COLLISION_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class V2(Dialect):
    """Details by name and without an id, retry by id; a create spells out every image."""

    name: ClassVar[str] = "v2"
    catalog: ZadigCatalog
    tasks: WorkflowTasks
    server: Server

    @property
    def _creating(self) -> Creating:
        return Creating(catalog=self.catalog, client=self.client, server=self.server)

    def read_list(self, project: str, answer: Answer) -> Listed:
        body: ListBody = read_list(answer)
        if any(
            "progress" in row.model_fields_set and "source" not in row.model_fields_set for row in body.list
        ):
            raise DialectMismatch("This Zadig speaks v1.", raw=describe(answer))
        versions = tuple(listed(project, row) for row in body.list)
        return Listed(versions=versions, total=body.total, left_out=body.left_out)

    async def show(self, reference: VersionReference) -> VersionDetails:
        """By name; the id, which the answer lacks, is the reference's, or else the list's.

        A version that Zadig has lost sight of stands where its copying came to; `status_word` stays Zadig's.
        """
        reference = await self.resolve(reference, need="name")
        reference = await self.resolve(reference, need="id")
        body = await details_body(self.client, reference)
        details = details_of(reference, body)
        outcome = await self._lost_outcome(details, body)
        return settled(details, outcome) if outcome else details

    async def _lost_outcome(self, details: VersionDetails, body: DetailsBody) -> Status | None:
        """How the copying ended, if Zadig should have written that down and has not.

        The details do not tell: the same watcher that writes the status writes those of the images.
        """
        version, now = details.version, self.client.transport.clock.now().timestamp()
        young = version.status is Status.CREATING and now - version.created_at < QUIET_SECONDS
        if young or version.status not in (Status.CREATING, Status.RETRYING):
            return None
        if version.kind is Kind.HELM and not any(copied(body)):
            pushed = body.services and all(service.chart_status == PASSED for service in body.services)
            return Status.SUCCESS if pushed else None
        try:
            return await self.tasks.outcome(
                details, self.workflows(version), ended_by=now - LOST_AFTER_SECONDS
            )
        except ReleaseBotError as error:
            log.info(
                "outcome unknown",
                extra={"action": "outcome_unknown", "project": version.project, "error": str(error)},
            )
            return None

    def workflows(self, version: Version) -> tuple[Workflow, ...]:
        """Its own, the name of which 4.0.0 does not sanitise, or the project's if it was made before an upgrade to 4."""
        names = dict.fromkeys((_sanitised(version.name), version.name))
        own = [Workflow(name=f"{DELIVERY_WORKFLOW}-{version.project}-{name}", own=True) for name in names]
        return (*own, shared_workflow(version.project))

    async def problems(self, request: CreateVersion) -> tuple[FieldError, ...]:
        return await self._creating.problems(request)

    async def create(self, request: CreateVersion) -> None:
        """What it is made from is looked up first, because older servers believe what they are told.

        The one write that is repeated, once: Zadig keeps the second of creation unique, and says of a version that it
        takes for another one's second that the name is taken. It has stored nothing then, and its details prove it.
        """
        body = await self._creating.body(request)
        call = Call(
            purpose=Purpose.CREATE,
            verb="POST",
            path=(*RELEASES, request.kind),
            body=body,
            seconds=CREATE_SECONDS,
            about=VersionReference(project=request.project, name=request.version_name),
        )
        try:
            await self.client.write(call)
        except SaysTaken:
            if not await self._is_free(request):
                raise
            await self.client.retry.sleep(COLLISION_SECONDS + self.client.retry.rng())
            await self._create_again(call)

    async def _is_free(self, request: CreateVersion) -> bool:
        """Whether there certainly is no version of this name."""
        try:
            await details_body(
                self.client, VersionReference(project=request.project, name=request.version_name)
            )
        except NotFound:
            return True
        except ReleaseBotError:
            return False
        return False

    async def _create_again(self, call: Call) -> None:
        try:
            await self.client.write(call)
        except SaysTaken as error:
            raise Rejected(
                "Zadig was creating another version in the same second.", remedy="Try again.", raw=error.raw
            ) from error

    async def retry(self, request: RetryVersion) -> None:
        """By id, without a body."""
        call = Call(
            purpose=Purpose.RETRY,
            verb="POST",
            path=(*RELEASES, "retry"),
            query={"id": request.version_id, "projectKey": request.project},
            seconds=CREATE_SECONDS,
            about=VersionReference(project=request.project, name=request.version_name, id=request.version_id),
        )
        await self.client.write(call)


def _sanitised(name: str) -> str:
    """As Zadig 4.1.0 and later make a version's name part of a workflow's."""
    return re.sub("-+", "-", re.sub("[^a-z0-9-]", "-", name.lower())).strip("-") or "default"

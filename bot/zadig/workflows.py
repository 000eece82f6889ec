"""The port `Workflows` over whichever dialect Zadig speaks."""

from dataclasses import dataclass

from bot.domain.errors import Refused, Unreadable, WrongServer
from bot.domain.models import VersionDetails
from bot.zadig.detect import Detector
from bot.zadig.workflow_tasks import WorkflowTasks


@dataclass(frozen=True, kw_only=True, slots=True)
class ZadigWorkflows:
    """Says why versions failed that do not say it themselves."""

    detector: Detector
    tasks: WorkflowTasks

    async def failure(self, details: VersionDetails) -> str:
        """As in the port: a refusal, a route that this Zadig has not, or another shape than its own is no reason at all."""
        dialect = await self.detector.dialect()
        try:
            return await self.tasks.failure(details, dialect.workflows(details.version))
        except (Refused, WrongServer, Unreadable):
            return ""

"""Why versions failed that do not say it themselves: the workflow that copied their images is asked, and never for nothing."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.errors import ReleaseBotError
from bot.domain.models import Progress, Status, Version, VersionDetails
from bot.domain.ports import Workflows
from bot.services.forms.stale_cache import Freshness, StaleCache

log = logging.getLogger(__name__)

# A retry that fails in its turn says something else soon enough.
FOR_MINUTES = Freshness(current=120, overdue=120, limit=120)
# A reason is waited for at most this many seconds.
TIMEOUT_SECONDS = 5.0


class Explain(Protocol):
    """Details, and the same details with a reason if Zadig has one."""

    async def __call__(self, details: VersionDetails, *, anew: bool = False) -> VersionDetails:
        """`anew` asks even if the answer is known: the version has just failed. Never raises."""


async def unexplained(
    details: VersionDetails,
    *,
    anew: bool = False,  # noqa: ARG001 - the shape of Explain
) -> VersionDetails:
    """The details as they are."""
    return details


@dataclass(frozen=True, kw_only=True, slots=True)
class Explainer:
    """Asks about failed versions without a reason, and keeps what it hears for two minutes, also that there is none."""

    workflows: Workflows
    cache: StaleCache
    timeout_seconds: float = TIMEOUT_SECONDS

    async def explain(self, details: VersionDetails, *, anew: bool = False) -> VersionDetails:
        """As in `Explain`. What Zadig does not say within five seconds stays unknown."""
        version = details.version
        if version.status is not Status.FAILED or version.reason.strip():
            return details
        try:
            async with asyncio.timeout(self.timeout_seconds):
                reason = await self._reason(details, anew=anew)
        except (ReleaseBotError, TimeoutError) as error:
            log.info(
                "no reason",
                extra={
                    "action": "no_reason",
                    "project": version.project,
                    "version_name": version.name,
                    "error": str(error),
                },
            )
            return details
        return replace(details, version=_with(version, reason)) if reason else details

    async def _reason(self, details: VersionDetails, *, anew: bool) -> str:
        version = details.version
        key = ("failure", version.project, version.name, str(version.created_at))
        if anew:
            return await self.cache.renew(key, lambda: self.workflows.failure(details))
        return await self.cache.get(key, lambda: self.workflows.failure(details), FOR_MINUTES)


def _with(version: Version, reason: str) -> Version:
    progress = version.progress or Progress(done=0, total=0)
    return replace(version, progress=replace(progress, error=reason))

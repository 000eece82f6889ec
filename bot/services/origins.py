"""What versions were made from: a production environment or not, as far as Zadig, the bot's memory or the project tells."""

import logging
from dataclasses import dataclass

from bot.domain.errors import NotFound
from bot.domain.models import VersionReference
from bot.domain.ports import Catalog, Clock, Releases
from bot.domain.requests import CreateVersion
from bot.domain.stores import HabitStore
from bot.services.tolerating import tolerating_store_down

log = logging.getLogger(__name__)

# A version of this name that Zadig dates further from when the bot asked for one is another (clocks differ, creates take long).
NEAR_SECONDS = 1800
_WORDS = {"production": True, "test": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Origins:
    """Of each version whether it was made from production. `releases` and `catalog` are Zadig's, for no user in particular."""

    releases: Releases
    catalog: Catalog
    habits: HabitStore
    clock: Clock

    async def from_production(self, reference: VersionReference) -> bool | None:
        """None if that is unknown. Zadig says it in v2 only; a project without production environments has no such versions.

        Raises errors of `bot.domain.errors` where Zadig or the database does not answer.
        """
        try:
            details = await self.releases.show(reference)
        except NotFound:
            return None
        if details.production:
            return True
        if details.retry_by_id:  # v2
            return False
        remembered = await self._remembered(reference, details.version.created_at)
        if remembered is not None:
            return remembered
        environments = await self.catalog.environments(reference.project)
        return None if any(one.production for one in environments) else False

    async def _remembered(self, reference: VersionReference, created_at: int) -> bool | None:
        word, _, at = (await self.habits.recall(_key(reference.project, reference.name)) or "").partition("@")
        if not at.isdecimal() or abs(created_at - int(at)) > NEAR_SECONDS:
            return None
        return _WORDS.get(word)

    async def remember(self, request: CreateVersion) -> None:
        """Before Zadig is asked for it. Without a database it cannot be told later, which costs only caution later."""
        word = "production" if request.production else "test"
        now = self.clock.unix()
        with tolerating_store_down(log, "origin not noted"):
            await self.habits.remember(_key(request.project, request.version_name), f"{word}@{now}", now=now)


def _key(project: str, version_name: str) -> str:
    return f"origin/{project}/{version_name}"

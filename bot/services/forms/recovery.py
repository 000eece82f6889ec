"""Finds the forms whose sending was cut off: the bot died or gave up, and the version that they asked for is not there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import ReleaseBotError
from bot.domain.ports import Clock, Releases
from bot.domain.record import RequestResult, Result
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest
from bot.services.requests.pending import IN_FLIGHT_SECONDS

log = logging.getLogger(__name__)

# Another process may hold a form for so many seconds before it writes down that it asks Zadig.
BEFORE_ASKING_SECONDS = 2 * 60
AT_ONCE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a form asks for. `instead_of` is the id of the failed version that it replaces, if it replaces one."""

    project: str
    version_name: str
    instead_of: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CutOffRecovery:
    """Looks after what was submitted. Raises StoreDown if the database does not answer."""

    store: Store
    releases: Releases
    clock: Clock

    async def cut_off(self, form: str, wanted: Callable[[Draft], Wanted | None]) -> tuple[Draft, ...]:
        """The drafts that are open again because nothing came of them; those whose version is there are done.

        `wanted` reads a draft; None where it cannot be read any more. Each draft is handed out once, by one process.
        """
        now = self.clock.unix()
        submitted = await self.store.drafts.find(form=form, state=DraftState.SUBMITTED, limit=AT_ONCE)
        old = [draft for draft in submitted if now - draft.at >= BEFORE_ASKING_SECONDS]
        return tuple([draft for draft in old if await self._reopened(draft, wanted(draft), now)])

    async def _reopened(self, draft: Draft, wanted: Wanted | None, now: int) -> bool:
        if wanted is None:
            await self._move(draft, DraftState.DONE)
            return False
        ask = await self._ask(draft, wanted)
        if ask and now - ask.at < IN_FLIGHT_SECONDS:
            return False
        try:
            found = await self.releases.find(wanted.project, wanted.version_name)
        except ReleaseBotError as error:
            log.info("not recovered yet", extra={"action": "recover_later", "error": str(error)})
            return False
        if found is not None and found.id != wanted.instead_of:
            await self._move(draft, DraftState.DONE)
            return False
        if not await self._move(draft, DraftState.OPEN):
            return False
        if ask:
            missing = RequestResult(request=ask.request, result=Result.MISSING, at=now)
            await self.store.record.came_of(missing)
            await self.store.pending.answered(ask, keep=False)
        log.info(
            "draft recovered", extra={"action": "draft_recovered", "draft": draft.id, "user": draft.user}
        )
        return True

    async def _ask(self, draft: Draft, wanted: Wanted) -> PendingRequest | None:
        """The ask that was written down before Zadig was called, if it came so far and nobody has ended it."""
        interest = await self.store.pending.interest(wanted.project)
        mine = (
            ask
            for ask in interest.asks
            if ask.action is Action.CREATE
            and (ask.version_name, ask.user) == (wanted.version_name, draft.user)
            and ask.at >= draft.at
        )
        return next(mine, None)

    async def _move(self, draft: Draft, after: DraftState) -> bool:
        return await self.store.drafts.move(draft.id, before=DraftState.SUBMITTED, after=after)

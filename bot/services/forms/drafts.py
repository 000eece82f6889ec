"""Drafts of forms: written before Slack is answered, submitted once, given back when it went wrong, and found again after a crash."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import NotFound, ReleaseBotError
from bot.domain.ports import Clock, Releases
from bot.domain.record import RequestResult, Result
from bot.domain.stores import DraftStore, Store
from bot.domain.watching import Action, PendingRequest
from bot.services.requests.pending import IN_FLIGHT_SECONDS

# So many forms a user may have opened in vain since the one that they want back.
UNFINISHED = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class FormDrafts:
    """Use cases around drafts. Raises StoreDown if the database does not answer."""

    drafts: DraftStore
    clock: Clock

    def new(
        self, form: str, *, user: str, channel: str, opened_in: str | None = None, thread: str = ""
    ) -> Draft:
        """A draft with an id that cannot be guessed, not yet stored.

        The id ends with the channel that hears how it ends, the one in which it was opened if that is another, and the
        thread if it was in one (`1700000000-000100`, since dots part them).
        """
        opened = channel if opened_in is None else opened_in
        places = (channel,) if opened == channel and not thread else (channel, opened)
        if thread:
            places = (*places, thread.replace(".", "-"))
        return Draft(
            id=".".join((uuid.uuid4().hex, *places)),
            form=form,
            user=user,
            channel=channel,
            content="",
            at=self.clock.unix(),
        )

    async def save(self, draft: Draft, content: str, *, view_id: str = "") -> Draft:
        """Keep what was typed, unless it has been submitted meanwhile."""
        kept = replace(draft, content=content, view_id=view_id or draft.view_id, at=self.clock.unix())
        await self.drafts.save(kept)
        return kept

    async def get(self, draft_id: str, *, user: str) -> Draft:
        """The person's own draft. Raises NotFound for drafts of other people, and for those that have been cleaned up."""
        draft = await self.drafts.get(draft_id, user=user)
        if draft is None:
            raise NotFound("This form has expired or belongs to another user.", remedy="Open a new one.")
        return draft

    async def submit(self, draft: Draft, content: str) -> bool:
        """Keep what was typed and take the submission; True for exactly one of any number of deliveries."""
        return await self.drafts.move(
            draft.id,
            before=DraftState.OPEN,
            after=DraftState.SUBMITTED,
            content=content,
            at=self.clock.unix(),
        )

    async def reopen(self, draft: Draft, content: str) -> None:
        """It went wrong: what was typed can be sent again."""
        await self.drafts.move(
            draft.id,
            before=DraftState.SUBMITTED,
            after=DraftState.OPEN,
            content=content,
            at=self.clock.unix(),
        )

    async def finish(self, draft: Draft, content: str | None = None) -> None:
        """It is over; `content` is what would be sent to do it again, if that is not what was sent."""
        await self.drafts.move(draft.id, before=DraftState.SUBMITTED, after=DraftState.DONE, content=content)

    async def drop(self, draft: Draft) -> None:
        """It is not wanted any more."""
        await self.drafts.move(draft.id, before=DraftState.OPEN, after=DraftState.DONE)

    async def unfinished(self, form: str, *, user: str) -> tuple[Draft, ...]:
        """What a user left open, the newest first; forms into which nothing was typed may be among them."""
        return await self.drafts.find(form=form, user=user, state=DraftState.OPEN, limit=UNFINISHED)

    async def unanswered(self, form: str, *, user: str) -> tuple[Draft, ...]:
        """What a user has sent whose outcome is unknown, the newest first."""
        return await self.drafts.find(form=form, user=user, state=DraftState.SUBMITTED, limit=UNFINISHED)

    def age(self, draft: Draft) -> int:
        """For how many seconds it has not been touched."""
        return max(0, self.clock.unix() - draft.at)


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
        """The ask that was written down before Zadig was called, if it came so far and is not over."""
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

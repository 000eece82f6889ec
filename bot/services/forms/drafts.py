"""Drafts of forms: written before Slack is answered, submitted once, and given back when it went wrong."""

import uuid
from dataclasses import dataclass, replace

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import NotFound
from bot.domain.ports import Clock
from bot.domain.stores import DraftStore

# So many forms somebody may have opened in vain since the one that they want back.
UNFINISHED = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class FormDrafts:
    """Use cases around drafts. Raises StoreDown if the database does not answer."""

    drafts: DraftStore
    clock: Clock

    def new(
        self, form: str, *, user: str, channel: str, opened_in: str | None = None, thread: str = ""
    ) -> Draft:
        """A draft with an id that nobody can guess, not yet stored.

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
        """Nobody wants it any more."""
        await self.drafts.move(draft.id, before=DraftState.OPEN, after=DraftState.DONE)

    async def unfinished(self, form: str, *, user: str) -> tuple[Draft, ...]:
        """What somebody left open, the newest first; forms into which nothing was typed may be among them."""
        return await self.drafts.find(form=form, user=user, state=DraftState.OPEN, limit=UNFINISHED)

    async def unanswered(self, form: str, *, user: str) -> tuple[Draft, ...]:
        """What somebody has sent and nobody knows the outcome of, the newest first."""
        return await self.drafts.find(form=form, user=user, state=DraftState.SUBMITTED, limit=UNFINISHED)

    def age(self, draft: Draft) -> int:
        """For how many seconds nobody has touched it."""
        return max(0, self.clock.unix() - draft.at)

"""Who asks for what, written down before anything is done about it, and what is known once it is done."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.errors import OutcomeUnknown, ReleaseBotError, Unreadable
from bot.domain.models import Version
from bot.domain.ports import Clock
from bot.domain.record import (
    CREATING,
    NOWHERE,
    Particulars,
    Place,
    Request,
    RequestKind,
    RequestResult,
    Result,
)
from bot.domain.stores import Store
from bot.domain.watching import Action, Deletion, PendingRequest
from bot.services.tolerating import tolerating_store_down

log = logging.getLogger(__name__)

# Zadig may have done what it was asked for, or may still be doing it.
UNCLEAR = (OutcomeUnknown, Unreadable)
_REASON_CHARACTERS = 1000
_NOTHING = Particulars()


@dataclass(frozen=True, kw_only=True, slots=True)
class Intents:
    """The record, and asks and deletions that looks follow up; everything is in the log too."""

    store: Store
    clock: Clock
    place: Place = NOWHERE

    async def request(
        self,
        deed: RequestKind,
        project: str,
        name: str = "",
        *,
        user: str,
        channel: str,
        version: Version | None = None,
        particulars: Particulars = _NOTHING,
    ) -> Request:
        """Write down who asks, or raise StoreDown: nothing is done that the record does not know of.

        `channel` is where it is told how it went; where the person acts may be another, and is what the record has.
        """
        request = Request(
            id=uuid.uuid4().hex,
            at=self.clock.unix(),
            deed=deed,
            user=user,
            team=self.place.team,
            channel=self.place.channel or channel,
            thread=self.place.thread,
            project=project,
            version_name=name,
            created_at=version.created_at if version else None,
            particulars=particulars,
        )
        await self.store.record.note(request)
        _audit(request)
        return request

    async def came_of(
        self, request: str, result: Result, *, error: Exception | None = None, version: Version | None = None
    ) -> None:
        """What the call came to. It is over, and that is what counts: without a database the record lacks its end."""
        came = RequestResult(
            request=request,
            result=result,
            at=self.clock.unix(),
            reason=str(error)[:_REASON_CHARACTERS] if error else "",
            created_at=version.created_at if version else None,
        )
        with tolerating_store_down(log, "result not noted"):
            await self.store.record.came_of(came)

    @asynccontextmanager
    async def recorded(
        self,
        deed: RequestKind,
        project: str,
        name: str = "",
        *,
        user: str,
        channel: str,
        options: tuple[str, ...] = (),
    ) -> AsyncIterator[Request]:
        """Something that is over when the block is."""
        particulars = Particulars(options=options)
        request = await self.request(deed, project, name, user=user, channel=channel, particulars=particulars)
        try:
            yield request
        except ReleaseBotError as error:
            result = Result.UNCLEAR if isinstance(error, UNCLEAR) else Result.REFUSED
            await self.came_of(request.id, result, error=error)
            raise
        await self.came_of(request.id, Result.ACCEPTED)

    async def ask(self, request: Request, *, channel: str) -> PendingRequest:
        """Follow up what was asked of Zadig, and tell `channel`, or raise StoreDown: nothing is begun that would not be followed up."""
        memory = await self.store.polls.seen(request.project) or {}
        name = request.version_name
        ask = PendingRequest(
            project=request.project,
            version_name=name,
            action=Action.CREATE if request.deed in CREATING else Action.RETRY,
            user=request.user,
            channel=channel,
            at=request.at,
            epoch=memory[name].epoch if name in memory else 0,
            request=request.id,
        )
        await self.store.pending.ask(ask)
        return ask

    async def answered(
        self,
        ask: PendingRequest,
        result: Result,
        *,
        error: Exception | None = None,
        version: Version | None = None,
    ) -> None:
        """The call is over: what was accepted is followed up, what is unclear too. Without a database the ask ends in time."""
        await self.came_of(ask.request, result, error=error, version=version)
        if result is Result.UNCLEAR:
            return
        with tolerating_store_down(log, "ask unmarked"):
            await self.store.pending.answered(ask, keep=result is Result.ACCEPTED)

    async def deletion(self, version: Version, *, user: str, channel: str) -> Deletion:
        """Write down who deletes, or raise StoreDown: nothing is deleted without a record of who did it."""
        request = await self.request(
            RequestKind.DELETE, version.project, version.name, user=user, channel=channel, version=version
        )
        deletion = Deletion(
            project=version.project,
            version_name=version.name,
            created_at=version.created_at,
            user=user,
            at=request.at,
            request=request.id,
        )
        await self.store.pending.note_deletion(deletion)
        return deletion

    async def not_deleted(self, deletion: Deletion, error: Exception) -> None:
        """Zadig refused. Without a database a poll ends it: the version is still there."""
        await self.came_of(deletion.request, Result.REFUSED, error=error)
        with tolerating_store_down(log, "deletion not forgotten"):
            await self.store.pending.forget_deletion(deletion)

    async def look_soon(self, project: str) -> None:
        """Without a database the next poll comes in its own time."""
        with tolerating_store_down(log, "no look soon"):
            await self.store.polls.soon(project, now=self.clock.unix())


def _audit(request: Request) -> None:
    """`action` is `version_create` and the like; what is no version's is named alone."""
    action = f"version_{request.deed}" if request.version_name else str(request.deed)
    log.info(
        "%s",
        action,
        extra={
            "action": action,
            "project": request.project,
            "version_name": request.version_name,
            "user": request.user,
            "channel": request.channel,
            "request": request.id,
        },
    )

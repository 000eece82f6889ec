"""Who asks Zadig for what, written down before the call goes out, and what is known once it is over."""

import logging
from dataclasses import dataclass

from bot.domain.errors import StoreDown
from bot.domain.models import Version
from bot.domain.ports import Clock, Store
from bot.domain.watching import Action, Ask, Deletion

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """Asks and deletions in the database, and both in the log."""

    store: Store
    clock: Clock

    async def ask(self, action: Action, project: str, name: str, *, user: str, channel: str) -> Ask:
        """Write down who asks before the call goes out, or raise StoreDown: nothing is begun that nobody would follow."""
        memory = await self.store.seen(project) or {}
        ask = Ask(
            project=project,
            version_name=name,
            action=action,
            user=user,
            channel=channel,
            at=self._now(),
            epoch=memory[name].epoch if name in memory else 0,
        )
        await self.store.ask(ask)
        _audit(f"version_{action}", project, name, user=user, channel=channel)
        return ask

    async def answered(self, ask: Ask, *, keep: bool) -> None:
        """The call is over, and that is what counts: without a database the ask ends when its time is up."""
        try:
            await self.store.answered(ask, keep=keep)
        except StoreDown as error:
            log.warning("ask unmarked", extra={"action": "store_down", "error": str(error)})

    async def deletion(self, version: Version, *, user: str, channel: str) -> Deletion:
        """Write down who deletes. Without a database nobody will be named, which is no reason not to delete."""
        deletion = Deletion(
            project=version.project,
            version_name=version.name,
            created_at=version.created_at,
            user=user,
            at=self._now(),
        )
        try:
            await self.store.note_deletion(deletion)
        except StoreDown as error:
            log.warning("deletion not noted", extra={"action": "store_down", "error": str(error)})
        _audit("version_delete", version.project, version.name, user=user, channel=channel)
        return deletion

    async def not_deleted(self, deletion: Deletion) -> None:
        """Zadig refused. Without a database a look ends it: the version is still there."""
        try:
            await self.store.forget_deletion(deletion)
        except StoreDown as error:
            log.warning("deletion not forgotten", extra={"action": "store_down", "error": str(error)})

    async def look_soon(self, project: str) -> None:
        """Without a database the next look comes in its own time."""
        try:
            await self.store.look_soon(project, now=self._now())
        except StoreDown as error:
            log.warning("no look soon", extra={"action": "store_down", "error": str(error)})

    def _now(self) -> int:
        return int(self.clock.now().timestamp())


def _audit(action: str, project: str, version_name: str, *, user: str, channel: str) -> None:
    log.info(
        "%s",
        action,
        extra={
            "action": action,
            "project": project,
            "version_name": version_name,
            "user": user,
            "channel": channel,
        },
    )

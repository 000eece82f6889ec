"""What the bot does now and then whether or not it is asked for anything, as ticks for the scheduler."""

import logging
from contextlib import suppress
from dataclasses import dataclass, field

from bot.clock import agree
from bot.compose.connections import Connections
from bot.domain.access import Policy
from bot.domain.errors import ReleaseBotError
from bot.scheduler import Tick
from bot.services.forms.drafts import CutOffRecovery
from bot.slack.access_check import unknown_names, unknown_projects
from bot.slack.handlers.cut_off import tell_cut_off

SILENT_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Jobs:
    """Those that need nothing but the connections."""

    connections: Connections
    _checked: list[Policy] = field(default_factory=list)

    @property
    def ticks(self) -> dict[Tick, float]:
        """Each with its seconds."""
        return {
            self.keep_fresh: 1,
            self.connections.catalog.tick: 2,
            self.heed_access_file: 2,  # a change counts when it has been seen twice
            self.ask_zadig: 10,
            self.check_names: 30,
            self.recover: 30,
            self.agree_on_time: 60,
            self.clean_up: 3600,
        }

    async def keep_fresh(self) -> None:
        people = self.connections.people
        await people.identity.keep_fresh(now=self.connections.clock.monotonic())
        people.look_at_scopes()

    async def heed_access_file(self) -> None:
        """Take up the access file when it changes, and the user groups that it names by then."""
        access = self.connections.access
        if await access.refresh():
            self.connections.people.groups = access.policy.named("S")

    async def check_names(self) -> None:
        """Say in the log what the access file names that is not there, once for each state of the file.

        Zadig and Slack are asked again until both have answered; nothing waits for that.
        """
        policy = self.connections.access.policy
        if policy in self._checked or policy == Policy():
            return
        try:
            keys = [one.key for one in await self.connections.zadig.catalog.projects()]
        except ReleaseBotError:
            return
        wrong, silent = await unknown_names(policy, self.connections.client)
        if silent:
            return
        for one in [*unknown_projects(policy, keys), *wrong]:
            log.warning(
                "access rule names nothing",
                extra={"action": "access_unknown_name", "where": one.where, "says": one.says},
            )
        self._checked[:] = [policy]

    async def agree_on_time(self) -> None:
        await agree(self.connections.clock, self.connections.store.housekeeping)

    async def recover(self) -> None:
        """Tell people whose forms were cut off in the middle of being sent."""
        open_now = self.connections
        recovery = CutOffRecovery(
            store=open_now.store, releases=open_now.zadig.releases, clock=open_now.clock
        )
        await tell_cut_off(recovery, open_now.slack_api)

    async def ask_zadig(self) -> None:
        """Ask Zadig something if nothing else has for a minute, so that `/readyz` knows of a token that is refused."""
        zadig = self.connections.zadig
        if self.connections.clock.monotonic() - zadig.transport.heard_at >= SILENT_SECONDS:
            with suppress(ReleaseBotError):
                await zadig.catalog.projects()

    async def clean_up(self) -> None:
        await self.connections.store.housekeeping.clean_up(now=self.connections.clock.unix())

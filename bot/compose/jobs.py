"""What the bot does now and then whether or not somebody asks for anything, as ticks for the scheduler."""

import logging
from contextlib import suppress

from slack_sdk.web.async_client import AsyncWebClient

from bot.access_file import AccessFile
from bot.clock import agree
from bot.domain.access import Policy
from bot.domain.errors import ReleaseBotError
from bot.domain.ports import Catalog, Clock, Releases
from bot.domain.stores import Store
from bot.scheduler import Tick
from bot.services.forms.recovery import CutOffRecovery
from bot.slack.access_check import unknown_names, unknown_projects
from bot.slack.api import SlackApi
from bot.slack.handlers.cut_off import tell_cut_off
from bot.slack.people import People
from bot.zadig import Zadig

SILENT_SECONDS = 60.0

log = logging.getLogger(__name__)


def keeping_fresh(people: People, clock: Clock) -> Tick:
    """Ask Slack who the bot is, as often as it has to be asked."""

    async def keep_fresh() -> None:
        await people.identity.keep_fresh(now=clock.monotonic())
        people.look_at_scopes()

    return keep_fresh


def heeding(access: AccessFile, people: People) -> Tick:
    """Take up the access file when it changes, and the user groups that it names by then."""

    async def heed() -> None:
        if await access.refresh():
            people.groups = access.policy.named("S")

    return heed


def checking_names(access: AccessFile, catalog: Catalog, client: AsyncWebClient) -> Tick:
    """Say in the log what the access file names that is not there, once for each state of the file.

    Zadig and Slack are asked again until both have answered; nothing waits for that.
    """
    checked: list[Policy] = []

    async def check_names() -> None:
        policy = access.policy
        if policy in checked or policy == Policy():
            return
        try:
            keys = [one.key for one in await catalog.projects()]
        except ReleaseBotError:
            return
        wrong, silent = await unknown_names(policy, client)
        if silent:
            return
        for one in [*unknown_projects(policy, keys), *wrong]:
            log.warning(
                "access rule names nothing",
                extra={"action": "access_unknown_name", "where": one.where, "says": one.says},
            )
        checked[:] = [policy]

    return check_names


def agreeing(clock: Clock, store: Store) -> Tick:
    """Ask a shared database what time it is."""

    async def agree_on_time() -> None:
        await agree(clock, store.housekeeping)

    return agree_on_time


def recovering(clock: Clock, store: Store, releases: Releases, slack_api: SlackApi) -> Tick:
    """Tell people whose forms were cut off in the middle of being sent."""
    recovery = CutOffRecovery(store=store, releases=releases, clock=clock)

    async def recover() -> None:
        await tell_cut_off(recovery, slack_api)

    return recover


def asking(clock: Clock, zadig: Zadig) -> Tick:
    """Ask Zadig something if nobody else has for a minute, so that `/readyz` knows of a token that is refused."""

    async def ask() -> None:
        if clock.monotonic() - zadig.transport.heard_at >= SILENT_SECONDS:
            with suppress(ReleaseBotError):
                await zadig.catalog.projects()

    return ask


def cleaning(clock: Clock, store: Store) -> Tick:
    """Forget what is old."""

    async def clean_up() -> None:
        await store.housekeeping.clean_up(now=clock.unix())

    return clean_up

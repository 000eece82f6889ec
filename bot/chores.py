"""What the bot does now and then whether or not somebody asks for anything, as ticks for the scheduler."""

from contextlib import suppress

from bot.clock import agree
from bot.domain.errors import ReleaseBotError
from bot.domain.ports import Clock, Releases, Store
from bot.scheduler import Tick
from bot.services.recovering import Recovering
from bot.slack.handlers.cut_off import tell_cut_off
from bot.slack.people import People
from bot.slack.talk import Talk
from bot.zadig import Zadig

SILENT_SECONDS = 60.0


def keeping_fresh(people: People, clock: Clock) -> Tick:
    """Ask Slack who the bot is, as often as it has to be asked."""

    async def keep_fresh() -> None:
        await people.identity.keep_fresh(now=clock.monotonic())
        people.look_at_scopes()

    return keep_fresh


def agreeing(clock: Clock, store: Store) -> Tick:
    """Ask a shared database what time it is."""

    async def agree_on_time() -> None:
        await agree(clock, store)

    return agree_on_time


def recovering(clock: Clock, store: Store, releases: Releases, talk: Talk) -> Tick:
    """Tell people whose forms were cut off in the middle of being sent."""
    recovery = Recovering(store=store, releases=releases, clock=clock)

    async def recover() -> None:
        await tell_cut_off(recovery, talk)

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
        await store.clean_up(now=int(clock.now().timestamp()))

    return clean_up

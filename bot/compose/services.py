"""The use cases of one person in one place, over the connections: what an interaction in Slack works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.compose.connections import Connections
from bot.domain.access import Right
from bot.domain.record import Place
from bot.services.access import Actor, GuardedCatalog, GuardedReleases
from bot.services.audience.subscriptions import Subscribing
from bot.services.forms.choices import FormChoices
from bot.services.forms.drafts import FormDrafts
from bot.services.forms.habits import FormHabits
from bot.services.origins import Origins
from bot.services.tasks import Tasks
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from bot.slack.api import SlackApi
from bot.slack.callers import Caller
from bot.slack.context import LatestOnly, Services, Shared
from bot.slack.error_reporter import ErrorReporter
from bot.slack.people import People


@dataclass(frozen=True, kw_only=True, slots=True)
class Wake:
    """Whom an interaction wakes: the poller after a change in Zadig, the notifier after a message was written down."""

    poller: Callable[[], None]
    notifier: Callable[[], None]


def _services(connections: Connections, wake: Wake, actor: Actor, place: Place) -> Services:
    """Everything that reads or changes Zadig for one person, behind what the policy lets them see and do."""
    store, clock = connections.store, connections.clock
    fresh = GuardedReleases(inner=connections.zadig.releases, actor=actor)
    remembered = GuardedReleases(inner=connections.releases, actor=actor)
    finder = Finder(
        releases=fresh,
        catalog=GuardedCatalog(inner=connections.zadig.catalog, actor=actor),
        store=store,
        sees=partial(actor.may, Right.READ),
    )
    return Services(
        actor=actor,
        finder=finder,
        versions=Versions(
            finder=finder,
            releases=remembered,
            catalog=connections.zadig.catalog,
            store=store,
            clock=clock,
            explain=connections.explainer.explain,
            limits=connections.zadig.releases.problems,
            place=place,
        ),
        subscriptions=Subscribing(
            actor=actor,
            finder=finder,
            store=store,
            clock=clock,
            wake=wake.poller,
            on_news=wake.notifier,
            place=place,
        ),
        choices=FormChoices(
            catalog=GuardedCatalog(inner=connections.catalog, actor=actor),
            releases=remembered,
            memory=connections.catalog,
            copies_helm_images=connections.zadig.releases.copies_helm_images,
        ),
    )


def shared_by_all(connections: Connections, people: People, tasks: Tasks, wake: Wake) -> Shared:
    """What every interaction starts from; it gives nobody any use case until it knows who acts and where."""
    clock, store = connections.clock, connections.store

    origins = Origins(
        releases=connections.zadig.releases,
        catalog=connections.zadig.catalog,
        habits=store.habits,
        clock=clock,
    )

    async def first_time(key: str) -> bool:
        return await store.housekeeping.once(key, now=clock.unix())

    def services_of(caller: Caller) -> Services:
        actor = Actor(
            user=caller.user,
            channel=caller.channel,
            here=caller.here,
            policy=connections.access.policy,
            who_is=partial(people.who_is, team=caller.team),
            origins=origins,
            is_in=people.is_in,
        )
        place = Place(team=caller.team, channel=caller.channel, thread=caller.thread)
        return _services(connections, wake, actor, place)

    return Shared(
        services_of=services_of,
        drafts=FormDrafts(drafts=store.drafts, clock=clock),
        habits=FormHabits(kept=store.habits, clock=clock, team=people.identity.team),
        tasks=tasks,
        slack_api=SlackApi(client=connections.client, session=connections.session),
        reporter=ErrorReporter(),
        links=connections.links,
        command=connections.settings.command,
        first_time=first_time,
        latest_only=LatestOnly(),
    )

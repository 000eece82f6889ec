"""The use cases of one person in one place, over the connections: what an interaction in Slack works with."""

from collections.abc import Callable
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
from bot.slack.context import Services, Shared
from bot.slack.error_reporter import ErrorReporter
from bot.slack.modals import LatestOnly
from bot.slack.payloads import Caller


def shared_by_all(
    connections: Connections, tasks: Tasks, *, wake: Callable[[], None], on_news: Callable[[], None]
) -> Shared:
    """What every interaction starts from; there are no services before it is known who acts and where.

    `wake` wakes the poller after a change in Zadig, `on_news` the notifier after a message was written down.
    """
    clock, store, zadig = connections.clock, connections.store, connections.zadig
    origins = Origins(releases=zadig.releases, catalog=zadig.catalog, habits=store.habits, clock=clock)
    slack_api, people = connections.slack_api, connections.people

    async def first_time(key: str) -> bool:
        return await store.housekeeping.once(key, now=clock.unix())

    def services_of(caller: Caller) -> Services:
        """Everything that reads or changes Zadig for one user, behind what the policy lets them see and do."""
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
        remembered = GuardedReleases(inner=connections.releases, actor=actor)
        finder = Finder(
            releases=GuardedReleases(inner=zadig.releases, actor=actor),
            catalog=GuardedCatalog(inner=zadig.catalog, actor=actor),
            store=store,
            sees=partial(actor.may, Right.READ),
        )
        return Services(
            actor=actor,
            finder=finder,
            versions=Versions(
                finder=finder,
                releases=remembered,
                catalog=zadig.catalog,
                store=store,
                clock=clock,
                explain=connections.explainer.explain,
                limits=zadig.releases.problems,
                place=place,
            ),
            subscriptions=Subscribing(
                actor=actor,
                finder=finder,
                store=store,
                clock=clock,
                wake=wake,
                on_news=on_news,
                place=place,
            ),
            choices=FormChoices(
                catalog=GuardedCatalog(inner=connections.catalog, actor=actor),
                releases=remembered,
                memory=connections.catalog,
                copies_helm_images=zadig.releases.copies_helm_images,
            ),
            drafts=FormDrafts(drafts=store.drafts, clock=clock),
            habits=FormHabits(kept=store.habits, clock=clock, team=people.identity.team),
        )

    return Shared(
        services_of=services_of,
        tasks=tasks,
        slack_api=slack_api,
        reporter=ErrorReporter(slack_api=slack_api),
        links=connections.links,
        command=connections.settings.command,
        first_time=first_time,
        latest_only=LatestOnly(),
    )

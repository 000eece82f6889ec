"""The Events API: what the app has subscribed to and may see, delivered with Slack's retries."""

from collections.abc import Callable
from dataclasses import replace

from bot.sandbox.clock import Clock
from bot.sandbox.slack.delivery import Dispatcher, Parcel
from bot.sandbox.slack.ids import Ids, ts_after
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.people import APP_ID, BOT_USER_ID, TEAM
from bot.sandbox.slack.settings import VERIFICATION_TOKEN, Settings
from bot.sandbox.tasks import Tasks

RETRY_DELAYS = (0.0, 0.0, 60.0, 300.0)
"""Seconds before the first attempt and before each of the three further ones. Slack: Events API."""

_MESSAGE_EVENTS = {"channel": "message.channels", "private": "message.groups", "im": "message.im"}
_SEEN_BY_ALL = frozenset({"channel_created", "channel_archive", "channel_unarchive"})
"""Events of public channels that do not take membership."""


class Events:
    """Turns what happens into deliveries to the app."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        tasks: Tasks,
        settings: Callable[[], Settings],
        dispatcher: Dispatcher,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._tasks = tasks
        self._settings = settings
        self._dispatcher = dispatcher

    def in_channel(self, channel: Channel, event: Json) -> None:
        """An event of a channel, told if the app is a member of it, or if it is public and the event is for all."""
        if not self._hears(channel, event):
            return
        name = _MESSAGE_EVENTS[channel.kind] if event["type"] == "message" else event["type"]
        self.tell(name, event)
        if self._is_mention(channel, event):
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            self.tell("app_mention", mention | {"type": "app_mention"})

    def _hears(self, channel: Channel, event: Json) -> bool:
        if event["type"] in _SEEN_BY_ALL:
            return channel.kind == "channel"
        is_leaving = event["type"] == "member_left_channel" and event["user"] == BOT_USER_ID
        return is_leaving or BOT_USER_ID in channel.members

    def _is_mention(self, channel: Channel, event: Json) -> bool:
        if event["type"] != "message" or channel.kind == "im" or event.get("subtype"):
            return False
        return f"<@{BOT_USER_ID}>" in event.get("text", "") and event.get("user") != BOT_USER_ID

    def tell(self, subscription: str, event: Json) -> None:
        """Delivers an event in the background, if the app has subscribed to it."""
        if subscription in self._settings().app.events:
            event = event if "event_ts" in event else event | {"event_ts": ts_after(self._clock.now(), None)}
            self._tasks.start(self._deliver(event))

    async def _deliver(self, event: Json) -> None:
        settings = self._settings()
        url = settings.request_url or settings.app.urls.events
        if url is None and not self._dispatcher.over_sockets:
            return
        parcel = Parcel(
            envelope="events_api",
            name=event["type"],
            payload=self._wrapped(event),
            url=url,
        )
        for attempt, delay in enumerate(RETRY_DELAYS):
            await self._clock.sleep(delay)
            answer = await self._dispatcher.send(parcel)
            if answer.is_acknowledged or not answer.retry:
                return
            reason = "timeout" if self._dispatcher.over_sockets else answer.reason
            parcel = replace(parcel, retry_attempt=attempt + 1, retry_reason=reason)

    def _wrapped(self, event: Json) -> Json:
        event_id = self._ids.next("Ev")
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM.id,
            "context_team_id": TEAM.id,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self._clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM.id,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }

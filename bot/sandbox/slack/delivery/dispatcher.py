"""Chooses the way to the app, waits three seconds for its answer, and lets faults strike on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.sandbox.clock import Clock
from bot.sandbox.slack.delivery.http import STALE_SECONDS, HttpDelivery, signed
from bot.sandbox.slack.delivery.parcel import ACK_SECONDS, NOBODY, TIMED_OUT, Answer, Parcel
from bot.sandbox.slack.delivery.socket import Sockets
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.traffic import Traffic
from bot.sandbox.tasks import Tasks

_FORGED_SECRET = "not the signing secret"  # noqa: S105 - wrong on purpose


class Dispatcher:
    """Delivers parcels. With Socket Mode on nothing goes over HTTP."""

    def __init__(
        self,
        *,
        clock: Clock,
        settings: Callable[[], Settings],
        http: HttpDelivery,
        sockets: Sockets,
        faults: Faults,
        traffic: Traffic,
        tasks: Tasks,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._http = http
        self._sockets = sockets
        self._faults = faults
        self._traffic = traffic
        self._tasks = tasks

    @property
    def over_sockets(self) -> bool:
        settings = self._settings()
        if settings.socket_mode is not None:
            return settings.socket_mode
        if settings.app.socket_mode or len(self._sockets) > 0:
            return True
        return settings.request_url is None and self._sockets.were_used

    async def send(self, parcel: Parcel) -> Answer:
        """Delivers once. What is too late counts as operation_timeout, even if it comes in the end."""
        fault = self._faults.take("delivery", parcel.name, parcel.envelope, channel=_channel(parcel.payload))
        kind = fault.kind if fault is not None else None
        if fault is not None and kind == "slow":
            await self._clock.sleep(fault.seconds)
        send = _lost if kind == "lost" else self._way(parcel, fault)
        answer = await self._exchange(parcel, send)
        if kind == "replay":
            self._tasks.start(self._exchange(parcel, send))
        if kind == "duplicate":
            again = replace(parcel, retry_attempt=1, retry_reason="http_timeout")
            self._tasks.start(self._exchange(again, self._way(again, None)))
        return answer

    def _way(self, parcel: Parcel, fault: Fault | None) -> Callable[[], Awaitable[Answer]]:
        """How to send it, as often as one calls: a signed request is made once, so that it can be replayed."""
        kind = fault.kind if fault is not None else None
        if self.over_sockets:
            refreshed = kind == "socket_disconnect"
            return lambda: self._sockets.send(parcel, then_refresh=refreshed)
        if parcel.url is None:
            return _nobody
        request = signed(
            parcel,
            url=parcel.url,
            secret=_FORGED_SECRET if kind == "forge" else self._settings().signing_secret,
            now=self._clock.now() - (STALE_SECONDS if kind == "stale" else 0),
        )
        return lambda: self._http.send(request)

    async def _exchange(self, parcel: Parcel, send: Callable[[], Awaitable[Answer]]) -> Answer:
        started = self._clock.now()
        try:
            answer = await self._clock.within(ACK_SECONDS, send())
        except TimeoutError:
            answer = TIMED_OUT
        attempt = f" (retry {parcel.retry_attempt})" if parcel.retry_attempt else ""
        self._traffic.record(
            "delivery",
            parcel.name + attempt,
            status=answer.status,
            started=started,
            request=parcel.payload,
            response=answer.body,
        )
        return answer


async def _lost() -> Answer:
    answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    return await answer


def _channel(payload: Json) -> str | None:
    """The channel that a payload comes from, wherever it says so."""
    channel = payload.get("event", payload).get("channel", payload.get("channel_id"))
    channel = channel.get("id") if isinstance(channel, dict) else channel
    return channel if isinstance(channel, str) else None


async def _nobody() -> Answer:
    return NOBODY

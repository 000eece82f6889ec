"""Finds out which dialect a Zadig speaks, without knowing any project and without changing anything."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from bot.domain.errors import NotPermitted, Refused, Unreadable, WrongServer
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.dialects.base import RELEASES, Dialect
from bot.zadig.failures import failure, words

log = logging.getLogger(__name__)
AUTO = "auto"
# Both dialects look at their parameters before permission and licence: the first one missed tells them apart.
COMPLAINTS = {
    (HTTPStatus.BAD_REQUEST, "versionName can't be empty!"): "v2",
    (HTTPStatus.BAD_REQUEST, "projectKey can't be empty!"): "v1",
    # The path was taken for an id, which only v1 has there, and no project was asked for, as its documentation has it.
    (HTTPStatus.INTERNAL_SERVER_ERROR, "failed to get delivery version, ID: detail,"): "v1",
}
PROBE = Call(purpose=Purpose.DETECT, path=(*RELEASES, "detail"))


async def detect(client: Client) -> str:
    """`v1` or `v2`. Raises WrongServer if the answer fits neither, or whatever kept Zadig from answering.

    Descriptions are shared between requests on the server, so a surprise is asked about once more.
    """
    try:
        return await _ask(client)
    except (Refused, Unreadable):
        return await _ask_again(client)


async def _ask(client: Client) -> str:
    async def once() -> str:
        answer = await client.transport.send(PROBE)
        said = words(answer)
        for (status, complaint), name in COMPLAINTS.items():
            if answer.status == status and complaint in said:
                return name
        raise failure(PROBE, answer) or Unreadable("Zadig answers a question that makes no sense.", raw=said)

    return await client.retry.run(once, monotonic=client.transport.clock.monotonic)


async def _ask_again(client: Client) -> str:
    try:
        return await _ask(client)
    except NotPermitted:
        raise
    except (Refused, Unreadable) as error:
        raise WrongServer(
            "The server at ZADIG_URL does not answer like any Zadig the bot knows.",
            remedy="An operator has to check ZADIG_URL, or set ZADIG_DIALECT to v1 or v2.",
            raw=error.raw,
        ) from error


@dataclass(kw_only=True, eq=False)
class Detector:
    """The dialect in use: `setting` if that is one, else what was found out, once, until it is doubted."""

    client: Client
    dialects: Mapping[str, Dialect]
    setting: str = AUTO
    _found: str = ""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def dialect(self) -> Dialect:
        """The dialect; asks Zadig the first time. Raises as `detect` does."""
        if self.setting != AUTO:
            return self.dialects[self.setting]
        async with self._lock:
            if not self._found:
                await self._find_out()
        return self.dialects[self._found]

    async def confirmed(self) -> Dialect:
        """The dialect, asked for again: a create in the wrong one would be understood and make an empty version."""
        if self.setting == AUTO:
            async with self._lock:
                await self._find_out()
        return await self.dialect()

    async def spoken(self) -> str:
        """What the server speaks, whatever the setting says; the setting where its answer fits neither. Raises as `detect` does."""
        if self.setting == AUTO:
            return (await self.confirmed()).name
        try:
            return await detect(self.client)
        except WrongServer:
            return self.setting

    async def _find_out(self) -> None:
        before, self._found = self._found, await detect(self.client)
        if before != self._found:
            log.info("dialect %s", self._found, extra={"action": "zadig_dialect", "dialect": self._found})

"""The wire to Zadig: one pooled HTTP client, a deadline and a size limit for every answer, and a token that is never shown."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from bot.domain.errors import ReleaseBotError, Unauthorized, WrongServer
from bot.domain.ports import Clock
from bot.domain.secrets import class_and_message, keep, let_go, scrubbed, scrubbed_bytes
from bot.proxies import proxy_for, trusted
from bot.zadig.calls import Answer, Call, Purpose
from bot.zadig.failures import no_answer, packed, too_late, too_long
from bot.zadig.unpacking import CannotUnpackError, unpacker, without_mark

log = logging.getLogger(__name__)
T = TypeVar("T")

LONG_BYTES = 128 * 1024

LOCATION_LIMIT = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class TransportLimits:
    """What an answer may cost: seconds by phase, bytes of its body, and connections of the pool.

    `grace` is how long after its deadline a call is cancelled that no phase has ended, such as headers that drip in.
    """

    connect: float = 3.0
    wait_for_connection: float = 2.0
    write: float = 10.0
    grace: float = 2.0
    body_bytes: int = 5 * 1024 * 1024
    connections: int = 32
    idle: float = (
        4.0  # below the 5 s after which common servers close a connection that a write might be put on
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One call as metrics see it: `status` is 0 and `failure` the error's name where no answer came."""

    purpose: Purpose
    status: int
    failure: str
    seconds: float


OnRequest = Callable[[Exchange], None]


def ignore(exchange: Exchange) -> None:
    """The observer that looks away."""


@dataclass(kw_only=True, eq=False)
class _Pool:
    """A client and how many calls it carries; one that is retired is closed by the last of them."""

    client: httpx.AsyncClient = field(repr=False)
    calls: int = 0
    retired: bool = False


class Transport:
    """Sends calls; raises only where no answer came: ServerDown if nothing was sent, OutcomeUnknown for a write that was.

    `url` is the origin of Zadig and may carry a path. `transport` replaces the wire in tests, never the client.
    Raises WrongServer for an address and Unauthorized for a token that cannot be one.

    httpx 0.28 has no time-out for a whole call, and cancelling its calls can drain its pool for good:
    a call ends by the time-outs of its phases and a look at the clock between chunks. Where it
    has to be cancelled all the same, its client is retired: the calls it carries end, new ones get a new client.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        clock: Clock,
        limits: TransportLimits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        on_request: OnRequest = ignore,
    ) -> None:
        self.url = _checked_url(url)
        self.token_refused = False  # as of the last answer
        self.heard_at = clock.monotonic()  # when that was
        self.clock = clock
        self._token = _checked_token(token)
        self._kept = [self._token]
        keep(self._kept)
        self._limits = limits or TransportLimits()
        self._wire = transport
        self._on_request = on_request
        self._certificates = True if transport else trusted()
        self._proxy = None if transport else proxy_for(self.url)
        self._pools: set[_Pool] = set()
        self._pool = self._open()

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def _open(self) -> _Pool:
        limits = self._limits
        client = httpx.AsyncClient(
            headers={
                "Authorization": f"Bearer {self._token}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # so that the limit counts what arrives, not what it unpacks to
                "User-Agent": "release-bot",
            },
            limits=httpx.Limits(
                max_connections=limits.connections,
                max_keepalive_connections=limits.connections,
                keepalive_expiry=limits.idle,
            ),
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            http2=False,
            verify=self._certificates,
            trust_env=False,
            proxy=self._proxy,
            transport=self._wire,
        )
        pool = _Pool(client=client)
        self._pools.add(pool)
        return pool

    async def send(self, call: Call) -> Answer:
        """The answer, whatever its status. Raises ServerDown, OutcomeUnknown, WrongServer or Unreadable without one."""
        started = self.clock.monotonic()
        status, failure = 0, ""
        try:
            async with self._borrowed() as pool:
                answer = await self._bounded(pool, call, started)
            status = answer.status
        except ReleaseBotError as error:
            failure = type(error).__name__
            raise
        except asyncio.CancelledError:
            failure = "cancelled"
            raise
        else:
            return answer
        finally:
            seconds = self.clock.monotonic() - started
            self._on_request(Exchange(purpose=call.purpose, status=status, failure=failure, seconds=seconds))

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[_Pool]:
        pool = self._pool
        pool.calls += 1
        try:
            yield pool
        finally:
            pool.calls -= 1
            if pool.retired and not pool.calls:
                self._pools.discard(pool)
                await pool.client.aclose()

    async def _bounded(self, pool: _Pool, call: Call, started: float) -> Answer:
        try:
            async with asyncio.timeout(call.seconds + self._limits.grace):
                return await self._exchange(pool.client, call, started)
        except httpx.PoolTimeout as error:
            self._retire(pool)
            raise no_answer(call, error, class_and_message(error)) from error
        except TimeoutError as error:
            self._retire(pool)
            raise too_late(call) from error
        except asyncio.CancelledError:
            self._retire(pool)
            raise
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise no_answer(call, error, class_and_message(error)) from error

    def renew(self, token: str) -> None:
        """Use another token from now on; calls that are under way end with the one they began with."""
        self._token = _checked_token(token)
        self._kept.append(self._token)
        keep([self._token])
        self.token_refused = False
        for pool in self._pools:
            pool.client.headers["Authorization"] = f"Bearer {self._token}"

    def _retire(self, pool: _Pool) -> None:
        if pool.retired:
            return
        pool.retired = True
        self._pool = self._open()
        log.warning("the HTTP client was replaced", extra={"action": "zadig_client_replaced"})

    async def _exchange(self, client: httpx.AsyncClient, call: Call, started: float) -> Answer:
        limits = self._limits
        phases = httpx.Timeout(
            connect=limits.connect, read=call.seconds, write=limits.write, pool=limits.wait_for_connection
        )
        headers = {} if call.content is None else {"Content-Type": "application/json"}
        async with client.stream(
            call.verb, self.url + call.target, content=call.content, headers=headers, timeout=phases
        ) as response:
            body = await self._body(response, call, started + call.seconds)
        return Answer(
            status=response.status_code,
            body=await beside(body, scrubbed_bytes),  # Zadig may echo the token, in a success too
            content_type=scrubbed(response.headers.get("content-type", "")).partition(";")[0].strip().lower(),
            location=scrubbed(_place(response.headers.get("location", ""))),
        )

    async def _body(self, response: httpx.Response, call: Call, deadline: float) -> bytes:
        body, most = bytearray(), self._limits.body_bytes
        try:
            unpack = unpacker(response.headers.get("content-encoding", ""))
            async for chunk in response.aiter_raw():
                body += unpack(chunk, most - len(body))
                if len(body) > most:
                    raise too_long(call, most)
                if self.clock.monotonic() > deadline:
                    raise too_late(call)
        except CannotUnpackError as error:
            raise packed(call, str(error)) from None
        return without_mark(bytes(body))

    async def aclose(self) -> None:
        """Close every connection."""
        let_go(self._kept)
        self._kept = []
        pools, self._pools = self._pools, set()
        for pool in pools:
            await pool.client.aclose()


async def beside(data: bytes, read: Callable[[bytes], T]) -> T:
    """What `read` makes of data; beside the loop where that takes long enough for others to notice."""
    return await asyncio.to_thread(read, data) if len(data) > LONG_BYTES else read(data)


def _place(location: str) -> str:
    """Where a redirect leads, without what only its reader should know: user, query and fragment."""
    try:
        parts = urlsplit(location)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
    except ValueError:
        return ""
    return f"{origin}{parts.path}"[:LOCATION_LIMIT]


def _checked_url(url: str) -> str:
    """The address without its trailing slash."""
    wrong = WrongServer("ZADIG_URL is not an address such as https://zadig.example.com.")
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise wrong from error
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise wrong
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _checked_token(token: str) -> str:
    """The token without surrounding space: one inside makes Zadig answer 401, and a line break would end up in errors."""
    stripped = token.strip()
    if not stripped or not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise Unauthorized(
            "ZADIG_TOKEN is empty or contains spaces or line breaks.",
            remedy="Copy the API token from Zadig again: avatar, Account Settings, API Token.",
        )
    return stripped

"""The guard: what is forged, stale, too long, too slow or unreadable goes no further, and nothing that Slack sends is lost."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.request_bodies import MAX_BYTES, Bodies, Turned
from bot.web import Guard, build_web, read_payload
from tests.journeys.living import serving

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_531_420_618
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = urlencode({"command": "/release", "text": "list shop", "user_id": "U1"}).encode()

# https://docs.slack.dev/authentication/verifying-requests-from-slack
DOCUMENTED_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
DOCUMENTED_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def signature(body: bytes, timestamp: object = NOW, secret: str = SECRET) -> str:
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed(body: bytes, content_type: str = FORM, timestamp: object = NOW) -> dict[str, str]:
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": str(timestamp),
        "x-slack-signature": signature(body, timestamp),
    }


@dataclass(kw_only=True)
class Behind:
    """The application behind the guard: remembers the bytes that reach it."""

    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        assert (await receive())["type"] == "http.disconnect"
        await PlainTextResponse("acknowledged")(scope, receive, send)


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    chunks_read: int


Headers = dict[str, str] | list[tuple[str | bytes, str | bytes]]


async def ask(
    app: ASGIApp,
    headers: Headers,
    chunks: Iterable[bytes | None] = (b"",),
    *,
    method: str = "POST",
    endless: bool = False,
) -> Answer:
    """One request, as bare ASGI: `None` among the chunks is a client that goes away, after the last it waits."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    raw = [(_bytes(name).lower(), _bytes(value)) for name, value in pairs]
    scope = {"type": "http", "method": method, "path": "/slack/events", "headers": raw, "query_string": b""}
    rest, read = list(chunks), 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal read
        if read == len(rest) and not endless:
            await asyncio.Event().wait()
        chunk = rest[read % len(rest)]
        read += 1
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": endless or read < len(rest)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *bodies = sent
    return Answer(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in bodies),
        chunks_read=read,
    )


def _bytes(text: str | bytes) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def guard(behind: Behind) -> Guard:
    return Guard(behind, signing_secret=SECRET, now=lambda: NOW, bodies=Bodies(max_seconds=0.1))


async def test_slacks_own_example_is_let_through(guard: Guard, behind: Behind) -> None:
    assert signature(DOCUMENTED_BODY) == DOCUMENTED_SIGNATURE
    answer = await ask(guard, signed(DOCUMENTED_BODY), [DOCUMENTED_BODY])
    assert (answer.status, answer.body) == (200, b"acknowledged")
    assert behind.bodies == [DOCUMENTED_BODY]


@pytest.mark.parametrize("offset", [-300, 0, 300])
async def test_five_minutes_either_way_are_tolerated(guard: Guard, offset: int) -> None:
    answer = await ask(guard, signed(COMMAND, timestamp=NOW + offset), [COMMAND])
    assert answer.status == 200


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_what_is_behind_gets_the_signed_bytes_however_they_arrive(
    guard: Guard, behind: Behind, size: int
) -> None:
    body = json.dumps(
        {"type": "event_callback", "event": {"text": "déjà vu  \t"}}, ensure_ascii=False
    ).encode()
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    assert (await ask(guard, signed(body, JSON), chunks)).status == 200
    assert behind.bodies == [body]


async def test_a_body_may_be_a_mebibyte_long_and_not_a_byte_longer(guard: Guard) -> None:
    longest = b"a=" + b"b" * (MAX_BYTES - 2)
    assert (await ask(guard, signed(longest), [longest])).status == 200
    longer = longest + b"b"
    assert (await ask(guard, signed(longer), [longer])).status == 413


TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
FORGED: dict[str, Headers] = {
    "no headers": {},
    "no signature": {TIMESTAMP: str(NOW)},
    "no timestamp": {SIGNATURE: signature(COMMAND)},
    "another secret": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND, secret="not the secret")},
    "another body": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND + b"x")},
    "another timestamp": {TIMESTAMP: str(NOW + 1), SIGNATURE: signature(COMMAND)},
    "empty signature": {TIMESTAMP: str(NOW), SIGNATURE: ""},
    "version missing": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND).removeprefix("v0=")},
    "another version": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND).replace("v0", "v1")},
    "upper case": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND).upper()},
    "too short": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND)[:-1]},
    "too long": {TIMESTAMP: str(NOW), SIGNATURE: signature(COMMAND) + "0"},
    "not ASCII": {TIMESTAMP: str(NOW), SIGNATURE: "v0=é"},
    "stale": signed(COMMAND, timestamp=NOW - 301),
    "from the future": signed(COMMAND, timestamp=NOW + 301),
    "a word": signed(COMMAND, timestamp="now"),
    "empty": signed(COMMAND, timestamp=""),
    "negative": signed(COMMAND, timestamp=f"-{NOW}"),
    "a fraction": signed(COMMAND, timestamp=f"{NOW}.0"),
    "spaces": signed(COMMAND, timestamp=f" {NOW} "),
    "underscores": signed(COMMAND, timestamp="1_531_420_618"),
    "other digits": [(TIMESTAMP, "¹²³"), (SIGNATURE, signature(COMMAND))],
    "five thousand digits": signed(COMMAND, timestamp="9" * 5000),
    "two timestamps": [*signed(COMMAND).items(), (TIMESTAMP, str(NOW))],
    "two signatures": [*signed(COMMAND).items(), (SIGNATURE, signature(COMMAND))],
    "a forged one and a right one": [(SIGNATURE, "v0=0"), *signed(COMMAND).items()],
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
async def test_what_slack_did_not_sign_now_is_refused_with_401(
    guard: Guard, behind: Behind, headers: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask(guard, headers, [COMMAND])
    assert answer.status == 401
    assert behind.bodies == []
    assert [vars(record)["action"] for record in caplog.records] == ["turned_away"]
    assert SECRET.encode() not in answer.body
    assert "list shop" not in caplog.text, "what people wrote is not in the log"


async def test_a_flood_of_forged_requests_is_a_line_a_second_that_counts_them(
    behind: Behind, caplog: pytest.LogCaptureFixture
) -> None:
    clock = float(NOW)
    guard = Guard(behind, signing_secret=SECRET, now=lambda: clock)
    for second in range(3):
        for _ in range(100):
            await ask(guard, {TIMESTAMP: str(NOW), SIGNATURE: "v0=0"}, [COMMAND])
        await ask(guard, {TIMESTAMP: "now", SIGNATURE: "v0=0"}, [COMMAND])
        clock = NOW + second + 1.0
    told = [(vars(record)["reason"], vars(record)["times"]) for record in caplog.records]
    assert [times for reason, times in told if reason == "bad signature"] == [1, 100, 100]
    assert [times for reason, times in told if reason != "bad signature"] == [1, 1, 1]


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), str(200 * MAX_BYTES), "9" * 5000])
async def test_a_body_that_says_it_is_too_long_is_not_read(guard: Guard, length: str) -> None:
    answer = await ask(guard, signed(COMMAND) | {"content-length": length}, [COMMAND])
    assert (answer.status, answer.chunks_read) == (413, 0)
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["-1", "ten", "1e3", "0x10", " 5", "¹"])
async def test_a_length_that_is_no_number_is_refused(guard: Guard, length: str) -> None:
    answer = await ask(guard, signed(COMMAND) | {"content-length": length}, [COMMAND])
    assert answer.status == 400


@pytest.mark.parametrize(
    "headers", [signed(COMMAND), signed(COMMAND) | {"content-length": "10"}], ids=["chunked", "lying"]
)
async def test_two_hundred_megabytes_are_refused_after_one(
    guard: Guard, behind: Behind, headers: Headers
) -> None:
    answer = await ask(guard, headers, [b"x" * 65_536], endless=True)
    assert answer.status == 413
    assert answer.chunks_read * 65_536 <= MAX_BYTES + 65_536
    assert behind.bodies == []


async def test_a_body_that_never_ends_is_given_up(guard: Guard, behind: Behind) -> None:
    async def slow(scope: Scope, _receive: Receive, send: Send) -> None:
        async def drip() -> Message:
            await asyncio.sleep(0.01)
            return {"type": "http.request", "body": b"x", "more_body": True}

        await guard(scope, drip, send)

    answer = await ask(slow, signed(COMMAND))
    assert answer.status == 408
    assert answer.headers["connection"] == "close"
    assert behind.bodies == []


async def test_a_client_that_goes_away_half_way_is_not_served(guard: Guard, behind: Behind) -> None:
    answer = await ask(guard, signed(COMMAND), [COMMAND, None])
    assert (answer.status, behind.bodies) == (400, [])


UNREADABLE = {
    "empty form": (b"", FORM),
    "empty JSON": (b"", JSON),
    "not UTF-8": (b"\xff\xfe=1", FORM),
    "not UTF-8 in JSON": (b'{"a": "\xff"}', JSON),
    "broken JSON": (b'{"type": ', JSON),
    "broken payload": (b"payload=%7B%22type", FORM),
    "payload null": (b"payload=null", FORM),
    "payload a list": (b"payload=%5B1%5D", FORM),
    "payload a number": (b"payload=1", FORM),
    "payload empty": (b"payload=", FORM),
    "payload twice, the last one broken": (b"payload=%7B%22a%22%3A1%7D&payload=x", FORM),
    "empty object": (b"{}", JSON),
    "null": (b"null", JSON),
    "a list": (b"[]", JSON),
    "a text": (b'"text"', JSON),
    "deep nesting": (b"[" * 100_000, JSON),
    "deep nesting in the payload": (b"payload=" + b"%5B" * 100_000, FORM),
    "deep objects": (b'{"a":' * 100_000, JSON),
    "a number of many digits": (b'{"a": ' + b"9" * 5000 + b"}", JSON),
    "no pairs": (b"just some words", FORM),
    "a thousand fields": (b"&".join(b"a%d=1" % n for n in range(1000)), FORM),
    "JSON as a form": (b'{"type": "event_callback"}', FORM),
    "no content type": (COMMAND, ""),
    "plain text": (COMMAND, "text/plain"),
    "multipart": (COMMAND, "multipart/form-data; boundary=x"),
    "content type not ASCII": (COMMAND, "\xe9"),
}


@pytest.mark.parametrize(("body", "content_type"), UNREADABLE.values(), ids=UNREADABLE)
async def test_what_is_signed_but_unreadable_is_refused_with_400(
    guard: Guard, behind: Behind, body: bytes, content_type: str
) -> None:
    answer = await ask(guard, signed(body, content_type), [body])
    assert (answer.status, behind.bodies) == (400, [])


async def test_two_content_types_are_none(guard: Guard) -> None:
    answer = await ask(guard, [*signed(COMMAND).items(), ("content-type", JSON)], [COMMAND])
    assert answer.status == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_nothing_but_post_is_served(guard: Guard, behind: Behind, method: str) -> None:
    answer = await ask(guard, signed(COMMAND), [COMMAND], method=method)
    assert (answer.status, answer.headers["allow"], behind.bodies) == (405, "POST", [])


async def test_size_is_looked_at_before_anything_is_parsed(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parsed(_content_type: str, _body: bytes) -> dict[str, Any]:
        pytest.fail("it was parsed")

    monkeypatch.setattr("bot.web.read_payload", parsed)
    for headers in FORGED.values():
        await ask(guard, headers, [COMMAND])
    await ask(guard, signed(COMMAND), [b"x" * MAX_BYTES], endless=True)


async def test_every_answer_is_timed_also_one_that_fails(behind: Behind) -> None:
    seen: list[int] = []

    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError

    def count(status: int, seconds: float) -> None:
        assert 0 <= seconds < 5
        seen.append(status)

    whole = Guard(behind, signing_secret=SECRET, now=lambda: NOW, on_answer=count)
    await ask(whole, signed(COMMAND), [COMMAND])
    await ask(whole, {}, [COMMAND])
    with pytest.raises(LookupError):
        await ask(
            Guard(broken, signing_secret=SECRET, now=lambda: NOW, on_answer=count), signed(COMMAND), [COMMAND]
        )
    assert seen == [200, 401, 500]


_NAMES = some.sampled_from([TIMESTAMP, SIGNATURE, "content-type", "content-length", "x-other"])
_VALUES = some.one_of(
    some.binary(max_size=40),
    some.sampled_from([str(NOW).encode(), b"v0=" + b"0" * 64, b"v0=", FORM.encode(), JSON.encode(), b"5"]),
)


@given(
    headers=some.lists(some.tuples(_NAMES, _VALUES), max_size=8),
    chunks=some.lists(some.binary(max_size=60), min_size=1, max_size=3),
    method=some.sampled_from(["POST", "POST", "POST", "GET", "PUT"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_comes_unsigned_is_refused(
    headers: list[tuple[str | bytes, str | bytes]], chunks: list[bytes], method: str
) -> None:
    behind = Behind()
    guard = Guard(behind, signing_secret=SECRET, now=lambda: NOW)
    answer = asyncio.run(ask(guard, headers, chunks, method=method))
    assert answer.status in (400, 401, 405, 413)
    assert behind.bodies == []


@given(
    body=some.binary(max_size=200),
    content_type=some.sampled_from([FORM, JSON, f"{JSON}; charset=utf-8", "x"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_signed_is_read_or_refused(body: bytes, content_type: str) -> None:
    with suppress(Turned):
        assert read_payload(content_type, body)


@given(
    some.dictionaries(
        some.text(min_size=1, max_size=9).filter("payload".__ne__), some.text(max_size=20), min_size=1
    )
)
@settings(deadline=None)
def test_every_form_is_read_as_it_was_written(form: dict[str, str]) -> None:
    assert read_payload(FORM, urlencode(form).encode()) == form
    assert read_payload(FORM, urlencode({"payload": json.dumps(form)}).encode()) == form
    assert read_payload(f"{JSON}; charset=utf-8", json.dumps(form).encode()) == form
    assert read_payload(JSON.title(), json.dumps(form).encode()) == form, "media types know no case"


def test_a_command_may_speak_of_payloads() -> None:
    """Bolt 1.30 takes it for an interaction without a payload, hence for nothing at all."""
    assert read_payload(FORM, b"command=%2Frelease&text=list+payload")["text"] == "list payload"


# Over real sockets: the server in front of the guard plays its part.

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def connection(guard: Guard) -> AsyncIterator[Connection]:
    async with serving(web(events=guard)) as address:
        url = httpx.URL(address)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        yield reader, writer
        writer.close()


def head(headers: dict[str, str]) -> bytes:
    lines = [
        "POST /slack/events HTTP/1.1",
        "Host: localhost",
        *(f"{name}: {headers[name]}" for name in headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def status_of(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(5):
        return int((await reader.readline()).split()[1])


async def closed(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(5):
        with suppress(ConnectionResetError):
            await reader.read()
    return True


async def test_an_endless_upload_is_cut_off(connection: Connection) -> None:
    reader, writer = connection
    writer.write(head(signed(COMMAND) | {"Transfer-Encoding": "chunked"}))
    answered = asyncio.create_task(status_of(reader))
    sent = 0
    try:
        while not answered.done() and sent < 200 * MAX_BYTES:
            writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            await writer.drain()
            sent += 65_536
    except ConnectionError:
        pass
    with suppress(ConnectionError):  # a reset can overtake the answer
        assert await answered == 413
    assert sent < 32 * MAX_BYTES, "no more than fits into the buffers on the way"
    assert await closed(reader)


async def test_a_slow_upload_is_cut_off(connection: Connection) -> None:
    reader, writer = connection
    writer.write(head(signed(COMMAND) | {"Content-Length": "1000"}) + COMMAND)
    assert await status_of(reader) == 408
    assert await closed(reader)


async def test_a_refused_request_leaves_the_connection_to_the_next_one(
    connection: Connection, behind: Behind
) -> None:
    reader, writer = connection
    length = {"Content-Length": str(len(COMMAND))}
    writer.write(head(length) + COMMAND)
    assert await status_of(reader) == 401
    await reader.readuntil(b"}")
    writer.write(head(signed(COMMAND) | length) + COMMAND)
    assert await status_of(reader) == 200
    assert behind.bodies == [COMMAND]


# Health, readiness and figures.


def web(
    *, events: ASGIApp | None = None, problems: dict[str, str] | None = None, alive: bool = True
) -> ASGIApp:
    async def readiness() -> dict[str, str]:
        return problems or {}

    async def metrics() -> bytes:
        return b"figures 1\n"

    return build_web(events=events, readiness=readiness, metrics=metrics, alive=lambda: alive)


@pytest.fixture
def get() -> Callable[[ASGIApp, str], Any]:
    async def get(app: ASGIApp, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            return await client.get(path)

    return get


Get = Callable[[ASGIApp, str], Any]


async def test_health_says_whether_the_process_lives(get: Get) -> None:
    assert (await get(web(), "/healthz")).status_code == 200
    assert (await get(web(alive=False), "/healthz")).status_code == 503
    assert (await get(web(problems={"database": "gone"}), "/healthz")).status_code == 200


async def test_readiness_names_what_does_not_answer(get: Get) -> None:
    assert (await get(web(), "/readyz")).json() == {"ready": True, "problems": {}}
    answer = await get(web(problems={"slack": "token_revoked"}), "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "problems": {"slack": "token_revoked"}}


async def test_figures_are_in_prometheus_text_format(get: Get) -> None:
    answer = await get(web(), "/metrics")
    assert answer.text == "figures 1\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_in_socket_mode_nothing_is_taken_over_http(get: Get) -> None:
    assert (await get(web(), "/slack/events")).status_code == 404


async def test_paths_nobody_knows_are_not_found(get: Get) -> None:
    assert (await get(web(), "/")).status_code == 404
    assert (await get(web(), "/slack")).status_code == 404


async def test_what_goes_wrong_behind_the_guard_is_logged_and_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError(SECRET)

    app = web(events=Guard(broken, signing_secret=SECRET, now=lambda: NOW))
    async with serving(app) as address, httpx.AsyncClient() as client:
        answer = await client.post(f"{address}/slack/events", content=COMMAND, headers=signed(COMMAND))
    assert "LookupError" in caplog.text
    assert answer.status_code == 500
    assert SECRET not in answer.text

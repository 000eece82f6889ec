"""The wire: what goes out, what is refused before it does, and that the token is never shown."""

import asyncio
import logging
import traceback
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.domain.errors import BadInput, OutcomeUnknown, ServerDown, Unauthorized, Unreadable, WrongServer
from bot.zadig.calls import Answer, Call, Purpose
from bot.zadig.client import ONCE, Client
from bot.zadig.transport import Exchange, Transport, TransportLimits

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

TOKEN = "header.payload.signature"
LIST = Call(purpose=Purpose.LIST, path=("openapi", "x"), query={"projectKey": "shop"})
CREATE = Call(purpose=Purpose.CREATE, verb="POST", path=("openapi", "x"), body={"name": "ü"})


async def test_a_call_goes_out_with_the_token_and_without_surprises(client: Client, wire: "Wire") -> None:
    wire.says({})
    await client.transport.send(CREATE)
    (request,) = wire.requests
    assert str(request.url) == "http://zadig.test/openapi/x"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["content-type"] == "application/json"
    assert request.content == b'{"name": "\\u00fc"}'


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080/zadig", "http://127.0.0.1:8080/zadig/openapi/x?projectKey=shop"),
        ("http://127.0.0.1:8080/zadig/", "http://127.0.0.1:8080/zadig/openapi/x?projectKey=shop"),
        (" https://zadig.example.com// ", "https://zadig.example.com/openapi/x?projectKey=shop"),
    ],
)
async def test_the_address_may_have_a_path_and_a_trailing_slash(
    url: str, expected: str, wire: "Wire", clock: "TestClock"
) -> None:
    wire.says({})
    transport = Transport(url, TOKEN, clock=clock, transport=wire)
    await transport.send(LIST)
    await transport.aclose()
    assert str(wire.requests[0].url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "zadig.example.com",
        "ftp://zadig",
        "http://",
        "http://zadig:port",
        "http://me:secret@zadig",
        "http://zadig?token=1",
        "http://[",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url: str, clock: "TestClock") -> None:
    with pytest.raises(WrongServer) as caught:
        Transport(url, TOKEN, clock=clock)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("token", ["", " ", "a b", "a\nb", "a\rb", "tökén", "a\x00b"])
def test_a_token_that_cannot_be_one_is_refused_without_repeating_it(token: str, clock: "TestClock") -> None:
    with pytest.raises(Unauthorized) as caught:
        Transport("http://zadig", token, clock=clock)
    assert not token.strip() or token not in str(caught.value)


async def test_space_around_a_pasted_token_goes(wire: "Wire", clock: "TestClock") -> None:
    wire.says({})
    transport = Transport("http://zadig", f" {TOKEN}\n", clock=clock, transport=wire)
    await transport.send(LIST)
    await transport.aclose()
    assert wire.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_paths_and_queries_are_percent_encoded() -> None:
    call = Call(purpose=Purpose.SHOW, path=("a b", "c/d", "ü?", "\ud800"), query={"name": "v1&x=1 ü", "n": 2})
    assert call.target == "/a%20b/c%2Fd/%C3%BC%3F/%3F?name=v1%26x%3D1%20%C3%BC&n=2"


async def test_encoding_survives_the_client(client: Client, wire: "Wire") -> None:
    wire.says({})
    await client.transport.send(Call(purpose=Purpose.SHOW, path=("c/d", "..a"), query={"n": "a+b&c"}))
    assert wire.lines == ["GET /c%2Fd/..a?n=a%2Bb%26c"]


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_segment_that_leads_elsewhere_is_refused(segment: str) -> None:
    with pytest.raises(BadInput):
        Call(purpose=Purpose.DELETE, path=("openapi", segment))


def test_an_empty_query_value_is_refused() -> None:
    with pytest.raises(BadInput):
        Call(purpose=Purpose.LIST, path=("openapi",), query={"projectKey": ""})


async def test_redirects_are_not_followed(client: Client, wire: "Wire", reply: "type[Reply]") -> None:
    wire.answers(reply(status=302, content=b"", content_type="", headers={"location": "http://evil.test/"}))
    answer = await client.transport.send(LIST)
    assert (answer.status, answer.location, len(wire.requests)) == (302, "http://evil.test/", 1)


async def test_cookies_are_not_kept(client: Client, wire: "Wire", reply: "type[Reply]") -> None:
    wire.answers(reply(body={}, headers={"set-cookie": "session=1; Path=/"}))
    await client.transport.send(LIST)
    await client.transport.send(LIST)
    assert "cookie" not in wire.requests[1].headers


async def test_the_content_type_is_read_without_its_parameters(
    client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(content=b"x", content_type="Text/HTML; charset=utf-8"))
    answer = await client.transport.send(LIST)
    assert answer == Answer(status=200, body=b"x", content_type="text/html")


async def test_metrics_hear_of_every_call(
    client: Client, wire: "Wire", reply: "type[Reply]", exchanges: list[Exchange]
) -> None:
    wire.answers(reply(status=500, content=b""), httpx.ConnectError("refused"))
    await client.transport.send(LIST)
    with pytest.raises(ServerDown):
        await client.transport.send(LIST)
    assert [(each.purpose, each.status, each.failure) for each in exchanges] == [
        (Purpose.LIST, 500, ""),
        (Purpose.LIST, 0, "ServerDown"),
    ]


async def test_the_token_is_in_no_error_no_log_and_no_repr(
    wire: "Wire", clock: "TestClock", reply: "type[Reply]", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    transport = Transport("http://zadig.test", TOKEN, clock=clock, transport=wire)
    client = Client(transport=transport, retry=ONCE)
    echo = reply(status=500, body={"description": f"bad header Bearer {TOKEN}", "message": "x", "code": 500})
    wire.answers(echo, httpx.PoolTimeout(f"Bearer {TOKEN}"), httpx.LocalProtocolError(f"Illegal {TOKEN}"))
    seen = [repr(transport), repr(client), str(vars(client.transport).keys())]
    for _ in range(3):
        with pytest.raises((ServerDown, OutcomeUnknown)) as caught:
            await client.read(LIST, lambda answer: answer)
        error = caught.value
        seen += [str(error), repr(error), error.raw, "".join(traceback.format_tb(error.__traceback__))]
    await transport.aclose()
    assert all(TOKEN not in text for text in [*seen, caplog.text])


async def test_a_full_pool_gets_a_new_client(
    client: Client, wire: "Wire", reply: "type[Reply]", caplog: pytest.LogCaptureFixture
) -> None:
    wire.answers(httpx.PoolTimeout("full"), reply(body={}))
    before = client.transport._pool.client
    with pytest.raises(ServerDown):
        await client.transport.send(CREATE)
    assert before.is_closed
    assert (await client.transport.send(CREATE)).status == 200
    assert [record.action for record in caplog.records if hasattr(record, "action")] == [
        "zadig_client_replaced"
    ]


async def test_a_read_survives_a_full_pool(client: Client, wire: "Wire", reply: "type[Reply]") -> None:
    wire.answers(httpx.PoolTimeout("full"), reply(body={"ok": 1}))
    assert await client.read(LIST, lambda answer: answer.body) == b'{"ok": 1}'


async def test_a_long_answer_is_cut_off(wire: "Wire", clock: "TestClock", reply: "type[Reply]") -> None:
    transport = Transport(
        "http://z", TOKEN, clock=clock, transport=wire, limits=TransportLimits(body_bytes=100)
    )
    wire.answers(reply(content=b"x" * 100), reply(content=b"x" * 101))
    assert len((await transport.send(LIST)).body) == 100
    with pytest.raises(Unreadable, match="longer than 100 bytes"):
        await transport.send(LIST)
    with pytest.raises(OutcomeUnknown):
        await transport.send(CREATE)
    await transport.aclose()


class Stuck(httpx.AsyncBaseTransport):
    """Never answers, whatever time-outs it is given; can say that a call has arrived."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.arrived.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_call_that_no_phase_ends_is_ended_after_its_grace(clock: "TestClock") -> None:
    transport = Transport(
        "http://z", TOKEN, clock=clock, transport=Stuck(), limits=TransportLimits(grace=0.01)
    )
    before = transport._pool.client
    with pytest.raises(ServerDown, match=r"within 0\.01 seconds"):
        await transport.send(Call(purpose=Purpose.LIST, path=("x",), seconds=0.01))
    assert before.is_closed
    await transport.aclose()


async def test_a_cancelled_call_retires_its_client_and_leaves_the_others_alone(
    clock: "TestClock", exchanges: list[Exchange]
) -> None:
    wire = Stuck()
    transport = Transport("http://z", TOKEN, clock=clock, transport=wire, on_request=exchanges.append)
    first = transport._pool.client
    calls = [asyncio.create_task(transport.send(LIST)) for _ in range(2)]
    await wire.arrived.wait()
    await asyncio.sleep(0)
    calls[0].cancel()
    assert isinstance((await asyncio.gather(calls[0], return_exceptions=True))[0], asyncio.CancelledError)
    assert transport._pool.client is not first
    assert not first.is_closed
    calls[1].cancel()
    await asyncio.gather(calls[1], return_exceptions=True)
    assert first.is_closed
    assert [each.failure for each in exchanges] == ["cancelled", "cancelled"]
    await transport.aclose()


async def test_another_token_goes_out_from_the_next_call_on(wire: "Wire", clock: "TestClock") -> None:
    wire.says({})
    transport = Transport("http://zadig.test", TOKEN, clock=clock, transport=wire)
    await transport.send(LIST)
    transport.renew("another.one.here\n")
    await transport.send(LIST)
    with pytest.raises(Unauthorized):
        transport.renew("no token")
    await transport.send(LIST)
    await transport.aclose()
    sent = [request.headers["authorization"] for request in wire.requests]
    assert sent == [f"Bearer {TOKEN}", "Bearer another.one.here", "Bearer another.one.here"]

"""Answers that come packed or marked although that was not asked for are read, with a limit; a redirect says where it leads."""

import gzip
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import OutcomeUnknown, Unreadable, WrongServer
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.transport import Transport, TransportLimits

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

LIST = Call(purpose=Purpose.LIST, path=("openapi", "x"))
CREATE = Call(purpose=Purpose.CREATE, verb="POST", path=("openapi", "x"), body={"name": "v1"})
SAID = b'{"names": ["v1", "v2"]}'


def bare(data: bytes) -> bytes:
    squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeezed.compress(data) + squeezed.flush()


WAYS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip in capitals": (" GZip ", gzip.compress),
    "deflate with a header": ("deflate", zlib.compress),
    "deflate without": ("deflate", bare),
    "not at all": ("identity", bytes),
}


@pytest.mark.parametrize(("encoding", "pack"), WAYS.values(), ids=WAYS)
async def test_it_is_unpacked(
    encoding: str, pack: Callable[[bytes], bytes], client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(content=pack(SAID), headers={"content-encoding": encoding}))
    assert (await client.transport.send(LIST)).body == SAID


async def test_a_byte_order_mark_is_no_part_of_it(client: Client, wire: "Wire", reply: "type[Reply]") -> None:
    wire.answers(reply(content=b"\xef\xbb\xbf" + SAID))
    assert (await client.transport.send(LIST)).body == SAID


@pytest.mark.parametrize(("encoding", "pack"), WAYS.values(), ids=WAYS)
async def test_what_unpacks_to_too_much_is_cut_off(
    encoding: str, pack: Callable[[bytes], bytes], wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    transport = Transport(
        "http://z", "a.b.c", clock=clock, transport=wire, limits=TransportLimits(body_bytes=100_000)
    )
    wire.answers(reply(content=pack(b"x" * 50_000_000), headers={"content-encoding": encoding}))
    with pytest.raises(Unreadable, match="longer than 100,000 bytes"):
        await transport.send(LIST)
    await transport.aclose()


@pytest.mark.parametrize(
    ("encoding", "content"), [("br", SAID), ("gzip", SAID), ("deflate", SAID), ("gzip, gzip", SAID)]
)
async def test_what_cannot_be_unpacked_is_said(
    encoding: str, content: bytes, client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(content=content, headers={"content-encoding": encoding}))
    with pytest.raises(Unreadable, match="cannot be decompressed") as caught:
        await client.transport.send(LIST)
    assert encoding in caught.value.raw
    with pytest.raises(OutcomeUnknown):
        await client.transport.send(CREATE)


@pytest.mark.parametrize(
    ("location", "says"),
    [
        (
            "https://me:hush@sso.example.com:8443/login?token=hush#hush",
            "redirects to https://sso.example.com:8443/login",
        ),
        ("/login?token=hush", "redirects to /login"),
        ("", "redirects to another page"),
        ("http://[", "redirects to another page"),
    ],
)
async def test_a_redirect_says_where_to_and_no_more(
    location: str, says: str, client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=302, content=b"", content_type="", headers={"location": location}))
    with pytest.raises(WrongServer) as caught:
        await client.read(LIST, lambda answer: answer)
    assert says in str(caught.value)
    assert "hush" not in f"{caught.value} {caught.value.raw}"

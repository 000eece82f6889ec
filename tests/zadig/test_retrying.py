"""How often reads are tried again, and that writes never are."""

from typing import TYPE_CHECKING

import httpx
import pytest

from bot.domain.errors import (
    NotPermitted,
    OutcomeUnknown,
    ReleaseBotError,
    ServerDown,
    Unauthorized,
    Unreadable,
)
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client, Retry

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

LIST = Call(purpose=Purpose.LIST, path=("x",))
CREATE = Call(purpose=Purpose.CREATE, verb="POST", path=("x",), body={})


def test_pauses_double_up_to_a_ceiling_with_jitter() -> None:
    longest = Retry(first=0.2, ceiling=1.0, rng=lambda: 1.0)
    shortest = Retry(first=0.2, ceiling=1.0, rng=lambda: 0.0)
    assert [longest.pause(number) for number in range(1, 6)] == [0.2, 0.4, 0.8, 1.0, 1.0]
    assert [shortest.pause(number) for number in range(1, 6)] == [0.1, 0.2, 0.4, 0.5, 0.5]


async def test_a_read_is_tried_again_while_the_server_is_down(
    client: Client, wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    wire.answers(httpx.ConnectError("refused"), reply(status=502, content=b""), reply(body={"ok": 1}))
    assert await client.read(LIST, lambda answer: answer.text) == '{"ok": 1}'
    assert clock.slept == [0.2, 0.4]


async def test_a_read_gives_up_after_three_attempts(client: Client, wire: "Wire") -> None:
    wire.answers(httpx.ConnectError("refused"))
    with pytest.raises(ServerDown):
        await client.read(LIST, lambda answer: answer)
    assert len(wire.requests) == 3


@pytest.mark.parametrize(("status", "means"), [(401, Unauthorized), (403, NotPermitted)])
async def test_a_refusal_is_not_tried_again(
    status: int, means: type[ReleaseBotError], client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=status, content=b""))
    with pytest.raises(means):
        await client.read(LIST, lambda answer: answer)
    assert len(wire.requests) == 1


async def test_an_answer_that_cannot_be_read_is_not_asked_for_again(client: Client, wire: "Wire") -> None:
    def reader(_: object) -> None:
        raise Unreadable("no")

    wire.says({})
    with pytest.raises(Unreadable):
        await client.read(LIST, reader)
    assert len(wire.requests) == 1


async def test_a_server_that_hangs_costs_its_time_out_once(clock: "TestClock") -> None:
    attempts = 0

    async def hang() -> None:
        nonlocal attempts
        attempts += 1
        clock.time += 10
        raise ServerDown("late")

    with pytest.raises(ServerDown):
        await Retry(sleep=clock.sleep).run(hang, monotonic=clock.monotonic)
    assert (attempts, clock.slept) == (1, [])


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("late")], ids=repr)
async def test_a_write_is_sent_once(error: Exception, client: Client, wire: "Wire") -> None:
    wire.answers(error)
    with pytest.raises((ServerDown, OutcomeUnknown)):
        await client.write(CREATE)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"message": "later"}',
        b'{"code": 6560, "description": "x"}',
        b"\xff",
    ],
)
async def test_only_the_plain_success_is_a_success(
    content: bytes, client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(content=content))
    with pytest.raises(OutcomeUnknown):
        await client.write(CREATE)


async def test_the_plain_success_says_nothing(client: Client, wire: "Wire") -> None:
    wire.says({"message": "success"})
    await client.write(CREATE)
    assert len(wire.requests) == 1

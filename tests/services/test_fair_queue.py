"""Whose turn it is: nobody's many pieces of work hold up another person's one, and what is too much is refused with its number."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.services.tasks import FairQueue, Tasks, TooManyWaiting

Work = Callable[[], Coroutine[Any, Any, None]]


class Desk:
    """Work that goes on until it is let go, and the order in which it was begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._ends: list[asyncio.Event] = []

    def work(self, name: str) -> Work:
        async def go_on() -> None:
            self.begun.append(name)
            end = asyncio.Event()
            self._ends.append(end)
            await end.wait()

        return go_on

    async def let_go(self, count: int = 1) -> None:
        for _ in range(count):
            self._ends.pop(0).set()
            for _ in range(4):
                await asyncio.sleep(0)


async def test_one_persons_many_do_not_hold_up_anothers_one() -> None:
    desk, tasks = Desk(), Tasks()
    queue = FairQueue(tasks, together=4, each=2, waiting=400)
    for number in range(400):
        queue.start("ada", desk.work(f"ada {number}"), name="x")
    queue.start("grace", desk.work("grace"), name="x")
    await asyncio.sleep(0)
    assert desk.begun == ["ada 0", "ada 1", "grace"]
    await desk.let_go(3)
    assert desk.begun == ["ada 0", "ada 1", "grace", "ada 2", "ada 3"]
    tasks.given_up = True
    await tasks.drain(0)


async def test_people_who_wait_take_turns() -> None:
    desk, tasks = Desk(), Tasks()
    queue = FairQueue(tasks, together=1, each=1)
    for name in ("ada 1", "ada 2", "ada 3", "grace 1", "grace 2", "linus 1"):
        queue.start(name.split()[0], desk.work(name), name="x")
    await asyncio.sleep(0)
    await desk.let_go(6)
    assert desk.begun == ["ada 1", "ada 2", "grace 1", "linus 1", "ada 3", "grace 2"]
    await tasks.finish()


async def test_what_is_too_much_is_refused_with_how_much_waits() -> None:
    desk, tasks = Desk(), Tasks()
    queue = FairQueue(tasks, together=2, each=1, waiting=3)
    for number in range(4):
        queue.start("ada", desk.work(str(number)), name="x")
    with pytest.raises(TooManyWaiting, match="You have 3 commands waiting"):
        queue.start("ada", desk.work("4"), name="x")
    queue.start("grace", desk.work("grace"), name="x")
    await asyncio.sleep(0)
    await desk.let_go(5)
    assert len(desk.begun) == 5
    await tasks.finish()


async def test_what_fails_or_is_cancelled_makes_room() -> None:
    tasks, done = Tasks(), list[int]()
    queue = FairQueue(tasks, together=1, each=1)

    async def fail() -> None:
        await asyncio.sleep(0)
        raise asyncio.CancelledError

    async def succeed() -> None:
        done.append(1)

    queue.start("ada", fail, name="x")
    queue.start("ada", succeed, name="x")
    await tasks.finish()
    assert done == [1]


async def test_nothing_begins_once_there_is_no_time_left() -> None:
    desk, tasks = Desk(), Tasks()
    queue = FairQueue(tasks, together=1, each=1)
    for number in range(3):
        queue.start("ada", desk.work(str(number)), name="x")
    await asyncio.sleep(0)
    await tasks.drain(0.01)
    await asyncio.sleep(0)
    assert desk.begun == ["0"]

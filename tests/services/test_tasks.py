"""Work in the background is owned: waited for, cancelled when its time is up, and never silent."""

import asyncio
import logging

import pytest

from bot.services.tasks import Tasks


async def test_a_failure_in_the_background_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise ValueError("nobody is looking")

    tasks = Tasks()
    tasks.start(broken(), name="odd job")
    await tasks.finish()
    (record,) = caplog.records
    assert (record.action, record.task, record.levelno) == ("task_failed", "odd job", logging.ERROR)  # type: ignore[attr-defined]
    assert "nobody is looking" in caplog.text


async def test_what_is_started_by_what_is_waited_for_is_waited_for_too() -> None:
    tasks, done = Tasks(), []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        tasks.start(second(), name="second")
        done.append("first")

    tasks.start(first(), name="first")
    await tasks.drain(5)
    assert done == ["first", "second"]


async def test_what_takes_too_long_is_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    ended = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    tasks = Tasks()
    tasks.start(endless(), name="endless")
    await tasks.drain(0.01)
    assert ended == ["endless"]
    assert caplog.records == []


async def test_nothing_to_wait_for_takes_no_time() -> None:
    async with asyncio.timeout(1):
        await Tasks().finish()
        await Tasks().drain(60)

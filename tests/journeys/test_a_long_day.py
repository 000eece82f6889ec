"""A day in which versions succeed, fail, are retried, deleted and stall, while two channels and two people look on."""

from pathlib import Path
from typing import Literal

import pytest

from tests.journeys.living import ADA, GRACE, OUTCOME, Life, Person, living


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_a_long_day_with_a_restart_in_the_middle(tmp_path: Path, dialect: Literal["v1", "v2"]) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3"
    async with living(dialect=dialect, database=database, stalled_minutes=0.05) as life:
        ada, grace = life.person(ADA), life.person(GRACE)
        async with life.bot_running():
            await _morning(life, ada, grace)
        await _while_the_bot_is_down(life)
        async with life.bot_running():
            await _afternoon(life, ada, grace)
        everything = (
            await ada.messages("shop") + await ada.messages("releases") + await grace.direct_messages()
        )
        told = [m["text"] for m in everything if not m["is_ephemeral"]]
        assert len(told) == len({(m["text"], m["ts"]) for m in everything if not m["is_ephemeral"]})


async def _morning(life: Life, ada: Person, grace: Person) -> None:
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await grace.types("/release subscribe shop failures thread", channel="releases")
    await grace.sees("now subscribed", channel="releases")
    told = [m["text"] for m in await ada.messages() if not m["is_ephemeral"]]
    assert all("this channel" in text for text in told), "the first look announces nothing"

    await life.zadig("shop", "create", "good", outcome="success")
    await ada.sees("shop/good succeeded", OUTCOME, seconds=15)
    await grace.sees("shop/good", "succeeded", channel="releases")
    assert len([m for m in await ada.messages() if "shop/good" in m["text"]]) == 2
    assert len([m for m in await grace.messages("releases") if "shop/good" in m["text"]]) == 1

    await life.zadig("shop", "create", "bad", outcome="failed")
    failed = await ada.sees("shop/bad", '"version_failed"', seconds=15)
    in_thread = await grace.sees("shop/bad", '"version_failed"', channel="releases", seconds=15)
    assert in_thread["thread_ts"] != in_thread["ts"]
    await ada.clicks(failed, "Retry")
    await ada.submits(await ada.modal("retry_version"))
    await ada.modal("Zadig is retrying")
    await ada.sees("shop/bad succeeded", OUTCOME, f"<@{ADA}>", seconds=15)

    await life.zadig("shop", "create", "doomed", outcome="hang")
    await grace.types("/release watch shop/doomed", channel="releases")
    await grace.sees("You're now watching", channel="releases")
    await ada.sees("shop/doomed is being created.")
    await life.zadig("shop", "delete", "doomed")
    await ada.sees("shop/doomed", "was deleted in Zadig before")
    await grace.hears("shop/doomed", "was deleted in Zadig before")

    await life.zadig("shop", "create", "slow", outcome="hang")
    await ada.sees("shop/slow", "still hasn't settled after", seconds=15)
    await life.zadig("shop", "create", "overnight", outcome="hang")
    await ada.sees("shop/overnight is being created.")


async def _while_the_bot_is_down(life: Life) -> None:
    await life.zadig("shop", "succeed", "overnight")
    await life.zadig("shop", "create", "unseen", outcome="success")
    await life.zadig("shop", "succeed", "unseen")


async def _afternoon(life: Life, ada: Person, grace: Person) -> None:
    await ada.sees("shop/overnight succeeded", OUTCOME, seconds=10)
    await ada.sees("shop/unseen succeeded", OUTCOME, seconds=10)
    assert (
        len(
            [m for m in await ada.messages() if "shop/overnight" in m["text"] and "succeeded in" in m["text"]]
        )
        == 1
    )
    await life.zadig("shop", "fail", "slow", error="at last")
    await ada.sees("shop/slow", '"version_failed"', seconds=10)
    await grace.sees("shop/slow", '"version_failed"', channel="releases", seconds=10)

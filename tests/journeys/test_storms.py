"""A registry breaks and everything fails at once: each channel hears it once, and whoever wants to know more can look."""

from pathlib import Path

from tests.journeys.living import ADA, GRACE, JSON, Life, Person, living
from tests.slack.drawn import seen

MANY = 24
REASON = "push registry.example.com/shop/cart:{name}: no space left on device"


async def test_many_failures_are_one_message_whose_list_survives_a_restart(tmp_path: Path) -> None:
    async with living(database=f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3") as life:
        ada, grace = life.person(ADA), life.person(GRACE)
        async with life.bot_running():
            await _everybody_listens(life, ada, grace)
        for number in range(MANY):
            name = f"storm{number}"
            await life.zadig("shop", "fail", name, error=REASON.format(name=name))
        async with life.bot_running():
            told = await ada.sees(f"{MANY} versions failed", seconds=15)
            await grace.sees(f"{MANY} versions failed", channel="releases", seconds=15)
            await _is_the_only_word(ada, "shop")
            await _is_the_only_word(grace, "releases")
        assert "no space left on device" in seen(told["blocks"])
        assert told.get("thread_ts") in (None, told["ts"])
        async with life.bot_running():
            await _turns_the_pages(ada, told)


async def _everybody_listens(life: Life, ada: Person, grace: Person) -> None:
    await ada.types("/release subscribe shop nocards")
    await ada.sees("now subscribed")
    await grace.types("/release subscribe shop failures thread", channel="releases")
    await grace.sees("now subscribed", channel="releases")
    for number in range(MANY):
        life.world.zadig.clock.advance(3)  # Zadig's workflow tells versions of one second apart by nothing
        await life.zadig("shop", "create", f"storm{number}", outcome="hang")
    await grace.types("/release watch shop/storm0", channel="releases")
    await grace.sees("You're now watching", channel="releases", seconds=15)


async def _is_the_only_word(person: Person, channel: str) -> None:
    outcomes = [
        one for one in await person.messages(channel) if "failed" in one["text"] and "after" in one["text"]
    ]
    assert outcomes == []
    folds = [one for one in await person.messages(channel) if "versions failed" in one["text"]]
    assert len(folds) == 1


async def _turns_the_pages(ada: Person, told: JSON) -> None:
    await ada.clicks(told, f"See all {MANY}")
    first = await ada.sees("Page 1 of 3")
    assert first["is_ephemeral"]
    await ada.clicks(first, "Next")
    second = await ada.sees("Page 2 of 3")
    await ada.clicks(second, "Next")
    third = await ada.sees("Page 3 of 3")
    await ada.clicks(third, "Show")
    await ada.sees("shop/storm", "It has", seconds=10)

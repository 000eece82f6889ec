"""What was used last is remembered by key, until nobody has used it for a year."""

from bot.domain.stores import Store

DAY = 24 * 3600
NOW = 1000 * DAY


async def test_what_is_remembered_last_comes_back(store: Store) -> None:
    assert await store.habits.recall("create/U1/shop") is None
    await store.habits.remember("create/U1/shop", '{"a": "\\u0000 ␀"}', now=NOW)
    await store.habits.remember("create/U1/charts", "other", now=NOW)
    assert await store.habits.recall("create/U1/shop") == '{"a": "\\u0000 ␀"}'
    await store.habits.remember("create/U1/shop", "newer", now=NOW + 1)
    assert await store.habits.recall("create/U1/shop") == "newer"


async def test_keys_may_be_of_any_length_and_spelling(store: Store) -> None:
    keys = ["x" * 5000, "x" * 5000 + "y", "a\x00b", "🎉" * 400, ""]
    for key in keys:
        await store.habits.remember(key, key[-1:], now=NOW)
    assert [await store.habits.recall(key) for key in keys] == [key[-1:] for key in keys]


async def test_what_nobody_uses_for_a_year_is_forgotten(store: Store) -> None:
    await store.habits.remember("old", "1", now=NOW)
    await store.habits.remember("used again", "1", now=NOW)
    await store.habits.remember("used again", "2", now=NOW + DAY)
    await store.housekeeping.clean_up(now=NOW + 365 * DAY)
    assert await store.habits.recall("old") is None
    assert await store.habits.recall("used again") == "2"

"""What stands between the bot and its PostgreSQL: a pool that keeps a session for the bot will do, one that does not is refused."""

import pytest

from bot.domain.errors import StoreDown
from bot.domain.watching import Subscription
from bot.store import inspect_store, open_store
from tests.faults.pools import NONE, PGBOUNCER, pgbouncer

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(PGBOUNCER is None, reason=NONE)]


async def test_a_pool_in_session_mode_will_do(new_postgres_url: str, subscription: Subscription) -> None:
    with pgbouncer(new_postgres_url, "session") as url:
        async with open_store(url) as store:
            await store.subscriptions.subscribe(subscription)
        assert (await inspect_store(url)).channels == (subscription.channel,)


@pytest.mark.parametrize("mode", ["transaction", "statement"])
async def test_a_pool_that_shares_sessions_is_refused(mode: str, new_postgres_url: str) -> None:
    with pgbouncer(new_postgres_url, mode) as url:
        for opened in (open_store(url).__aenter__(), inspect_store(url)):
            with pytest.raises(StoreDown) as caught:
                await opened
            assert "pool_mode = session" in caught.value.remedy


async def test_a_server_of_its_own_is_not_taken_for_a_pool(new_postgres_url: str) -> None:
    for _ in range(3):
        async with open_store(new_postgres_url):
            pass

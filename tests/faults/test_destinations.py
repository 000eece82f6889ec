"""A channel that can be told nothing any more costs the others nothing, and whoever subscribed hears why, once."""

from pathlib import Path

from bot.sandbox.slack.people import BOT_USER_ID
from tests.faults.cluster import Cluster, cluster
from tests.faults.databases import sqlite_url
from tests.faults.ledger import told
from tests.faults.troubles import running, some_versions


async def archive(cluster: Cluster, channel: str) -> None:
    where = (await cluster.ada.channel(channel))["id"]
    answer = await cluster.life.http.post("/_control/archive", json={"channel": where, "archived": True})
    assert answer.json()["ok"], answer.text
    cluster.struck()


async def remove_bot(cluster: Cluster, channel: str) -> None:
    where = (await cluster.ada.channel(channel))["id"]
    body = {"channel": where, "user": BOT_USER_ID, "present": False}
    answer = await cluster.life.http.post("/_control/membership", json=body)
    assert answer.json()["ok"], answer.text
    cluster.struck()


async def test_channels_are_archived_and_left_while_versions_come_and_go(tmp_path: Path) -> None:
    async with cluster(tmp_path, database=sqlite_url(tmp_path), replicas=1) as bots, running(bots):
        await some_versions(bots, most=2)
        await bots.balanced()
        await archive(bots, "shop")
        await remove_bot(bots, "releases")
        lost = [hearing for hearing in bots.hearings if hearing.project == "shop"]
        bots.hearings = [hearing for hearing in bots.hearings if hearing not in lost]
        before = {one.channel: len(told(bots.life.world.workspace, one.channel)) for one in lost}

        await some_versions(bots, most=4)
        await bots.balanced()
        await bots.ada.hears("archived", seconds=20)
        await bots.ada.hears("not a member", seconds=20)
        await bots.balanced(settle=5)
        notices = [m["text"] for m in await bots.ada.direct_messages()]
        assert len([text for text in notices if "archived" in text]) == 1, notices
        assert len([text for text in notices if "not a member" in text]) == 1, notices
        assert {one.channel: len(told(bots.life.world.workspace, one.channel)) for one in lost} == before
        assert {one.channel for one in await bots.store.subscriptions.find()} == {
            one.channel for one in bots.hearings
        }

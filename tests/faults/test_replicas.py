"""Three processes behind one address: whichever gets which request, people notice nothing, and nothing acts twice."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.faults.cluster import Cluster, cluster
from tests.faults.databases import Postgres
from tests.faults.replicas import Replica
from tests.journeys.living import JSON
from tests.journeys.sent import creates

pytestmark = pytest.mark.postgres

BODIES = (
    b"",
    b"{",
    b"\xff\xfe",
    b"payload=",
    b"payload=%7B",
    b"payload=null",
    b"payload=[]",
    b"command=%2Frelease",
    b'{"type": "event_callback"}',
    b"ssl_check=1",
    b"[" * 100_000,
    b"a" * (1024 * 1024 + 1),
)
CUT_OFF = 0
FORM, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
async def three(tmp_path: Path, postgres: Postgres) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path, database=postgres.url(), replicas=3) as bots:
        await bots.start()
        yield bots


async def delivery(three: Cluster, kind: str, **more: object) -> None:
    body = {"where": "delivery", "kind": kind, **more}
    assert (await three.life.http.post("/_control/faults", json=body)).json()["ok"]


async def test_forms_pages_and_clicks_go_through_whichever_process_is_next(three: Cluster) -> None:
    """Then everything once more, each request delivered twice to different processes: Slack does that, and so do attackers."""
    ada, life = three.ada, three.life
    await life.http.post("/zadig/_control/settings", json={"unique_seconds": False})
    for number in range(20, 45):
        await life.zadig("shop", "create", f"v{number}")
    for name, channel in (("v90", "shop"), ("v91", "releases")):
        if name == "v91":
            await delivery(three, "replay", times=None)
        await ada.types("/release list shop", channel=channel)
        listed = await ada.sees("Versions of shop", "age 1 of 3", channel=channel)
        await ada.clicks(listed, "Next", channel=channel)
        assert (await ada.sees("age 2 of 3", channel=channel))["ts"] == listed["ts"]
        await ada.types("/release create shop", channel=channel)
        view = await ada.modal("create_version", "environment")
        await ada.fills(view, environment="dev")
        view = await ada.modal('"services"', ":package:")
        await ada.fills(view, version_name=name, description="whoever draws it")
        await ada.submits(view)
        view = await ada.modal("Zadig is creating", f"shop/{name}")
        await ada.control("close", view_id=view["id"])
        await asyncio.sleep(1)
        assert await ephemerals(three, channel) == 1, "a repeated command was answered again"
    accepted = [one["request"]["body"] for one in creates(life) if one["status"] == 200]
    assert [(one["version_name"], one["desc"]) for one in accepted] == [
        ("v90", "whoever draws it"),
        ("v91", "whoever draws it"),
    ]
    assert len(set(three.balancer.served)) == 3


async def ephemerals(three: Cluster, channel: str = "shop") -> int:
    return len([message for message in await three.ada.messages(channel) if message["is_ephemeral"]])


async def test_forged_and_stale_requests_do_nothing(three: Cluster) -> None:
    ada = three.ada
    for kind in ("forge", "stale"):
        await delivery(three, kind)
        answer = await ada.types("/release subscribe shop")
        assert answer.get("error") or not answer.get("ack"), answer
    await asyncio.sleep(1)
    assert await three.store.subscriptions.find() == ()
    assert await ephemerals(three) == 0


@pytest.mark.parametrize("signed", [False, True])
async def test_no_body_at_all_breaks_a_process(three: Cluster, *, signed: bool) -> None:
    """None is answered with 5xx, and none from a stranger is worth a traceback."""
    statuses = [
        await posted(replica, body, headers(three, body, kind, signed=signed))
        for replica, kind in zip(three.replicas, (FORM, JSON_TYPE, "text/plain"), strict=True)
        for body in BODIES
    ]
    wanted = {200, 400, 413, CUT_OFF} if signed else {401, 413, CUT_OFF}
    assert set(statuses) <= wanted, statuses
    await three.ada.types("/release list shop")
    await three.ada.sees("Versions of shop")
    for replica in three.replicas:
        assert signed or "Traceback" not in replica.log.read_text()


async def posted(replica: Replica, body: bytes, with_headers: dict[str, str]) -> int:
    """The status; a body that is too large is not read to its end."""
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
        try:
            answer = await client.post(f"{replica.address}/slack/events", content=body, headers=with_headers)
        except httpx.TransportError:
            assert len(body) > 1024 * 1024
            return CUT_OFF
        return answer.status_code


def headers(three: Cluster, body: bytes, content_type: str, *, signed: bool) -> dict[str, str]:
    secret = three.life.world.workspace.settings.signing_secret if signed else "a guess"
    timestamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }


async def test_an_event_that_is_delivered_again_acts_once(three: Cluster) -> None:
    await delivery(three, "duplicate", times=None)
    await three.ada.control("open_home")
    await asyncio.sleep(2)
    published: list[JSON] = [
        entry for entry in three.life.world.workspace.traffic.after(0) if entry["name"] == "views.publish"
    ]
    assert len(published) == 1


async def test_what_a_process_began_before_it_died_another_one_answers(three: Cluster) -> None:
    """The draft is in the database: the process that drew the form is killed before it is submitted."""
    ada = three.ada
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "environment")
    await ada.fills(view, environment="dev")
    view = await ada.modal('"services"', ":package:")
    await ada.fills(view, version_name="v77")
    for replica in three.replicas[:2]:
        await replica.kill()
    await ada.submits(view)
    await ada.modal("Zadig is creating", "shop/v77")

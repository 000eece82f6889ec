"""What Zadig 4 does unexpectedly: false duplicates, outcomes that are not written down, manifests in answers."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Rejected, ServerDown, Unreadable
from bot.domain.models import Kind, Progress, Retryable, Status, VersionReference
from bot.domain.requests import CreateVersion
from bot.zadig.dialects.v2 import LOST_AFTER_SECONDS, QUIET_SECONDS, V2
from bot.zadig.phrases import SaysTaken

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

REFERENCE = VersionReference(project="shop", name="v14", id="6" * 24)
TAKEN = {
    "type": "error",
    "code": 6560,
    "description": "failed to insert delivery version v14, version already exist",
}
ABSENT = {
    "code": 500,
    "message": "Internal Error: ",
    "description": "failed to get delivery version, projectName: shop, versionName: v14 error: mongo: no documents in result",
}
REQUEST = CreateVersion(project="shop", kind=Kind.K8S, version_name="v14", environment="dev")
DETAILS = {"version": "v14", "type": "K8SYaml", "status": "creating", "created_at": 1}


@pytest.fixture
def script(wire: "Wire", reply: "type[Reply]") -> Callable[..., None]:
    """The environment, and then answers as status and body."""

    def answers(*script: tuple[int, Any]) -> None:
        wire.answers(
            reply(body={"services": []}), *(reply(status=status, body=body) for status, body in script)
        )

    return answers


def posts(wire: "Wire") -> int:
    return sum(line.startswith("POST") for line in wire.lines)


async def test_a_name_that_is_not_there_after_all_is_sent_once_more_a_second_later(
    v2: V2, wire: "Wire", clock: "TestClock", script: Callable[..., None]
) -> None:
    script((400, TAKEN), (500, ABSENT), (200, {"message": "success"}))
    await v2.create(REQUEST)
    assert posts(wire) == 2
    assert clock.slept
    assert 1 <= clock.slept[0] <= 2
    assert wire.requests[1].content == wire.requests[3].content


async def test_a_name_that_is_taken_is_not_sent_again(
    v2: V2, wire: "Wire", script: Callable[..., None]
) -> None:
    script((400, TAKEN), (200, DETAILS))
    with pytest.raises(SaysTaken):
        await v2.create(REQUEST)
    assert posts(wire) == 1


@pytest.mark.parametrize("status", [401, 403, 502])
async def test_a_name_that_may_or_may_not_exist_is_not_sent_again(
    status: int, v2: V2, wire: "Wire", script: Callable[..., None]
) -> None:
    script((400, TAKEN), (status, {}))
    with pytest.raises(SaysTaken):
        await v2.create(REQUEST)
    assert posts(wire) == 1


async def test_nothing_is_sent_a_third_time(v2: V2, wire: "Wire", script: Callable[..., None]) -> None:
    script((400, TAKEN), (500, ABSENT), (400, TAKEN))
    with pytest.raises(Rejected, match="same second") as caught:
        await v2.create(REQUEST)
    assert not caught.value.field, "the name is not to blame"
    assert posts(wire) == 2


async def test_an_unclear_answer_is_never_sent_again(
    v2: V2, wire: "Wire", script: Callable[..., None]
) -> None:
    script((502, {"error": "bad gateway"}))
    with pytest.raises(Exception, match="answered in its place"):
        await v2.create(REQUEST)
    assert posts(wire) == 1


IMAGE = {"container_name": "app", "image_name": "cart", "target_image": "r/cart:v14", "push_image": True}


def details(status: str, *images: dict[str, Any], age: float = 0, **more: Any) -> dict[str, Any]:
    services = [{"service_name": "cart", "images": [IMAGE | image for image in images]}]
    return {**DETAILS, "status": status, "created_at": int(AT - age), "services": services, **more}


AT = 1_713_929_977  # of the tests' clock


def tasks(status: str, *, ended: float) -> dict[str, Any]:
    row = {"task_id": 1, "status": status, "create_time": int(AT - ended), "end_time": int(AT - ended)}
    return {"total": 1, "workflow_tasks": [row]}


@pytest.mark.parametrize(
    ("word", "age", "task", "ended", "status"),
    [
        ("retrying", 3600, "passed", LOST_AFTER_SECONDS, Status.SUCCESS),
        ("retrying", 3600, "failed", LOST_AFTER_SECONDS, Status.FAILED),
        ("retrying", 3600, "cancelled", LOST_AFTER_SECONDS, Status.FAILED),
        ("retrying", 3600, "passed", LOST_AFTER_SECONDS - 1, Status.RETRYING),
        ("retrying", 3600, "running", 600, Status.RETRYING),
        ("creating", 3600, "passed", 600, Status.SUCCESS),
        ("creating", QUIET_SECONDS, "failed", 60, Status.FAILED),
        ("creating", QUIET_SECONDS - 1, "failed", 60, Status.CREATING),
        ("failed", 3600, "passed", 600, Status.FAILED),
        ("success", 3600, "failed", 600, Status.SUCCESS),
        ("paused", 3600, "passed", 600, Status.UNKNOWN),
    ],
)
async def test_an_outcome_that_is_not_written_down_is_that_of_the_copying(
    *, word: str, age: float, task: str, ended: float, status: Status, v2: V2, wire: "Wire"
) -> None:
    old = {"status": "failed", "error": "of the first attempt"}
    wire.says(details(word, {"status": "passed"}, old, age=age), tasks(task, ended=ended))
    version = (await v2.show(REFERENCE)).version
    assert (version.status, version.status_word) == (status, word)


async def test_of_what_succeeded_unseen_everything_has_arrived(v2: V2, wire: "Wire") -> None:
    wire.says(details("retrying", {"status": "failed", "error": "old"}, age=3600), tasks("passed", ended=600))
    version = (await v2.show(REFERENCE)).version
    assert version.progress == Progress(done=1, total=1, begun=True)
    assert version.reason == ""


async def test_what_failed_unseen_cannot_be_retried_because_zadig_believes_it_still_runs(
    v2: V2, wire: "Wire"
) -> None:
    wire.says(details("retrying", {"status": "failed"}, age=3600), tasks("failed", ended=600))
    assert (await v2.show(REFERENCE)).version.retryable is Retryable.NO


@pytest.mark.parametrize(
    ("charts", "status"),
    [
        (["passed", "passed"], Status.SUCCESS),
        (["passed", ""], Status.RETRYING),
        ([], Status.RETRYING),
    ],
)
async def test_charts_alone_have_no_workflow_and_are_done_once_they_are_pushed(
    charts: list[str], status: Status, v2: V2, wire: "Wire"
) -> None:
    services = [{"service_name": "api", "chart_version": "1.0.0", "chart_status": one} for one in charts]
    wire.says({**details("retrying"), "type": "HelmChart", "services": services})
    assert (await v2.show(REFERENCE)).version.status is status
    assert len(wire.lines) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502])
async def test_details_do_not_depend_on_workflows(
    status: int, v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=details("retrying", {"status": "failed"})), reply(status=status, content=b""))
    assert (await v2.show(REFERENCE)).version.status is Status.RETRYING


@pytest.mark.parametrize(
    ("images", "error", "retryable"),
    [
        ([{"status": "failed"}, {"status": ""}], "", Retryable.YES),
        ([{"status": ""}, {"status": ""}], "failed to create delivery version custom workflow task", Retryable.NO),
        ([{"status": ""}, {"status": ""}], "", Retryable.YES),
        ([{"status": ""}, {"status": ""}], "timeout", Retryable.UNKNOWN),
        ([{"status": "passed"}, {"status": "running"}], "timeout", Retryable.UNKNOWN),
        ([{"status": "passed"}, {"status": "passed"}], "timeout", Retryable.NO),
        ([{"push_image": False}], "yaml缺少kind字段", Retryable.NO),
        ([], "", Retryable.NO),
    ],
)  # fmt: skip
async def test_a_retry_needs_a_workflow_that_has_begun(
    images: list[dict[str, Any]], error: str, retryable: Retryable, v2: V2, wire: "Wire"
) -> None:
    wire.says(details("failed", *images, error=error))
    assert (await v2.show(REFERENCE)).version.retryable is retryable


SECRET = 'password: \\"hunter2\\"'


@pytest.mark.parametrize("cut", [0, 30])
async def test_manifests_are_in_no_error_and_no_log(
    cut: int, v2: V2, wire: "Wire", reply: "type[Reply]", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = f'{{"services":[{{"yaml_content": "kind: Secret\\n{SECRET}"}}],"version":7,"created_at":"no"}}'
    wire.answers(reply(content=body[: len(body) - cut].encode()))
    with pytest.raises(Unreadable) as caught:
        await v2.show(REFERENCE)
    assert "yaml_content" in caught.value.raw
    assert "hunter2" not in caught.value.raw + str(caught.value) + repr(caught.value) + caplog.text


async def test_manifests_are_in_nothing_that_details_keep(v2: V2, wire: "Wire") -> None:
    services = [{"service_name": "cart", "yaml_content": SECRET, "images": [IMAGE]}]
    wire.says({**DETAILS, "status": "success", "services": services})
    assert "hunter2" not in repr(await v2.show(REFERENCE))


async def test_an_outage_is_one(v2: V2, wire: "Wire", reply: "type[Reply]") -> None:
    wire.answers(reply(status=503, content=b"upstream"))
    with pytest.raises(ServerDown):
        await v2.show(REFERENCE)

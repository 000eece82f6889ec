"""Which workflow task is a version's, what its failing jobs say, and what the question costs."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.domain.errors import ServerDown
from bot.domain.models import Chart, Image, Kind, Progress, Status, Version, VersionDetails
from bot.zadig import ONCE
from bot.zadig.client import Client
from bot.zadig.detect import Detector
from bot.zadig.dialects import dialects
from bot.zadig.dialects.v1 import V1
from bot.zadig.dialects.v2 import V2
from bot.zadig.releases import ZadigWorkflows
from bot.zadig.server import Server as KnownServer
from bot.zadig.transport import Transport
from bot.zadig.workflow_tasks import PAGE_SIZE, Workflow, WorkflowTasks

if TYPE_CHECKING:
    from bot.zadig.catalog import ZadigCatalog
    from tests.zadig.conftest import TestClock, Wire

BORN = 1_700_000_000
SHARED = (Workflow(name="zadig-delivery-shop", own=False),)
OWN = (Workflow(name="zadig-delivery-shop-v14", own=True),)


class Server(httpx.AsyncBaseTransport):
    """Tasks by workflow, newest first, each a row and its jobs; remembers what was asked."""

    def __init__(self, tasks: Mapping[str, list[tuple[dict[str, Any], list[dict[str, Any]]]]]) -> None:
        self.tasks = tasks
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path, query = urlsplit(str(request.url)).path, parse_qs(urlsplit(str(request.url)).query)
        self.asked.append(str(request.url.raw_path, "ascii"))
        if path.endswith("/tasks"):
            rows = [row for row, _ in self.tasks.get(path.split("/")[-2], [])]
            number, size = int(query["pageNum"][0]), int(query["pageSize"][0])
            return answer({"total": len(rows), "workflow_tasks": rows[(number - 1) * size : number * size]})
        for row, jobs in self.tasks[query["workflowKey"][0]]:
            if str(row["task_id"]) == query["taskId"][0]:
                return answer({**row, "stages": [{"name": "distribute", "jobs": jobs}]})
        raise AssertionError(request.url)


def answer(body: Any) -> httpx.Response:
    content = httpx.ByteStream(json.dumps(body).encode())
    return httpx.Response(200, stream=content, headers={"content-type": "application/json"})


def task(number: int, at: int, status: str = "failed", *, ended: int = 0) -> dict[str, Any]:
    return {"task_id": number, "status": status, "create_time": at, "end_time": ended or at}


def job(
    image: str = "cart:v14", status: str = "failed", error: str = "denied", service: str = "cart"
) -> dict[str, Any]:
    target = {
        "service_name": service,
        "service_module": "app",
        "target_image": f"registry.example.com/release/{image}",
    }
    return {"name": "distribute-0", "status": status, "error": error, "spec": {"distribute_target": [target]}}


def version(kind: Kind = Kind.K8S, status: Status = Status.FAILED, name: str = "v14") -> Version:
    return Version(
        project="shop",
        name=name,
        id="6" * 24,
        kind=kind,
        status=status,
        status_word=status,
        created_at=BORN,
        progress=Progress(done=0, total=1),
    )


def details(*images: str, kind: Kind = Kind.K8S) -> VersionDetails:
    made = tuple(
        Image(
            id="", service="cart", module="app", reference=f"r.example.com/x/{one}", name="", created_at=BORN
        )
        for one in images or ("cart:v14", "web:v14")
    )
    if kind is Kind.K8S:
        return VersionDetails(version=version(), images=made)
    chart = Chart(
        id="", service="cart", name="cart", repository="", version="1.0.0", created_at=BORN, images=made
    )
    return VersionDetails(version=version(kind), charts=(chart,))


def tasks_of(server: Server, clock: "TestClock") -> WorkflowTasks:
    transport = Transport("http://zadig.test", "a.b.c", clock=clock, transport=server)
    return WorkflowTasks(client=Client(transport=transport, retry=ONCE))


async def test_failing_jobs_say_why_and_those_that_passed_do_not(clock: "TestClock") -> None:
    jobs = [
        job("web:v14", status="passed", error="an old one", service="web"),
        job(error="denied\nquota exceeded"),
        job("cart:v14", status="timeout", error="", service="api"),
        {"name": "later", "status": ""},
    ]
    server = Server({"zadig-delivery-shop": [(task(1, BORN), jobs)]})
    said = await tasks_of(server, clock).failure(details(), SHARED)
    assert said == "cart/app: denied\nquota exceeded\napi/app: timeout"


async def test_the_frame_of_a_list_of_errors_is_no_reason(clock: "TestClock") -> None:
    error = (
        "2 errors occurred:\n\t* failed to push chart cart: denied\n\t* failed to push chart web: denied\n\n"
    )
    server = Server({"zadig-delivery-shop": [(task(1, BORN), [job(error=error)])]})
    said = await tasks_of(server, clock).failure(details(), SHARED)
    assert said == "cart/app: failed to push chart cart: denied\nfailed to push chart web: denied"


async def test_a_task_that_failed_around_its_jobs_says_so_itself(clock: "TestClock") -> None:
    class Broken(Server):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "taskId" in str(request.url):
                stage = {"jobs": [job(status="", error="")], "error": "no cluster"}
                return answer({"stages": [stage, {"jobs": None, "error": ""}], "error": "gave up"})
            return await super().handle_async_request(request)

    server = Broken({"zadig-delivery-shop": [(task(1, BORN), [])]})
    assert await tasks_of(server, clock).failure(details(), SHARED) == "no cluster\ngave up"


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_shared_workflow_is_searched_by_time_and_then_by_images(
    kind: Kind, clock: "TestClock"
) -> None:
    """Two versions of the same second: only what they copy tells them apart."""
    server = Server(
        {
            "zadig-delivery-shop": [
                (task(4, BORN + 3600), [job(error="hours later")]),
                (task(3, BORN), [job("cart:v14", error="mine")]),
                (task(2, BORN), [job("cart:v15", error="not mine")]),
                (task(1, BORN - 5), [job(error="before it was there")]),
            ]
        }
    )
    assert await tasks_of(server, clock).failure(details(kind=kind), SHARED) == "cart/app: mine"


async def test_a_task_that_copies_something_else_as_well_is_not_the_versions(clock: "TestClock") -> None:
    server = Server({"zadig-delivery-shop": [(task(1, BORN), [job(), job("mail:v14")])]})
    assert await tasks_of(server, clock).failure(details(), SHARED) == ""


async def test_the_latest_task_of_an_own_workflow_counts(clock: "TestClock") -> None:
    """A Helm retry makes a new task; tasks older than the version are of one that had its name before."""
    server = Server(
        {
            "zadig-delivery-shop-v14": [
                (task(3, BORN + 90_000), [job(error="second attempt")]),
                (task(2, BORN), [job(error="first attempt")]),
                (task(1, BORN - 90), [job(error="another life")]),
            ]
        }
    )
    assert await tasks_of(server, clock).failure(details(), OWN) == "cart/app: second attempt"


async def test_versions_whose_names_differ_by_a_dot_share_a_workflow(clock: "TestClock") -> None:
    rows = [
        (task(2, BORN + 60), [job("cart:v1-4", error="not mine")]),
        (task(1, BORN + 1), [job(error="mine")]),
    ]
    server = Server({"zadig-delivery-shop-v14": rows})
    assert await tasks_of(server, clock).failure(details("cart:v14"), OWN) == "cart/app: mine"


SILENT = [{"name": "distribute-0", "status": "failed", "error": "denied", "spec": ["odd"]}]


async def test_a_task_that_does_not_say_what_it_copies_counts_in_an_own_workflow(clock: "TestClock") -> None:
    server = Server({"zadig-delivery-shop-v14": [(task(1, BORN + 600), SILENT)]})
    assert await tasks_of(server, clock).failure(details(), OWN) == "distribute-0: denied"


@pytest.mark.parametrize(
    ("times", "counts"),
    [([0], True), ([60], True), ([61], False), ([9, 2], True), ([2, 2], False), ([300, 90], False)],
)
async def test_in_a_shared_workflow_it_counts_if_it_came_first_alone_and_at_once(
    times: list[int], *, counts: bool, clock: "TestClock"
) -> None:
    rows = [
        (task(n, BORN + at), [{**SILENT[0], "error": f"denied {at}"}])
        for n, at in zip(range(9, 0, -1), times, strict=False)
    ]
    said = await tasks_of(Server({"zadig-delivery-shop": rows}), clock).failure(details(), SHARED)
    assert said == (f"distribute-0: denied {min(times)}" if counts else "")


@pytest.mark.parametrize("before", [0, 3, 1000])
async def test_one_question_costs_a_bounded_number_of_requests(before: int, clock: "TestClock") -> None:
    others = [(task(n, BORN + 60 * n), [job(f"cart:other{n}")]) for n in range(before, 0, -1)]
    server = Server({"zadig-delivery-shop": [*others, (task(5000, BORN), [job()])]})
    said = await tasks_of(server, clock).failure(details(), SHARED)
    assert bool(said) == (before < 1000)
    assert len(server.asked) <= 7


async def test_reading_stops_at_the_page_that_goes_back_beyond_the_creation(clock: "TestClock") -> None:
    rows = [(task(n, BORN - 200 + n), [job()]) for n in range(PAGE_SIZE * 3, 0, -1)]
    server = Server({"zadig-delivery-shop": rows})
    assert await tasks_of(server, clock).failure(details(), SHARED) == ""
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("passed", Status.SUCCESS),
        ("failed", Status.FAILED),
        ("timeout", Status.FAILED),
        ("cancelled", Status.FAILED),
        ("reject", Status.FAILED),
        ("running", None),
        ("created", None),
        ("", None),
        ("pause", None),
    ],
)
async def test_how_the_copying_ended(status: str, outcome: Status | None, clock: "TestClock") -> None:
    server = Server({"zadig-delivery-shop-v14": [(task(1, BORN, status, ended=BORN + 60), [])]})
    tasks = tasks_of(server, clock)
    assert await tasks.outcome(details(), OWN, ended_by=BORN + 60) is outcome
    assert await tasks.outcome(details(), OWN, ended_by=BORN + 59) is None
    assert len(server.asked) == 2, "the list alone"


async def test_no_task_is_no_outcome(clock: "TestClock") -> None:
    assert await tasks_of(Server({}), clock).outcome(details(), (*OWN, *SHARED), ended_by=BORN * 2) is None


@pytest.mark.parametrize(
    ("name", "workflows"),
    [
        ("v14", ["zadig-delivery-shop-v14"]),
        ("V1.2_rc", ["zadig-delivery-shop-v1-2-rc", "zadig-delivery-shop-V1.2_rc"]),
        ("v1._2.", ["zadig-delivery-shop-v1-2", "zadig-delivery-shop-v1._2."]),
        ("...", ["zadig-delivery-shop-default", "zadig-delivery-shop-..."]),
    ],
)
def test_workflows_are_named_after_versions_as_zadig_does(
    name: str, workflows: list[str], v1: V1, v2: V2
) -> None:
    named = version(name=name)
    assert v1.workflows(named) == SHARED
    assert [one.name for one in v2.workflows(named)] == [*workflows, "zadig-delivery-shop"]


@pytest.fixture
def workflows(client: Client, catalog: "ZadigCatalog") -> ZadigWorkflows:
    detector = Detector(
        client=client, dialects=dialects(client, catalog, KnownServer(client=client)), setting="v1"
    )
    return ZadigWorkflows(detector=detector, tasks=WorkflowTasks(client=client))


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (403, b""),
        (404, b"Invalid path: /openapi/workflows/custom"),
        (405, b"Method not allowed"),
        (400, b'{"code": 400, "type": "error", "description": "projectKey can\'t be empty!"}'),
        (
            500,
            b'{"code": 500, "message": "Internal Error: ", "description": "mongo: no documents in result"}',
        ),
        (200, b"<html>portal</html>"),
        (200, b'{"workflow_tasks": 7}'),
    ],
)
async def test_a_zadig_that_does_not_say_why_is_no_error(
    status: int, content: bytes, workflows: ZadigWorkflows, wire: "Wire", reply: Any
) -> None:
    wire.answers(reply(status=status, content=content, content_type=""))
    assert await workflows.failure(details()) == ""


async def test_a_zadig_that_is_away_may_say_it_later(
    workflows: ZadigWorkflows, wire: "Wire", reply: Any
) -> None:
    wire.answers(reply(status=503, content=b"upstream"))
    with pytest.raises(ServerDown):
        await workflows.failure(details())

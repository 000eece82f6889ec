"""Every text and status of Zadig that a person can cause or meet, and what they read instead."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.domain.errors import (
    LicenceMissing,
    NotFound,
    NotPermitted,
    NotRetryable,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    ServerDown,
    Unauthorized,
    Unreadable,
    WrongServer,
)
from bot.domain.models import Status, VersionReference
from bot.domain.requests import Field
from bot.zadig import failures
from bot.zadig.calls import Answer, Call, Purpose
from bot.zadig.failures import failure, meaning, no_answer, reasons, too_late, too_long
from bot.zadig.phrases import REASONS, TABLE, WRITES, DialectMismatch, PlainNamesOnly, Row, SaysTaken

JSON = "application/json"
K8S = "failed to create k8s delivery version, project name: shop, version name v14, retry: false, error: "
RETRIED = K8S.replace("false", "true")
CREATING = K8S + "新建交付中心版本失败: "
V2_RETRIED = "failed to retry create delivery version, id: 66287b110b8b8a631910f5ae, error: "
VERBS = {Purpose.CREATE: "POST", Purpose.RETRY: "POST", Purpose.DELETE: "DELETE"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """`says` is in the sentence or the remedy."""

    purpose: Purpose
    answer: Answer
    means: type[ReleaseBotError]
    says: str
    field: str = ""


def plain(description: str) -> Answer:
    """Zadig's plain error: always 500, the reason in the description."""
    body = {"message": "Internal Error: ", "code": 500, "description": description}
    return Answer(status=500, body=json.dumps(body).encode(), content_type=JSON)


def typed(status: int, code: int, message: str, description: str = "") -> Answer:
    """Zadig's typed error: the code's status, or 400 for codes of its own."""
    body = {"type": "error", "message": message, "code": code, "description": description, "extra": {}}
    return Answer(status=status, body=json.dumps(body, ensure_ascii=False).encode(), content_type=JSON)


def bare(status: int, content: str = "", content_type: str = "", location: str = "") -> Answer:
    return Answer(status=status, body=content.encode(), content_type=content_type, location=location)


def of(purpose: Purpose, answer: Answer, means: type[ReleaseBotError], says: str, field: str = "") -> Case:
    return Case(purpose=purpose, answer=answer, means=means, says=says, field=field)


LIST, SHOW, CREATE, RETRY, DELETE = (
    Purpose.LIST,
    Purpose.SHOW,
    Purpose.CREATE,
    Purpose.RETRY,
    Purpose.DELETE,
)
HTML = "<html><body>502 Bad Gateway</body></html>"

GATE = [
    of(LIST, bare(401), Unauthorized, "does not accept"),
    of(LIST, bare(403), NotPermitted, "in shop"),
    of(Purpose.DETECT, bare(403), ServerDown, "user service"),
    of(LIST, typed(403, 403, "forbidden"), NotPermitted, "in shop"),
    of(LIST, bare(403, '{"reason":"mfa_enrollment_required"}', JSON), Unauthorized, "has not set up"),
    of(LIST, bare(403, '{"reason":"mfa_verification_required"}', JSON), Unauthorized, "without the second"),
    of(LIST, bare(403, '{"reason":"something_new"}', JSON), Unauthorized, "gate"),
    of(LIST, bare(403, "<html>WAF</html>", "text/html"), WrongServer, "in front of Zadig"),
    of(LIST, bare(301, "<a>Moved</a>", "text/html", "/login"), WrongServer, "redirects to /login"),
    of(
        CREATE,
        bare(302, "", "", "https://login.example.com"),
        WrongServer,
        "redirects to https://login.example.com.",
    ),
    of(LIST, bare(200, "<!DOCTYPE html>", "text/html"), WrongServer, "web page"),
    of(CREATE, bare(200, " <html>", ""), WrongServer, "web page"),
    of(LIST, bare(404, "Invalid path: /openapi/delivery/releases", "text/plain"), WrongServer, "2.3.1"),
    of(
        LIST,
        bare(404, "Invalid path: /openapi/projects/project", "text/plain"),
        WrongServer,
        "not at ZADIG_URL",
    ),
    of(LIST, bare(404, HTML, "text/html"), WrongServer, "not at ZADIG_URL"),
    of(SHOW, typed(404, 404, "not found"), NotFound, "can't find what you asked for"),
    of(
        SHOW,
        bare(405, "Method not allowed: GET /openapi/x", "text/plain"),
        DialectMismatch,
        "different dialect from the one the bot expected",
    ),
    of(CREATE, bare(413, HTML, "text/html"), Rejected, "too large for Zadig to accept"),
    of(LIST, bare(502, HTML, "text/html"), ServerDown, "is not answering"),
    of(LIST, bare(503, "upstream connect error", "text/plain"), ServerDown, "is not answering"),
    of(LIST, bare(504), ServerDown, "is not answering"),
    of(LIST, bare(429), ServerDown, "is not answering"),
    of(CREATE, bare(502, HTML, "text/html"), OutcomeUnknown, "answered in its place"),
    of(RETRY, bare(504), OutcomeUnknown, "answered in its place"),
    of(DELETE, bare(503, "upstream connect error", "text/plain"), OutcomeUnknown, "answered in its place"),
    of(LIST, bare(500, HTML, "text/html"), ServerDown, "is not answering"),
    of(CREATE, bare(500, HTML, "text/html"), OutcomeUnknown, "answered in its place"),
    of(CREATE, bare(500), Rejected, "cannot use the registry", Field.REGISTRY),
    of(SHOW, bare(500), ServerDown, "failed without giving a reason"),
    of(RETRY, bare(500), ServerDown, "failed without giving a reason"),
]
LICENCE = [
    of(LIST, typed(400, 7050, "用户许可证不可用，请检查许可证后重试"), LicenceMissing, "licence"),
    of(CREATE, plain("用户许可证不可用，请检查许可证后重试"), LicenceMissing, "licence"),
    of(LIST, plain("failed to validate zadig license status, error: EOF"), ServerDown, "check its licence"),
    of(CREATE, plain("server selection error: context deadline exceeded"), ServerDown, "database"),
    of(LIST, typed(500, 401, "unauthorized"), Unauthorized, "does not accept"),
    of(LIST, typed(400, 403, "forbidden"), NotPermitted, "has no permission"),
]
VERSIONS = [
    of(SHOW, plain("failed to get delivery version, ID: 66287b, error: 查询交付中心版本失败: "), NotFound, "shop/v14"),
    of(SHOW, plain("failed to get delivery version, ID: detail, error: 查询交付中心版本失败: "), DialectMismatch, "uses dialect v1"),
    of(SHOW, plain("failed to get delivery version, projectName: shop, versionName: v14 error: mongo: no documents in result"), NotFound, "shop/v14"),
    of(SHOW, plain("failed to get delivery version, ID: 66287b, error: failed to find product template shop"), NotFound, "project shop"),
    of(LIST, plain("failed to list delivery version, error: 查询交付中心版本列表失败: "), ServerDown, "could not read"),
    of(DELETE, plain("failed to delete delivery version, ID: x, error: 删除交付中心版本失败: "), NotFound, "this id"),
    of(DELETE, plain("failed to delete delivery version, ID: x, error: the provided hex string is not a valid ObjectID"), NotFound, "this id"),
    of(RETRY, plain(RETRIED + "can't reCreate version with status:success"), NotRetryable, "it has already succeeded"),
    of(RETRY, plain(RETRIED + "can't reCreate version with status:"), NotRetryable, "cannot be retried."),
    of(RETRY, plain(RETRIED + "can't reCreate version with status:paused"), NotRetryable, "the bot does not know its status"),
    of(RETRY, plain(RETRIED + "no workflow task found for version: v14"), NotRetryable, "Delete it and create it again"),
    of(RETRY, plain(RETRIED + "failed to retry workflow task, workflowName: zadig-delivery-shop, taskID: 7, err: 工作流任务状态无法重试"), NotRetryable, "still being copied"),
    of(RETRY, plain(RETRIED + "failed to retry workflow task, workflowName: w, taskID: 7, err: boom"), NotRetryable, "could not restart"),
    of(RETRY, plain(RETRIED + "failed to query delivery version data, verisonName: v14"), NotFound, "shop/v14"),
    of(RETRY, plain(V2_RETRIED + "failed to query delivery version data, id: 6, error: mongo: no documents in result"), NotFound, "shop/v14"),
    of(RETRY, plain(V2_RETRIED + "failed to find registry, err: mongo: no documents in result"), Rejected, "this registry", Field.REGISTRY),
    of(CREATE, plain(CREATING + "failed to insert delivery version v14, version already exist"), SaysTaken, "shop already has a version with this name", Field.VERSION_NAME),
    of(CREATE, plain(CREATING + "failed to insert delivery version: v14"), SaysTaken, "shop already has a version with this name", Field.VERSION_NAME),
    of(CREATE, typed(400, 6560, "新建交付中心版本失败", "failed to insert delivery version v14, version already exist"), SaysTaken, "shop already has a version with this name", Field.VERSION_NAME),
    of(CREATE, typed(400, 6566, "检查交付中心版本失败", "版本 v14 已存在"), SaysTaken, "shop already has a version with this name", Field.VERSION_NAME),
    of(CREATE, plain(CREATING + "failed to create delivery version custom workflow task, versionName: v1.2, err: 工作流标识支持大小写字母、数字和中划线"), PlainNamesOnly, "4.0.0", Field.VERSION_NAME),
]  # fmt: skip
REQUESTS = [
    of(CREATE, plain(K8S + "failed to find product, product name: shop, env name: qa, error: mongo: no documents in result"), Rejected, "no environment qa", Field.ENVIRONMENT),
    of(RETRY, plain(RETRIED + "failed to find product, product name: shop, env name: qa, error: mongo: no documents in result"), Rejected, "no environment qa", Field.ENVIRONMENT),
    of(CREATE, plain(CREATING + "failed to query product info, procutName: shop envName qa"), Rejected, "no environment qa", Field.ENVIRONMENT),
    of(CREATE, plain("failed to find env, projectKey: shop, envName: qa, error: mongo: no documents in result"), Rejected, "no environment qa", Field.ENVIRONMENT),
    of(CREATE, plain("env name is required when source is from env"), Rejected, "needs an environment", Field.ENVIRONMENT),
    of(CREATE, plain("failed to list release for project: shop, env: qa, production: false, err: boom"), Rejected, "could not read the charts", Field.ENVIRONMENT),
    of(CREATE, plain(K8S + "product service not found, service name: cart"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain(CREATING + "service cart not found in environment"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain(CREATING + "failed to query service: cart"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain(CREATING + "can't find renderChart for service: cart"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain("not found service cart in env qa"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain("failed get release for service cart from env shop/qa"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain(K8S + "container image not found, product name: shop, env name: qa, service name: cart, container name: app"), Rejected, "no image for its container app", Field.SERVICES),
    of(CREATE, plain("container not found, serviceName: cart, containerName: app, envName: qa, projectKey: shop"), Rejected, "no container app", Field.SERVICES),
    of(CREATE, plain("image not found, serviceName: cart, containerName: app, originalVersionName: v1, projectKey: shop"), Rejected, "image of cart", Field.SERVICES),
    of(CREATE, plain("original version name is required when source is from version"), Rejected, "does not exist", Field.SERVICES),
    of(CREATE, plain("failed to get original version, projectKey: shop, versionName: v1, error: mongo"), Rejected, "does not exist", Field.SERVICES),
    of(CREATE, plain(K8S + "failed to fetch current applied yaml, env: shop/qa, service: cart, error: boom"), Rejected, "manifest of cart", Field.SERVICES),
    of(CREATE, plain("failed to fetch current applied yaml, projectKey: shop envName: qa serviceName: cart, err: boom"), Rejected, "manifest of cart", Field.SERVICES),
    of(CREATE, plain("failed to generate merged values yaml, err: boom"), Rejected, "values of a chart", Field.SERVICES),
    of(CREATE, plain("failed to update service image in yaml, serviceName: cart, err: yaml缺少kind字段"), Rejected, "no manifest", Field.SERVICES),
    of(CREATE, plain("failed to update service image in yaml, serviceName: cart, err: yaml缺少containers字段"), Rejected, "has no containers", Field.SERVICES),
    of(CREATE, plain("can't find service cart in project shop"), Rejected, "shop has no service cart", Field.SERVICES),
    of(CREATE, plain("service cart not found in env qa"), Rejected, "no service cart", Field.SERVICES),
    of(CREATE, plain("failed to render env service yaml, err: boom"), Rejected, "boom", Field.SERVICES),
    of(CREATE, plain("failed to ensure chart files from version, err: failed to download chart cart-1.0.0"), Rejected, "chosen chart repository", Field.CHART_REPOSITORY),
    of(CREATE, plain("1 error occurred:\n\t* failed to push chart cart, err: 401 Unauthorized\n\n"), Rejected, "failed to push chart cart, err: 401", Field.CHART_REPOSITORY),
    of(CREATE, plain("failed to find project env info, err: mongo: no documents in result"), Rejected, "find the environment", Field.ENVIRONMENT),
    of(CREATE, plain("failed to find env, projectName: shop, envName: qa, error: mongo"), Rejected, "no environment qa", Field.ENVIRONMENT),
    of(Purpose.SERVICES, typed(400, 6078, "获取环境失败", "ServiceName is empty"), Rejected, "Zadig did not deploy", Field.ENVIRONMENT),
    of(CREATE, plain(CREATING + "no chart info appointed"), Rejected, "at least one service", Field.SERVICES),
    of(CREATE, typed(400, 6560, "新建交付中心版本失败", "no service info appointed"), Rejected, "at least one service", Field.SERVICES),
    of(CREATE, plain(CREATING + "failed to insert deliveryDeploy, serviceName: cart, err: E11000"), Rejected, "same name", Field.SERVICES),
    of(CREATE, plain(CREATING + "chart repo not appointed"), Rejected, "needs a chart repository", Field.CHART_REPOSITORY),
    of(CREATE, plain(CREATING + "failed to query chart-repo info, productName: shop, repoName: stable"), Rejected, "repository stable for shop", Field.CHART_REPOSITORY),
    of(CREATE, plain(CREATING + 'validation: chart.metadata.version "one" is invalid'), Rejected, "SemVer", Field.CHART_VERSION),
    of(CREATE, plain(CREATING + "image registry not appointed"), Rejected, "Zadig needs a registry", Field.REGISTRY),
    of(CREATE, plain(CREATING + "failed to generate workflow from delivery version, versionName: v14, err: target registry not appointed"), Rejected, "Zadig needs a registry", Field.REGISTRY),
    of(CREATE, plain(CREATING + "registry https://r.example.com/prod not support project shop"), Rejected, "https://r.example.com/prod is not open to shop", Field.REGISTRY),
    of(CREATE, plain("can not find target registry"), Rejected, "this registry", Field.REGISTRY),
    of(CREATE, plain("failed to build registry map"), Rejected, "registries", Field.REGISTRY),
    of(CREATE, plain(CREATING + "failed to check registry, err: can't find source registry for image: docker.io/mailhog:1"), Rejected, "docker.io/mailhog:1", Field.NOT_COPIED),
    of(CREATE, plain(CREATING + "failed to check registry, err: can't find source registry for image: "), Rejected, "3.1.0 to 3.4.1", Field.NOT_COPIED),
    of(CREATE, plain("failed to check registry, err: invalid image: a:b:c:d"), Rejected, "a:b:c:d", Field.NOT_COPIED),
    of(CREATE, plain(CREATING + "failed to create delivery version custom workflow task, versionName: v14, err: no dind"), Rejected, "no dind"),
    of(CREATE, plain(CREATING + "failed to generate workflow from delivery version, versionName: v14, err: boom"), Rejected, "boom"),
    of(CREATE, plain("failed to create helm delivery version custom workflow task, versionName: v14, err: no dind"), Rejected, "no dind"),
    of(CREATE, plain(CREATING + "failed to build helm custom artifact task, err: boom"), Rejected, "boom"),
]  # fmt: skip
BINDING = [
    of(SHOW, typed(400, 400, "invalid parameter", "projectKey can't be empty!"), Rejected, "project", Field.PROJECT),
    of(LIST, typed(400, 400, "invalid", "Key: 'OpenAPIListDeliveryVersionRequest.ProjectKey' Error:Field validation for 'ProjectKey' failed on the 'required' tag"), Rejected, "project", Field.PROJECT),
    of(RETRY, typed(400, 400, "invalid parameter", "projectName can't be empty!"), Rejected, "project", Field.PROJECT),
    of(SHOW, typed(400, 400, "invalid parameter", "versionName can't be empty!"), Rejected, "a name or an id", Field.VERSION_NAME),
    of(RETRY, typed(400, 400, "invalid parameter", "id can't be empty!"), Rejected, "a name or an id", Field.VERSION_NAME),
    of(LIST, typed(400, 400, "invalid", "Key: 'OpenAPIListDeliveryVersionRequest.PageNum' Error:Field validation for 'PageNum' failed on the 'required' tag\nKey: 'x'"), Rejected, "PageNum"),
    of(LIST, typed(400, 400, "invalid", 'strconv.ParseInt: parsing "x": invalid syntax'), Rejected, "x as a number"),
    of(CREATE, typed(400, 400, "invalid", "EOF"), Rejected, "could not read"),
    of(CREATE, typed(400, 400, "invalid", "unexpected EOF"), Rejected, "could not read"),
    of(CREATE, typed(400, 400, "invalid", "json: cannot unmarshal string into Go struct field A.retry of type bool"), Rejected, "could not read"),
]  # fmt: skip
REST = [
    of(Purpose.SERVICES, plain("mongo: no documents in result"), NotFound, "no such environment"),
    of(
        Purpose.REGISTRIES,
        plain("mongo: no documents in result"),
        NotFound,
        "can't find what you asked for",
    ),
    of(CREATE, plain(CREATING + "the moon is full\nand more"), Rejected, "refused: the moon is full"),
    of(
        CREATE,
        plain(CREATING + "3 errors occurred:\n\t* the moon is full\n\t* so are\n\t* the tides\n\n"),
        Rejected,
        "refused: the moon is full (and 2 more)",
    ),
    of(DELETE, typed(400, 6562, "删除", ""), Rejected, "refused: 删除"),
    of(Purpose.SERVICES, plain("cluster is disconnected"), ServerDown, "cluster is disconnected"),
    of(LIST, typed(400, 6561, "列表失败", ""), Rejected, "refused: 列表失败"),
    of(CREATE, bare(500, "panic", "text/plain"), OutcomeUnknown, "did not say"),
    of(LIST, bare(500, "panic", "text/plain"), ServerDown, "an invalid response"),
    of(LIST, bare(400), Rejected, "it gave no reason"),
    of(LIST, bare(500, '{"message": "Internal', JSON), ServerDown, "Internal"),
    of(LIST, bare(500, '{"code": null, "message": null, "description": null}', JSON), ServerDown, "null"),
    of(LIST, bare(500, "[]", JSON), ServerDown, "could not answer"),
    of(LIST, bare(500, "[" * 5000, JSON), ServerDown, "could not answer"),
]
CASES = [*GATE, *LICENCE, *VERSIONS, *REQUESTS, *BINDING, *REST]


def call(purpose: Purpose) -> Call:
    about = VersionReference(project="shop", name="v14")
    verb = VERBS.get(purpose, "GET")
    return Call(purpose=purpose, verb=verb, path=("openapi",), about=about)


def matched(case: Case) -> Row:
    said = failures._said(case.answer)
    return next(row for row in TABLE if failures._fits(row, call(case.purpose), said))


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.purpose} {case.answer.status} {case.says[:30]}"
)
def test_a_failure_is_said_in_a_sentence_with_its_field(case: Case) -> None:
    error = failure(call(case.purpose), case.answer)
    assert type(error) is case.means
    assert case.says in f"{error} {error.remedy}"
    assert error.remedy or case.means is Rejected
    if isinstance(error, Rejected):
        assert error.field == case.field
    assert error.raw.startswith(f"HTTP {case.answer.status}")


def test_every_row_of_the_table_has_a_case() -> None:
    reached = [id(matched(case)) for case in CASES]
    assert [row for row in TABLE if id(row) not in reached] == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", ()),
        ("1 error occurred:\n\t* boom\n\n", ("boom",)),
        ("2 errors occurred:\n\t* boom\n\t* bang\n\n", ("boom", "bang")),
        (CREATING + "failed to push: 1 error occurred:\n\t* boom\n\n", ("failed to push: boom",)),
        ("timeout", ("timeout",)),
        ("3 errors occurred while reading", ("3 errors occurred while reading",)),
    ],
)
def test_the_frame_of_a_list_of_errors_is_taken_off(said: str, found: tuple[str, ...]) -> None:
    assert reasons(said) == found


def test_sentences_end_like_sentences() -> None:
    for row in TABLE:
        for sentence in filter(None, (row.text.replace("{detail}", "."), row.remedy)):
            assert sentence.endswith("."), sentence
            assert sentence[0].isupper() or sentence[0] == "{", sentence


def test_reads_never_come_out_as_an_unknown_outcome() -> None:
    for case in CASES:
        error = failure(call(case.purpose), case.answer)
        assert isinstance(error, OutcomeUnknown) <= (case.purpose in WRITES)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_not_a_failure(status: int) -> None:
    assert failure(call(LIST), bare(status, "{}", JSON)) is None


def test_a_status_that_is_neither_is_unreadable() -> None:
    assert type(failure(call(LIST), bare(101))) is Unreadable


def test_what_cannot_be_retried_says_which_version_and_where_it_stands() -> None:
    error = failure(call(RETRY), plain(RETRIED + "can't reCreate version with status:retrying"))
    assert isinstance(error, NotRetryable)
    assert (str(error.reference), error.status) == ("shop/v14", Status.RETRYING)


def test_a_reason_of_braces_stays_as_it_is() -> None:
    error = failure(call(CREATE), plain("{project} {0} {} {{x"))
    assert str(error) == "Zadig refused: {project} {0} {} {{x"


def test_raw_is_clipped_and_keeps_the_original_words() -> None:
    error = failure(call(CREATE), plain("新" * 5000 + "\0"))
    assert error is not None
    assert len(error.raw) == 2000
    assert len(str(error)) < 400
    assert "\0" not in error.raw


@pytest.mark.parametrize(
    ("purpose", "error", "means"),
    [
        (LIST, httpx.ConnectError("refused"), ServerDown),
        (CREATE, httpx.ConnectError("refused"), ServerDown),
        (CREATE, httpx.ConnectTimeout("slow"), ServerDown),
        (CREATE, httpx.PoolTimeout("full"), ServerDown),
        (CREATE, httpx.ReadTimeout("slow"), OutcomeUnknown),
        (CREATE, httpx.ReadError("reset"), OutcomeUnknown),
        (CREATE, httpx.WriteError("reset"), OutcomeUnknown),
        (DELETE, httpx.RemoteProtocolError("closed"), OutcomeUnknown),
        (LIST, httpx.ReadTimeout("slow"), ServerDown),
        (LIST, httpx.RemoteProtocolError("closed"), ServerDown),
        (LIST, httpx.UnsupportedProtocol("ftp"), WrongServer),
        (LIST, httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), WrongServer),
        (LIST, ConnectionResetError("reset"), ServerDown),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_no_answer_means_down_or_unknown_by_what_may_have_happened(
    purpose: Purpose, error: Exception, means: Any
) -> None:
    assert type(no_answer(call(purpose), error, str(error))) is means


def test_an_answer_too_late_or_too_long_leaves_the_outcome_of_a_write_open() -> None:
    assert type(too_late(call(LIST))) is ServerDown
    assert type(too_late(call(CREATE))) is OutcomeUnknown
    assert type(too_long(call(LIST), 5)) is Unreadable
    assert type(too_long(call(CREATE), 5)) is OutcomeUnknown


RECORDED = {
    "timeout": "Zadig stopped waiting after an hour",
    "failed to create delivery version custom workflow task, versionName: v1.2, err: 工作流标识支持大小写字母、数字和中划线": "Zadig 4.0.0 cannot copy images for a name with dots",
    "新建交付中心版本失败: failed to generate workflow from delivery version, versionName: v14, err: target registry not appointed": "Zadig needs a registry.",
    "新建交付中心版本失败: failed to insert deliveryDeploy, serviceName: cart, err: E11000": "Two images of one service",
    "failed to query chart-repo info, productName: shop, repoName: stable": "no chart repository stable for shop",
    '1 error occurred:\n\t* validation: chart.metadata.version "one" is invalid\n': "A chart version is not SemVer.",
    "failed to update service image in yaml, serviceName: cart, err: yaml缺少kind字段": "Zadig got no manifest",
}  # fmt: skip


@pytest.mark.parametrize("reason", RECORDED)
def test_a_reason_that_is_zadigs_own_means_something(reason: str) -> None:
    said = meaning(reason, VersionReference(project="shop", name="v14"))
    assert RECORDED[reason] in said
    assert said.endswith(".")
    assert said.isascii()


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "denied: requested access to the resource is denied",
        "cart/app: timeout",
        "timeout\ncart/app: denied",
        "1 error occurred:\n\t* no space left on device",
        "can't reCreate version with status:success",
        "版本 v14 已存在",
    ],
)
def test_a_reason_that_is_not_one_of_zadigs_own_texts_stays_as_it_is(reason: str) -> None:
    assert meaning(reason, VersionReference(project="shop", name="v14")) == ""


@pytest.mark.parametrize("row", REASONS, ids=lambda row: row.phrase[:40])
def test_every_reason_says_what_to_do_or_what_zadig_said(row: Row) -> None:
    assert row.remedy or "not there" in row.text

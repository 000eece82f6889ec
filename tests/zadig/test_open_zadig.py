"""The door to Zadig: what it is opened with, who the token acts as, and what a check of it finds."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import Unauthorized, WrongServer
from bot.zadig import Diagnosis, open_zadig
from bot.zadig.diagnosis import Owner, read_owner

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

ALL_IN_ORDER = {
    "projects": [
        {"project_key": "vm", "deploy_type": "cloud_host"},
        {"project_key": "a", "deploy_type": "k8s"},
        {"project_key": "b", "deploy_type": "helm"},
    ],
    "total": 3,
}


def token(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJh.{payload}.c2ln"


PATRICK = token(name="Patrick", preferred_username="patrick", email="p@example.com", exp=4_853_600_000)


SPEAKS_V1: dict[str, Any] = {
    "status": 400,
    "body": {"code": 400, "description": "projectKey can't be empty!"},
}


Check = Callable[[list[dict[str, Any]]], Awaitable[tuple[Diagnosis, ...]]]


@pytest.fixture
def check(wire: "Wire", clock: "TestClock", reply: "type[Reply]") -> Check:
    """The findings of a check to which the server gives these answers."""

    async def run(script: list[dict[str, Any]]) -> tuple[Diagnosis, ...]:
        wire.answers(*(reply(**given) for given in script))
        return await findings(wire, clock)

    return run


async def findings(wire: "Wire", clock: "TestClock", *, api_token: str = PATRICK) -> tuple[Diagnosis, ...]:
    async with open_zadig(url="http://zadig.test", token=api_token, clock=clock, transport=wire) as zadig:
        return await zadig.diagnose()


async def test_nothing_is_sent_before_it_is_needed(wire: "Wire", clock: "TestClock") -> None:
    async with open_zadig(url="http://z", token=PATRICK, clock=clock, transport=wire) as zadig:
        assert zadig.owner
        assert zadig.owner.title == "Patrick (patrick)"
    assert wire.requests == []


@pytest.mark.parametrize(
    ("wrong", "means"),
    [({"url": "zadig"}, WrongServer), ({"dialect": "v3"}, WrongServer), ({"token": ""}, Unauthorized)],
)
async def test_what_cannot_work_is_said_at_once(
    wrong: dict[str, str], means: type[Exception], clock: "TestClock"
) -> None:
    given: dict[str, Any] = {"url": "http://z", "token": PATRICK, "clock": clock} | wrong
    with pytest.raises(means):
        async with open_zadig(**given):
            pytest.fail("it opened")


async def test_the_dialect_in_use_can_be_asked_for(
    wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    wire.answers(reply(**SPEAKS_V1))
    async with open_zadig(url="http://z", token=PATRICK, clock=clock, transport=wire) as zadig:
        assert (await zadig.dialect(), await zadig.dialect()) == ("v1", "v1")
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.bm90anNvbg.c",
        "a.W10.c",
        "a.MQ.c",
        "a.\x80.c",
        "a..c",
        "a." + "W" * 9999 + ".c",
    ],
)
def test_a_token_that_is_no_jwt_has_no_owner(text: str) -> None:
    assert read_owner(text) is None


def test_an_owner_is_called_by_what_the_token_says() -> None:
    assert read_owner(token(name="Ada", email="a@example.com")) == Owner(name="Ada", email="a@example.com")
    assert Owner(name="Ada", email="a@example.com").title == "Ada (a@example.com)"
    assert Owner(name="Ada").title == "Ada"
    assert Owner(email="a@example.com").title == "a@example.com"
    assert Owner().title == "an unnamed account"


async def test_a_check_of_a_zadig_in_order_finds_nothing(check: Check) -> None:
    found = await check([SPEAKS_V1, {"body": ALL_IN_ORDER}, {"body": {"list": [], "total": 0}}])
    assert all(finding.ok for finding in found)
    assert [(finding.subject, finding.text) for finding in found] == [
        ("ZADIG_TOKEN", "acts as Patrick (patrick)"),
        ("Zadig API", "reachable, speaks v1"),
        ("Zadig projects", "2 can have versions"),
        ("Zadig versions", "the licence is valid; a has 0 versions"),
    ]


@pytest.mark.parametrize(
    ("total", "says"), [(0, "a has 0 versions"), (1, "a has 1 version"), (2, "a has 2 versions")]
)
async def test_versions_are_counted_in_words_that_fit(total: int, says: str, check: Check) -> None:
    found = await check([SPEAKS_V1, {"body": ALL_IN_ORDER}, {"body": {"list": [], "total": total}}])
    assert found[-1].text == f"the licence is valid; {says}"


@pytest.mark.parametrize(
    ("script", "subject", "remedy"),
    [
        ([{"status": 401, "content": b""}], "Zadig API", "ZADIG_TOKEN"),
        ([{"status": 403, "body": {"reason": "mfa_enrollment_required"}}], "Zadig API", "second factor"),
        ([{"status": 200, "content": b"<html>", "content_type": "text/html"}], "Zadig API", "ZADIG_URL"),
        ([SPEAKS_V1, {"status": 401, "content": b""}], "Zadig API", "ZADIG_TOKEN"),
        ([SPEAKS_V1, {"body": {"projects": [], "total": 0}}], "Zadig projects", "member"),
        (
            [SPEAKS_V1, {"body": ALL_IN_ORDER}, {"status": 400, "body": {"code": 7050}}],
            "Zadig licence",
            "Renew",
        ),
        (
            [SPEAKS_V1, {"body": ALL_IN_ORDER}, {"status": 403, "content": b""}],
            "Zadig versions",
            "permission",
        ),
        ([SPEAKS_V1, {"body": ALL_IN_ORDER}, {"body": []}], "Zadig versions", "This is a bug"),
    ],
    ids=["401", "mfa", "html", "projects 401", "no projects", "licence", "403 everywhere", "unreadable"],
)
async def test_a_check_names_what_is_wrong_and_the_fix(
    script: list[dict[str, Any]], subject: str, remedy: str, check: Check
) -> None:
    last = (await check(script))[-1]
    assert (last.subject, last.ok) == (subject, False)
    assert remedy in last.remedy
    assert "An operator" not in last.remedy, "it is the operator who reads this"


@pytest.mark.parametrize(
    "script", [[{"status": 401, "content": b""}], [SPEAKS_V1, {"status": 401, "content": b""}]]
)
async def test_a_token_that_zadig_has_not_seen_or_not_accepted_is_not_called_verified(
    script: list[dict[str, Any]], check: Check
) -> None:
    found = await check(script)
    assert [(finding.subject, finding.ok) for finding in found] == [
        ("ZADIG_TOKEN", True),
        ("Zadig API", False),
    ]
    assert (
        found[0].text
        == "acts as Patrick (patrick), according to the token itself; Zadig has not confirmed it"
    )
    assert found[1].remedy == "Check ZADIG_TOKEN."


async def test_one_project_that_is_not_permitted_says_nothing_of_the_others(check: Check) -> None:
    refused = {"status": 403, "content": b""}
    found = await check([SPEAKS_V1, {"body": ALL_IN_ORDER}, refused, {"body": {"list": []}}])
    assert found[-1].text == "the licence is valid; b has 0 versions"


@pytest.mark.parametrize(
    ("text", "says"),
    [("sk-not-a-jwt", "not a Zadig API token"), (token(name="Ada", exp=5), "of Ada has expired")],
)
async def test_a_check_looks_at_the_token_itself(
    text: str, says: str, wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=401, content=b""))
    first, second = await findings(wire, clock, api_token=text)
    assert says in first.text
    assert not first.ok
    assert text not in str((first, second))


async def test_a_token_that_zadig_accepts_is_right_although_it_does_not_say_whose_it_is(
    wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    wire.answers(reply(**SPEAKS_V1), reply(body=ALL_IN_ORDER), reply(body={"list": [], "total": 0}))
    found = await findings(wire, clock, api_token="opaque")
    assert all(finding.ok for finding in found)
    assert found[0].text == "accepted by Zadig; it does not say whom it acts as"


@pytest.mark.parametrize(("setting", "spoken"), [("v2", "v1"), ("v1", "v2")])
async def test_a_dialect_that_was_set_wrong_is_found_although_no_project_has_versions(
    setting: str, spoken: str, wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    missed = {"v1": "projectKey", "v2": "versionName"}[spoken]
    complaint = reply(status=400, body={"code": 400, "description": f"{missed} can't be empty!"})
    context = [reply(body={"user": {}})] if spoken == "v2" else []
    wire.answers(complaint, *context, reply(body=ALL_IN_ORDER))
    async with open_zadig(
        url="http://z", token=PATRICK, clock=clock, dialect=setting, transport=wire
    ) as zadig:
        last = (await zadig.diagnose())[-1]
    assert (last.subject, last.ok) == ("Zadig API", False)
    assert last.text == f"it speaks {spoken}, but ZADIG_DIALECT is {setting}"
    assert last.remedy == f"Set ZADIG_DIALECT to {spoken}, or to auto."


async def test_a_dialect_that_was_set_for_a_server_that_does_not_say_its_own_is_believed(
    wire: "Wire", clock: "TestClock", reply: "type[Reply]"
) -> None:
    odd: dict[str, Any] = {"status": 400, "body": {"code": 400, "description": "what?"}}
    wire.answers(reply(**odd), reply(**odd), reply(body=ALL_IN_ORDER), reply(body={"list": [], "total": 0}))
    async with open_zadig(url="http://z", token=PATRICK, clock=clock, dialect="v1", transport=wire) as zadig:
        assert all(finding.ok for finding in await zadig.diagnose())

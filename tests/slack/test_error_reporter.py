"""Whatever goes wrong is said to the person where they are, under a reference that the log has too."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    NameTaken,
    NotFailed,
    NotFound,
    NotRetryable,
    OutcomeUnknown,
    Refused,
    Rejected,
    ReleaseBotError,
    ServerDown,
    StoreDown,
    Unreadable,
)
from bot.domain.models import Kind, Status, Version, VersionReference
from bot.domain.requests import FieldError
from bot.slack.api import SlackApi
from bot.slack.error_reporter import (
    ErrorReporter,
    refused_submission,
    slow_submission,
)
from bot.slack.payloads import ViewState
from bot.slack.replies import ReplyTarget, show_error
from bot.slack.views.notice import loading
from tests.slack.drawn import seen
from tests.slack.recorded import VIEW
from tests.slack.served import ADA, ADAS_DM, SHOP, START, Slack, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")

VERSION = Version(
    project="shop",
    name="v13",
    id="65a0b1c2d3e4f5a6b7c8d9e0",
    kind=Kind.K8S,
    status=Status.FAILED,
    status_word="failed",
    created_at=START,
)


def kinds_of(root: type[ReleaseBotError]) -> Iterator[type[ReleaseBotError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds_of(kind)


SPECIAL: dict[type[ReleaseBotError], Callable[[], ReleaseBotError]] = {
    BadInput: lambda: BadInput((FieldError(field="project", text="Choose a project."),)),
    NameTaken: lambda: NameTaken(VERSION),
    NotRetryable: lambda: NotRetryable(VersionReference(project="shop", name="v13"), VERSION.status),
    NotFailed: lambda: NotFailed(VERSION),
    CreatedButFailed: lambda: CreatedButFailed(VERSION, Rejected("It did not fit.")),
}


# Errors of other adapters stay behind their ports.
TOLD = [kind for kind in kinds_of(ReleaseBotError) if kind.__module__.startswith(("bot.domain", "bot.slack"))]


def example(kind: type[ReleaseBotError]) -> ReleaseBotError:
    return SPECIAL.get(kind, lambda: kind("It went wrong."))()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Somewhere to be told, and all text that Ada then sees of it."""

    where: ReplyTarget
    seen: Callable[[], list[str]]


def api_of(slack: Slack) -> SlackApi:
    return SlackApi(client=slack.client, session=slack.session)


@pytest.fixture
def reporter(slack: Slack) -> ErrorReporter:
    return ErrorReporter(slack_api=api_of(slack))


def in_response(slack: Slack) -> Place:
    url = slack.workspace.url + slack.workspace.hooks.issue("commands", user=ADA, channel=SHOP)
    return Place(
        where=ReplyTarget(user=ADA, response_url=url),
        seen=lambda: [text for one in slack.messages(user=ADA) for text in texts(one.blocks)],
    )


def in_direct_message(slack: Slack) -> Place:
    return Place(
        where=ReplyTarget(user=ADA),
        seen=lambda: [text for one in slack.messages(ADAS_DM) for text in texts(one.blocks)],
    )


def in_home(slack: Slack) -> Place:
    def seen() -> list[str]:
        view = slack.workspace.views.home(ADA)
        return [*texts(view.blocks)] if view else []

    return Place(where=ReplyTarget(user=ADA, home=True), seen=seen)


async def opened(slack: Slack) -> str:
    return await api_of(slack).open(
        slack.workspace.triggers.issue(ADA, channel=SHOP), loading("A form", draft="d")
    )


def on_top(slack: Slack) -> list[str]:
    view = slack.workspace.views.top(ADA)
    return [*texts(view.blocks)] if view else []


async def in_modal(slack: Slack) -> Place:
    where = ReplyTarget(view_id=await opened(slack), user=ADA, title="A form")
    return Place(where=where, seen=lambda: on_top(slack))


async def in_closed_modal(slack: Slack) -> Place:
    place = await in_modal(slack)
    slack.workspace.views.clear(ADA)
    return Place(where=place.where, seen=in_direct_message(slack).seen)


async def over_modal(slack: Slack) -> Place:
    view_id = await opened(slack)
    trigger = slack.workspace.triggers.issue(ADA, view_id=view_id)
    where = ReplyTarget(user=ADA, view_id=view_id, push_trigger=trigger, title="A form")
    return Place(where=where, seen=lambda: on_top(slack))


async def over_modal_too_late(slack: Slack) -> Place:
    place = await over_modal(slack)
    slack.workspace.clock.advance(4)
    return Place(where=place.where, seen=in_direct_message(slack).seen)


PLACES: dict[str, Callable[[Slack], Place | Awaitable[Place]]] = {
    "response": in_response,
    "direct message": in_direct_message,
    "home": in_home,
    "modal": in_modal,
    "closed modal": in_closed_modal,
    "over a modal": over_modal,
    "over a modal, too late": over_modal_too_late,
}


@pytest_asyncio.fixture(loop_scope="session", params=PLACES)
async def place(request: pytest.FixtureRequest, slack: Slack) -> Place:
    made = PLACES[request.param](slack)
    return made if isinstance(made, Place) else await made


def logged(caplog: pytest.LogCaptureFixture, action: str) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if getattr(record, "action", "") == action]


async def failing(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("kind", TOLD)
async def test_every_error_is_told_in_every_place(
    reporter: ErrorReporter, place: Place, kind: type[ReleaseBotError]
) -> None:
    error = example(kind)
    await reporter.run(failing(error), place.where)
    said = "\n".join(place.seen())
    first = error.fields[0].text if isinstance(error, BadInput) else str(error).split(":")[0]
    assert first in said
    assert error.remedy in said
    assert ("Reference" in said) is not isinstance(error, Refused)


async def test_an_error_that_nobody_foresaw_is_told_under_a_reference_that_the_log_has(
    reporter: ErrorReporter, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await reporter.run(failing(KeyError("secret")), place.where)
    said = "\n".join(place.seen())
    [record] = logged(caplog, "defect")
    assert record["reference"] in said
    assert record["exc_info"]
    assert "secret" not in said


async def test_work_that_goes_well_says_nothing(reporter: ErrorReporter, place: Place) -> None:
    before = place.seen()

    async def well() -> None:
        pass

    await reporter.run(well(), place.where)
    assert place.seen() == before


@pytest.mark.parametrize("fault", ["500", "drop_before", "html", "429"])
async def test_nobody_hears_where_slack_does_not_answer_and_that_is_logged(
    slack: Slack, reporter: ErrorReporter, place: Place, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    slack.fault(fault, times=None)
    await reporter.run(failing(ServerDown("Zadig does not answer.")), place.where)
    slack.workspace.faults.clear()
    [unheard], [first] = logged(caplog, "unheard"), logged(caplog, "unavailable")
    assert unheard["reference"] == first["reference"]


@pytest.mark.parametrize(
    ("error", "action", "level"),
    [
        (NotFound("Not there.", raw="Zadig's words"), "refused", logging.INFO),
        (StoreDown("Away.", raw="Zadig's words"), "unavailable", logging.WARNING),
        (ServerDown("Away.", raw="Zadig's words"), "unavailable", logging.WARNING),
        (Unreadable("Half a sentence.", raw="Zadig's words"), "defect", logging.ERROR),
        (KeyError("x"), "defect", logging.ERROR),
    ],
)
async def test_the_log_tells_refusals_outages_and_defects_apart(
    caplog: pytest.LogCaptureFixture, reporter: ErrorReporter, error: Exception, action: str, level: int
) -> None:
    caplog.set_level(logging.INFO, "bot")
    known, reference = reporter.note(error)
    [record] = logged(caplog, action)
    assert (record["levelno"], record["reference"]) == (level, reference)
    assert known is (error if isinstance(error, ReleaseBotError) else None)
    assert record["raw"] == ("Zadig's words" if isinstance(error, ReleaseBotError) else "")
    assert bool(record["exc_info"]) is (action == "defect")


async def test_references_differ(reporter: ErrorReporter) -> None:
    assert len({reporter.note(NotFound("x"))[1] for _ in range(50)}) == 50


async def test_a_form_can_be_had_back_from_the_modal_that_tells_why_it_went_wrong(
    slack: Slack,
) -> None:
    for error, offered in ((ServerDown("Away."), True), (OutcomeUnknown("Who knows."), False)):
        where = ReplyTarget(
            view_id=await opened(slack),
            user=ADA,
            title="A form",
            draft="0123.C0SHOP00001",
            resumable=True,
        )
        await show_error(api_of(slack), where, error, "ab12")
        assert ("Back to the form" in on_top(slack)) is offered


READ = ViewState.read(VIEW)
BARE = ViewState.read({**VIEW, "blocks": [block for block in VIEW["blocks"] if block["type"] != "input"]})


@pytest.mark.parametrize("error", [StoreDown("Away."), NotFound("Gone."), None])
async def test_a_submission_that_goes_wrong_leaves_what_was_typed_on_screen(
    error: ReleaseBotError | None,
) -> None:
    answer = refused_submission(READ, error, "ab12")
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"name"}
    assert ("ab12" in answer["errors"]["name"]) is not isinstance(error, Refused)


@pytest.mark.parametrize("error", [StoreDown("Away."), NotFound("Gone."), None])
async def test_a_form_without_inputs_makes_way_for_the_reason(error: ReleaseBotError | None) -> None:
    answer = refused_submission(BARE, error, "ab12")
    assert answer["response_action"] == "update"
    assert answer["view"]["title"]["text"] == "A form"


async def test_a_submission_that_takes_long_says_so() -> None:
    assert "still working on this" in slow_submission(READ)["errors"]["name"]
    assert "still working on this" in seen(slow_submission(BARE)["view"])

"""The dispatcher acknowledges everything in time, whatever the services do, and hands it on once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio
from slack_bolt import BoltResponse

from bot.domain.errors import Rejected, StoreDown
from bot.slack.context import Context, Feature, FormHandlers, InteractionPolicy, Subcommand
from bot.slack.dispatcher import Dispatcher
from bot.slack.handlers import FEATURES
from bot.slack.ids import Callback, Click
from bot.slack.payloads import Acknowledgement, Clicked, Closed, Submitted, Suggesting, Typed
from bot.slack.replies import ReplyTarget
from tests.slack.recorded import HOME, IN_MESSAGE, IN_MODAL, JSON, PAYLOADS, VIEW
from tests.slack.served import ADAS_DM
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Slack waits three seconds; an answer that has to wait for nothing is there at once.
AT_ONCE = 0.5


class Ack:
    """Bolt's `ack`: what Slack is answered with, and how often."""

    def __init__(self) -> None:
        self.given: list[Acknowledgement] = []

    async def __call__(self, **answer: Any) -> BoltResponse:
        self.given.append(answer)
        return BoltResponse(status=200)


@dataclass
class Work:
    """A feature whose work takes as long as `gate` is closed, and what was done."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[str] = field(default_factory=list)
    error: Exception | None = None
    answer: JSON = field(default_factory=lambda: {"response_action": "clear"})

    async def _do(self, what: str) -> None:
        await self.gate.wait()
        if self.error:
            raise self.error
        self.done.append(what)

    async def typed(self, typed: Typed, words: tuple[str, ...], _ctx: Context) -> None:
        await self._do(" ".join([typed.user, *words]))

    async def clicked(self, clicked: Clicked, _ctx: Context) -> None:
        await self._do(clicked.value)

    async def submitted(self, submitted: Submitted, _ctx: Context) -> Acknowledgement:
        await self._do(submitted.view.id)
        return self.answer

    async def suggested(self, suggesting: Suggesting, _ctx: Context) -> Acknowledgement:
        await self._do(suggesting.value)
        return {"options": [{"text": {"type": "plain_text", "text": "x"}, "value": "x"}]}

    async def closed(self, closed: Closed, _ctx: Context) -> None:
        await self._do(closed.view.id)

    @property
    def feature(self) -> Feature:
        form = FormHandlers(
            submitted=self.submitted, changed=self.clicked, suggest=self.suggested, closed=self.closed
        )
        return Feature(
            name="work",
            subcommands=(
                Subcommand(word="work", arguments="", summary="works", example="work", run=self.typed),
            ),
            clicks={"work": self.clicked},  # type: ignore[dict-item]
            forms={"form": form},  # type: ignore[dict-item]
        )


@pytest.fixture
def work() -> Work:
    return Work()


@pytest_asyncio.fixture(loop_scope="session")
async def dispatcher(bot: Staffed, work: Work) -> AsyncIterator[Dispatcher]:
    yield Dispatcher(bot.shared, (work.feature,))
    work.gate.set()
    await bot.settled()


@pytest.fixture
def hasty(bot: Staffed, work: Work, dispatcher: Dispatcher) -> Dispatcher:  # noqa: ARG001 - which ends the work
    return Dispatcher(replace(bot.shared, policy=InteractionPolicy(ack=0.05)), (work.feature,))


async def within(seconds: float, doing: Any) -> None:
    started = time.monotonic()
    await doing
    assert time.monotonic() - started < seconds


DELIVERIES: dict[str, Callable[[Dispatcher], Any]] = {
    "command": lambda dispatcher: dispatcher.command,
    "button": lambda dispatcher: dispatcher.click,
    "select": lambda dispatcher: dispatcher.click,
    "button in a modal": lambda dispatcher: dispatcher.click,
    "input of a form": lambda dispatcher: dispatcher.click,
    "button in Home": lambda dispatcher: dispatcher.click,
}


@pytest.mark.parametrize("name", DELIVERIES)
async def test_commands_and_clicks_are_acknowledged_before_anything_is_done(
    dispatcher: Dispatcher, bot: Staffed, work: Work, name: str
) -> None:
    ack = Ack()
    await within(AT_ONCE, DELIVERIES[name](dispatcher)(ack, PAYLOADS[name]))
    assert ack.given == [{}]
    assert work.done == []
    work.gate.set()
    await bot.settled()
    assert len(work.done) == 1


@pytest.mark.parametrize("name", DELIVERIES)
async def test_a_database_that_hangs_does_not_keep_slack_waiting(bot: Staffed, work: Work, name: str) -> None:
    hung = asyncio.Event()

    async def hanging(_key: str) -> bool:
        await hung.wait()
        return True

    dispatcher = Dispatcher(replace(bot.shared, first_time=hanging), (work.feature,))
    ack = Ack()
    await within(AT_ONCE, DELIVERIES[name](dispatcher)(ack, PAYLOADS[name]))
    assert ack.given == [{}]
    hung.set()
    work.gate.set()
    await bot.settled()


@pytest.mark.parametrize("name", DELIVERIES)
async def test_the_same_delivery_acts_once(
    dispatcher: Dispatcher, bot: Staffed, work: Work, name: str
) -> None:
    work.gate.set()
    for _ in range(3):
        await DELIVERIES[name](dispatcher)(Ack(), PAYLOADS[name])
    await bot.settled()
    assert len(work.done) == 1


async def test_two_elements_used_with_one_trigger_both_act(
    dispatcher: Dispatcher, bot: Staffed, work: Work
) -> None:
    work.gate.set()
    for number in (1, 2):
        action = {"action_id": f"work.{number}", "block_id": "row", "value": str(number)}
        await dispatcher.click(Ack(), {**IN_MESSAGE, "actions": [action]})
    await bot.settled()
    assert sorted(work.done) == ["1", "2"]


async def test_deliveries_that_nothing_tells_apart_all_act(
    dispatcher: Dispatcher, bot: Staffed, work: Work
) -> None:
    work.gate.set()
    for _ in range(2):
        await dispatcher.click(Ack(), {**IN_MESSAGE, "trigger_id": None})
    await bot.settled()
    assert len(work.done) == 2


@pytest.mark.parametrize("name", DELIVERIES)
async def test_without_a_database_people_are_served_all_the_same(bot: Staffed, work: Work, name: str) -> None:
    async def down(_key: str) -> bool:
        raise StoreDown("The bot's database does not answer.")

    work.gate.set()
    dispatcher = Dispatcher(replace(bot.shared, first_time=down), (work.feature,))
    await DELIVERIES[name](dispatcher)(Ack(), PAYLOADS[name])
    await bot.settled()
    assert len(work.done) == 1


def place_of(dispatcher: Dispatcher, body: JSON) -> ReplyTarget:
    return dispatcher._context(Clicked.read(body)).target


@pytest.mark.parametrize(
    ("name", "view", "keeps_input"),
    [
        ("button", "", False),
        ("button in Home", "", False),
        ("button in a modal", VIEW["id"], True),
        ("input of a form", VIEW["id"], True),
    ],
)
async def test_it_is_known_where_the_person_is(
    dispatcher: Dispatcher, name: str, view: str, *, keeps_input: bool
) -> None:
    where = place_of(dispatcher, PAYLOADS[name])
    assert (where.view_id, bool(where.push_trigger)) == (view, keeps_input)
    assert where.home is (name == "button in Home")
    assert bool(where.response_url) is (name == "button")


async def test_in_a_modal_without_a_form_its_place_is_taken(dispatcher: Dispatcher) -> None:
    where = place_of(dispatcher, {**IN_MODAL, "view": {**VIEW, "callback_id": Callback.NOTICE}})
    assert (where.view_id, where.title, where.push_trigger) == (VIEW["id"], "A form", "")


@pytest.mark.parametrize("action_id", ["nobody.1", "", "wor", "work_", "input", "open_link.zadig"])
async def test_unknown_clicks_are_acknowledged_and_reach_no_feature(
    dispatcher: Dispatcher, bot: Staffed, work: Work, action_id: str
) -> None:
    work.gate.set()
    ack = Ack()
    action = {"action_id": action_id, "block_id": "row", "value": "x"}
    await dispatcher.click(ack, {**IN_MESSAGE, "actions": [action]})
    await bot.settled()
    assert (ack.given, work.done) == ([{}], [])


@pytest.mark.parametrize(
    ("callback_id", "instead"), [("unknown", "help"), ("create_version", "create"), ("image_tags", "create")]
)
async def test_an_input_of_a_form_of_an_older_release_says_so(
    dispatcher: Dispatcher, bot: Staffed, work: Work, callback_id: str, instead: str
) -> None:
    work.gate.set()
    body = {**PAYLOADS["input of a form"], "view": {**VIEW, "callback_id": callback_id}}
    await dispatcher.click(Ack(), body)
    await bot.settled()
    assert work.done == []
    assert await bot.told() == [
        f"This form is from an older release of the bot. Use `/release {instead}` instead."
    ]


async def test_a_form_is_answered_with_what_it_says(dispatcher: Dispatcher, work: Work) -> None:
    work.gate.set()
    ack = Ack()
    await dispatcher.submission(ack, PAYLOADS["submission"])
    assert ack.given == [{"response_action": "clear"}]


async def test_a_form_of_an_older_release_keeps_what_was_typed_and_says_what_to_use_instead(
    dispatcher: Dispatcher,
) -> None:
    ack = Ack()
    body = {**PAYLOADS["submission"], "view": {**VIEW, "callback_id": "unknown"}}
    await dispatcher.submission(ack, body)
    text = "This form is from an older release of the bot. Use `/release help` instead."
    assert ack.given == [{"response_action": "errors", "errors": {"name": text}}]


async def test_a_submission_that_takes_long_is_answered_and_finished_all_the_same(
    hasty: Dispatcher, bot: Staffed, work: Work
) -> None:
    ack = Ack()
    await within(AT_ONCE, hasty.submission(ack, PAYLOADS["submission"]))
    [answer] = ack.given
    assert answer["response_action"] == "errors"
    assert "still working on this" in answer["errors"]["name"]
    work.gate.set()
    await bot.settled()
    assert work.done == [VIEW["id"]]
    assert await bot.told() == []


async def test_a_submission_that_takes_long_and_then_goes_wrong_is_told_by_direct_message(
    hasty: Dispatcher, bot: Staffed, work: Work
) -> None:
    work.error = StoreDown("The bot's database does not answer.")
    await hasty.submission(Ack(), PAYLOADS["submission"])
    work.gate.set()
    await bot.settled()
    [said] = [message.text for message in bot.slack.messages(ADAS_DM)]
    assert "database does not answer" in said


@pytest.mark.parametrize("error", [StoreDown("Away."), Rejected("No."), RuntimeError("x")])
async def test_a_submission_that_goes_wrong_is_answered_in_the_form(
    dispatcher: Dispatcher, work: Work, error: Exception
) -> None:
    work.error = error
    work.gate.set()
    ack = Ack()
    await dispatcher.submission(ack, PAYLOADS["submission"])
    [answer] = ack.given
    assert set(answer["errors"]) == {"name"}


async def test_a_form_that_is_closed_is_acknowledged_before_anything_is_done(
    dispatcher: Dispatcher, bot: Staffed, work: Work
) -> None:
    ack = Ack()
    await within(AT_ONCE, dispatcher.closing(ack, PAYLOADS["closing"]))
    assert (ack.given, work.done) == ([{}], [])
    work.gate.set()
    await bot.settled()
    assert work.done == [VIEW["id"]]


@pytest.mark.parametrize("error", [StoreDown("Away."), RuntimeError("x")])
async def test_what_goes_wrong_after_a_form_was_closed_is_logged_and_told_to_nobody(
    dispatcher: Dispatcher, bot: Staffed, work: Work, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    work.error = error
    work.gate.set()
    await dispatcher.closing(Ack(), PAYLOADS["closing"])
    await bot.settled()
    assert await bot.told() == []
    assert [record for record in caplog.records if getattr(record, "reference", "")]


async def test_an_unknown_form_may_be_closed(dispatcher: Dispatcher) -> None:
    ack = Ack()
    await dispatcher.closing(ack, {**PAYLOADS["closing"], "view": {**VIEW, "callback_id": "unknown"}})
    assert ack.given == [{}]


async def test_options_are_what_the_form_offers(dispatcher: Dispatcher, work: Work) -> None:
    work.gate.set()
    ack = Ack()
    await dispatcher.suggestion(ack, PAYLOADS["suggestion"])
    assert [option["value"] for option in ack.given[0]["options"]] == ["x"]


async def test_options_that_take_long_are_none(hasty: Dispatcher) -> None:
    ack = Ack()
    await within(AT_ONCE, hasty.suggestion(ack, PAYLOADS["suggestion"]))
    assert ack.given == [{"options": []}]


@pytest.mark.parametrize("error", [StoreDown("Away."), RuntimeError("x")])
async def test_options_that_go_wrong_are_none(dispatcher: Dispatcher, work: Work, error: Exception) -> None:
    work.error = error
    work.gate.set()
    ack = Ack()
    await dispatcher.suggestion(ack, PAYLOADS["suggestion"])
    assert ack.given == [{"options": []}]


@pytest.mark.parametrize("view", [None, {**VIEW, "callback_id": "unknown"}, HOME])
async def test_nothing_is_offered_outside_of_known_forms(dispatcher: Dispatcher, view: JSON | None) -> None:
    ack = Ack()
    await dispatcher.suggestion(ack, {**PAYLOADS["suggestion"], "view": view})
    assert ack.given == [{"options": []}]


async def test_what_is_done_belongs_to_the_process_and_is_waited_for(
    dispatcher: Dispatcher, bot: Staffed, work: Work
) -> None:
    await dispatcher.command(Ack(), PAYLOADS["command"])
    asyncio.get_running_loop().call_later(0.05, work.gate.set)
    await bot.shared.tasks.drain(5)
    assert work.done == ["U0ADA000001 hard"]


async def test_what_is_cut_off_by_the_end_of_the_process_leaves_nothing_behind(
    dispatcher: Dispatcher, bot: Staffed, work: Work
) -> None:
    await dispatcher.command(Ack(), PAYLOADS["command"])
    await bot.shared.tasks.drain(0.01)
    assert work.done == []


async def test_no_two_features_declare_the_same_word_click_or_form() -> None:
    for declared in (
        [row.word for one in FEATURES for row in one.subcommands],
        [click for one in FEATURES for click in one.clicks],
        [callback for one in FEATURES for callback in one.forms],
        [one.name for one in FEATURES],
    ):
        assert len(declared) == len(set(declared))


async def test_every_click_and_form_that_can_be_drawn_is_declared_by_a_feature() -> None:
    clicks = {click for one in FEATURES for click in one.clicks}
    assert set(Click) - clicks == {Click.OPEN_LINK, Click.RUN}
    forms = {callback for one in FEATURES for callback in one.forms}
    assert set(Callback) - forms == {Callback.NOTICE}

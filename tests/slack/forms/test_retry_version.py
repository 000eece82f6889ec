"""Retrying a K8s version needs some environment, retrying a Helm version needs nothing."""

from typing import Any

import pytest

from bot.domain.models import Environment, Kind
from bot.domain.record import Particulars
from bot.domain.requests import FieldError, RetryVersion
from bot.slack.forms.retry_version import RetryForm, block_errors, choosing, inputs, read_request, read_state
from bot.slack.views.retry_version import options, retry_version

ID = "65a0b1c2d3e4f5a6b7c8d9e0"
ENVIRONMENTS = (
    Environment(key="dev", name="dev", production=False),
    Environment(key="prod", name="Production", production=True),
)


def form(**changed: Any) -> RetryForm:
    usual = {"project": "shop", "version_name": "v2", "version_id": ID, "kind": Kind.K8S}
    asked = {"environments": ENVIRONMENTS, "environment": "dev", "asks": True}
    return RetryForm(**(usual | asked | changed))


def shown(client: Any, form: RetryForm) -> Any:
    somebody = client()
    somebody.suggest = lambda block_id, typed: options(form, block_id, typed)
    somebody.show(retry_version(form, draft="d"))
    assert tuple(somebody.inputs) == inputs(form)
    return somebody


def test_the_given_environment_is_chosen_already(client: Any) -> None:
    somebody = shown(client, form())
    assert read_request(read_state(form(), somebody.values)) == (
        RetryVersion(project="shop", version_name="v2", version_id=ID, kind=Kind.K8S, environment="dev"),
        (),
    )


def test_a_production_environment_is_asked_for_as_one(client: Any) -> None:
    somebody = shown(client, form())
    somebody.put("environment", "prod")
    request, _ = read_request(read_state(form(), somebody.values))
    assert (request.environment, request.production) == ("prod", True)


def test_an_environment_that_cannot_be_read_is_typed(client: Any) -> None:
    before = form(environments=None, environment="")
    somebody = shown(client, before)
    assert somebody.inputs == ["environment", "production"]
    somebody.put("environment", " live ")
    somebody.put("production", ["yes"])
    request, problems = read_request(read_state(before, somebody.values))
    assert (request.environment, request.production, problems) == ("live", True, ())


def test_without_an_environment_it_is_a_problem_of_the_field() -> None:
    after = read_state(form(), {"environment": {"x": {"type": "static_select", "selected_option": None}}})
    _, problems = read_request(after)
    assert list(block_errors(form(), problems)) == ["environment"]
    assert block_errors(form(environments=None), [FieldError(field="nonsense", text="no")]) == {
        "environment": "no"
    }


def test_helm_asks_for_nothing(client: Any) -> None:
    before = form(kind=Kind.HELM)
    somebody = shown(client, before)
    assert somebody.inputs == []
    assert somebody.view["submit"]["text"] == "Retry"
    assert read_request(read_state(before, {}))[0] == RetryVersion(
        project="shop", version_name="v2", version_id=ID, kind=Kind.HELM
    )


def test_a_zadig_that_goes_by_the_id_is_told_no_environment(client: Any) -> None:
    before = form(by_id=True, environments=(), environment="")
    somebody = shown(client, before)
    assert somebody.inputs == []
    assert somebody.view["submit"]["text"] == "Retry"
    request = RetryVersion(project="shop", version_name="v2", version_id=ID, kind=Kind.K8S, by_id=True)
    assert read_request(read_state(before, {})) == (request, ())


def test_a_project_without_environments_cannot_retry(client: Any) -> None:
    somebody = shown(client, form(environments=()))
    assert "submit" not in somebody.view
    assert "`shop` has no environment" in somebody.shown()


def test_the_reason_is_shown_as_it_is(client: Any) -> None:
    assert (
        "```\n2 error(s) occurred:\n* &lt;!channel&gt;\n```"
        in shown(client, form(reason="2 error(s) occurred:\n* <!channel>")).shown()
    )
    assert "recorded no reason" in shown(client, form()).shown()
    shown(client, form(reason="x" * 9000, project="`" * 300, version_name="<" * 300))


def test_it_is_given_back_with_the_reason_under_the_field(client: Any) -> None:
    before = form().rejected([FieldError(field="environment", text="It is gone.")], ["Zadig said no."])
    somebody = shown(client, before)
    blocks = somebody.view["blocks"]
    assert (
        blocks[blocks.index(somebody.block("environment")) + 1]["elements"][0]["text"]
        == ":warning: It is gone."
    )
    assert "Zadig said no." in somebody.shown()
    assert before.revision == 1
    after = read_state(before, somebody.values)
    assert (after.environment, after.problems) == ("dev", {})
    assert RetryForm.model_validate_json(after.model_dump_json()) == after
    helm = form(kind=Kind.HELM).rejected([FieldError(field="environment", text="It is gone.")])
    assert "It is gone." in shown(client, helm).shown()


def test_many_environments_are_found_by_typing(client: Any) -> None:
    many = tuple(Environment(key=f"e{number}", name="", production=False) for number in range(150))
    somebody = shown(client, form(environments=many, environment="e149"))
    assert somebody.block("environment")["element"]["type"] == "external_select"
    somebody.put("environment", "e120")
    assert read_state(form(environments=many), somebody.values).environment == "e120"
    assert options(form(), "production", "") == []


@pytest.mark.parametrize(
    ("made_from", "offered", "chosen", "said"),
    [
        ("dev", ENVIRONMENTS, "dev", "`v2` was made from it"),
        ("prod", ENVIRONMENTS, "prod", "the *production* environment `prod`: `v2` was made from it"),
        ("", ENVIRONMENTS[::-1], "dev", "it is not known which one `v2` was made from"),
        ("gone", ENVIRONMENTS[::-1], "dev", "`gone`, which `v2` was made from, cannot be chosen"),
        ("live", None, "live", "the *production* environment `live`: `v2` was made from it"),
    ],
)
def test_the_bot_chooses_the_environment_and_says_why(
    made_from: str, offered: Any, chosen: str, said: str, client: Any
) -> None:
    before = choosing(
        form(environments=offered, environment="", asks=False),
        Particulars(environment=made_from, production=made_from in ("prod", "live")),
    )
    somebody = shown(client, before)
    assert somebody.inputs == []
    assert said in somebody.shown()
    request, problems = read_request(read_state(before, somebody.values))
    assert (request.environment, request.production, problems) == (chosen, chosen in ("prod", "live"), ())


@pytest.mark.parametrize("offered", [ENVIRONMENTS[1:], None])
def test_a_production_environment_is_never_chosen_unasked(offered: Any, client: Any) -> None:
    before = choosing(form(environments=offered, environment="", asks=False), Particulars())
    assert before.environment == ""
    assert "environment" in shown(client, before).inputs


def test_an_environment_that_zadig_refuses_is_asked_for(client: Any) -> None:
    before = choosing(form(environment="", asks=False), Particulars())
    again = before.rejected([FieldError(field="environment", text="It is gone.")])
    somebody = shown(client, again)
    assert somebody.inputs == ["environment"]
    assert "It is gone." in somebody.shown()

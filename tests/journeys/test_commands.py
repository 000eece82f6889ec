"""A journey for each word behind the slash command."""

import json
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from tests.journeys.living import ADA, GRACE, JSON, OUTCOME, Life, Person, eventually
from tests.journeys.sent import check_retry
from tests.slack.drawn import seen


async def test_nothing_help_and_unknown_words_answer_with_usage(life: Life) -> None:
    ada = life.person(ADA)
    for text in ("/release", "/release help"):
        assert "`/release`" in (await ada.types(text))["ack"]["text"]
    answer = (await ada.types("/release lst shop"))["ack"]
    assert "has no command `lst`" in answer["text"]
    assert "`/release list`" in answer["text"]
    assert answer["response_type"] == "ephemeral"


async def test_list_shows_a_project_to_the_person_who_typed_only(life: Life) -> None:
    ada, grace = life.person(ADA), life.person(GRACE)
    await ada.types("/release list shop")
    listed = await ada.sees("Versions of shop", "v13", "success")
    assert listed["is_ephemeral"]
    assert not [m for m in await grace.messages() if "Versions of shop" in m["text"]]


async def test_list_pages_edit_the_same_message(town: Life, ada: Person) -> None:
    await town.http.post("/zadig/_control/settings", json={"unique_seconds": False})
    for number in range(20, 45):
        await town.zadig("shop", "create", f"v{number}")
    await ada.types("/release list shop")
    first = await ada.sees("Versions of shop", "age 1 of 3")
    await ada.clicks(first, "Next")
    second = await ada.sees("age 2 of 3")
    assert second["ts"] == first["ts"]
    await ada.clicks(second, "Previous")
    assert (await ada.sees("age 1 of 3"))["ts"] == first["ts"]


async def test_list_filters_by_status(ada: Person) -> None:
    await ada.types("/release list shop")
    listed = await ada.sees("Versions of shop")
    await ada.clicks(listed, ":x:")
    filtered = await ada.sees("v11", "among the newest")
    assert "v13" not in seen(filtered["blocks"])
    await ada.types("/release list shop failed")
    assert "v13" not in (await ada.sees("v11", "among the newest"))["text"]


async def test_list_of_a_project_that_does_not_exist_names_those_that_do(ada: Person) -> None:
    await ada.types("/release list shpo")
    assert (await ada.sees("no project shpo"))["is_ephemeral"]
    await ada.types("/release list", channel="general")
    await ada.sees("Say which project", "billing", channel="general")


async def test_show_by_name_by_id_and_by_the_channels_only_project(town: Life, ada: Person) -> None:
    await ada.types("/release show shop/v13")
    shown = await ada.sees("shop/v13", "cart")
    assert "https" not in shown["text"]
    version_id = next(v.id for v in town.world.zadig.versions if v.name == "v12" and v.project == "shop")
    await ada.types(f"/release show {version_id}")
    await ada.sees("shop/v12")
    await ada.types("/release show v13")
    await ada.sees("Say which project")
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await ada.types("/release show v10")
    await ada.sees("shop/v10")


async def test_show_of_what_is_not_there_says_so(ada: Person) -> None:
    await ada.types("/release show shop/v99")
    await ada.sees("There is no version v99 in shop")
    await ada.types("/release show")
    await ada.sees("Say which version")
    await ada.types("/release show 0123456789abcdef01234567")
    await ada.sees("No project that the bot can see")


async def test_subscribe_list_and_unsubscribe(ada: Person) -> None:
    await ada.types("/release subscribe shop failures thread")
    await ada.sees("now subscribed", "every failure")
    await ada.types("/release subscriptions")
    listed = await ada.sees("This channel's subscriptions")
    await ada.clicks(listed, "Unsubscribe")
    await ada.sees("n't subscribed to any project")
    await ada.types("/release unsubscribe shop")
    await ada.sees("not subscribed to shop")
    await ada.types("/release subscribe nowhere")
    await ada.sees("no project nowhere")
    await ada.types("/release subscribe shop loudly")
    await ada.sees("is not a filter")


async def test_watch_tells_the_outcome_by_direct_message(town: Life, ada: Person) -> None:
    await town.zadig("shop", "create", "v20", outcome="hang")
    await ada.types("/release watch shop/v20")
    await ada.sees("You're now watching")
    await ada.types("/release watch")
    await ada.sees("You're watching 1 version")
    await town.zadig("shop", "fail", "v20", error="boom")
    heard = await ada.hears("shop/v20", "failed")
    assert "watching this version" in seen(heard["blocks"])


async def test_watch_of_a_settled_version_says_how_it_ended(ada: Person) -> None:
    await ada.types("/release watch shop/v13")
    await ada.sees("nothing to watch")


async def test_delete_names_the_version_and_what_stays(town: Life, ada: Person) -> None:
    await ada.types("/release delete shop/v12")
    view = await ada.modal("shop/v12", "Delete")
    assert view["callback_id"] == "delete_version"
    await ada.submits(view)
    await ada.modal("has been deleted")
    assert not [
        v for v in town.world.zadig.versions if v.name == "v12" and v.project == "shop" and not v.deleted_at
    ]
    await ada.types("/release delete shop/v12")
    await ada.modal("There is no version v12")


@pytest.mark.parametrize("outcome", ["hang", "success"])
async def test_who_deleted_a_version_is_said_where_it_is_followed(
    town: Life, ada: Person, grace: Person, outcome: str
) -> None:
    """Of one that was complete its messages say so, and their thread: nobody was waiting for it."""
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await town.zadig("shop", "create", "v50", outcome=outcome)
    now = "shop/v50 succeeded." if outcome == "success" else "shop/v50 is being created."
    card = await ada.sees(now, seconds=15)
    await grace.types("/release delete shop/v50")
    await grace.submits(await grace.modal("delete_version", "shop/v50"))
    await grace.modal("has been deleted")
    by = f"was deleted by <@{GRACE}>"
    if outcome == "hang":
        await ada.sees(f"shop/v50 {by} before it was complete")
    else:
        reply = await ada.sees(f"shop/v50 {by}.", '"thread_ts": "')
        assert reply["thread_ts"] == card["ts"]
        await ada.sees("shop/v50 succeeded", f" · deleted by <@{GRACE}>")
    said = [one for one in await ada.messages() if "v50" in one["text"] and not one["is_ephemeral"]]
    assert len(said) == (2 if outcome == "hang" else 3)
    assert next(one for one in said if one["ts"] == card["ts"])["text"] == f"shop/v50 {by}."
    assert all("Delete…" not in seen(one) for one in said)


async def test_a_failure_says_that_it_succeeded_on_retry_and_the_version_who_asked_for_that(
    town: Life, ada: Person, grace: Person
) -> None:
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await town.zadig("shop", "create", "v51", outcome="hang")
    await ada.sees("shop/v51 is being created.")
    await town.zadig("shop", "fail", "v51", error="no space left")
    failed = await ada.sees("shop/v51 failed", "no space left", "Retry…", '"type": "button"', seconds=15)
    await grace.types("/release retry shop/v51")
    await grace.submits(await grace.modal("retry_version", "shop/v51"))
    over = await ada.sees("shop/v51 failed", "succeeded on retry", seconds=15)
    assert over["ts"] == failed["ts"]
    assert "Retry…" not in seen(over)
    await ada.sees("shop/v51 succeeded", OUTCOME, f"requested by <@{GRACE}>", seconds=15)
    await ada.types("/release show shop/v51")
    await ada.sees('"text": "Retried by"', f'"user_id": "{GRACE}"', seconds=15)


async def test_retry_of_a_failed_k8s_version_sends_just_what_it_needs(town: Life, ada: Person) -> None:
    await town.zadig("shop", "create", "v30")
    await town.zadig("shop", "fail", "v30", error="no space left")
    await ada.types("/release retry shop/v30")
    view = await ada.modal("retry_version", "shop/v30")
    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == []
    names_an_environment = "the environment `dev`" in json.dumps(view)
    assert names_an_environment == (town.world.zadig.dialect == "v1")
    await ada.submits(view)
    await ada.modal("Zadig is retrying")
    check_retry(town, "k8s", "shop", "v30")
    await ada.sees("shop/v30 succeeded", OUTCOME, seconds=15)


async def test_retry_of_a_failed_helm_version_needs_no_environment(town: Life, ada: Person) -> None:
    await town.zadig("platform", "create", "2.0.0")
    await town.zadig("platform", "fail", "2.0.0", error="push refused")
    await ada.types("/release retry platform/2.0.0")
    await ada.submits(await ada.modal("retry_version", "platform/2.0.0"))
    await ada.modal("Zadig is retrying")
    check_retry(town, "helm", "platform", "2.0.0")


async def test_retry_is_offered_for_failed_versions_only(ada: Person) -> None:
    await ada.types("/release retry shop/v13")
    await ada.modal("cannot be retried")
    await ada.types("/release list shop")
    listed = await ada.sees("Versions of shop")
    rows = [
        (json.dumps(version), menu["elements"][0]["options"])
        for version, menu in pairwise(listed["blocks"])
        if menu["type"] == "actions" and menu["elements"][0]["type"] == "overflow"
    ]
    assert len(rows) > 1
    for version, options in rows:
        assert ("Retry…" in [one["text"]["text"] for one in options]) == ('"name": "x"' in version)


async def test_the_menu_of_a_version_shows_and_deletes_it(ada: Person) -> None:
    await ada.types("/release list shop")
    await ada.clicks(await ada.sees("Versions of shop"), "Show")
    await ada.sees("shop/v13", "cart")
    await ada.clicks(await ada.sees("Versions of shop"), "Delete")
    await ada.modal("delete_version", "shop/v13")


async def test_home_shows_what_a_person_watches(town: Life, ada: Person) -> None:
    await town.zadig("shop", "create", "v40", outcome="hang")
    await ada.types("/release watch shop/v40")
    await ada.sees("You're now watching")
    await ada.control("open_home")

    view = await eventually(_home(ada, "shop/v40"), "v40 in Home", ada.state(), 5)
    await ada.clicks_in(view, "Unwatch")
    await eventually(_home(ada, "You aren't watching any versions"), "nothing in Home", ada.state(), 5)


def _home(person: Person, text: str) -> Callable[[], Awaitable[JSON | None]]:
    async def look() -> JSON | None:
        view = (await person.state())["app"]["home_view"]
        return view if view and text in str(view) else None

    return look


async def test_a_channel_without_the_bot_is_told_to_invite_it(ada: Person) -> None:
    await ada.types("/release subscribe shop", channel="ops-secret")
    await ada.sees("not in this channel", "/invite", channel="ops-secret")
    await ada.types("/release list shop", channel="ops-secret")
    await ada.sees("Versions of shop", channel="ops-secret")

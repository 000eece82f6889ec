"""Block Kit on the page: texts as Slack draws them, and elements of messages that reach the app with their values."""

from typing import Any

from playwright.async_api import expect

from tests.sandbox.slack.page.conftest import (
    ADA,
    GRACE,
    SHOP,
    Json,
    Screen,
    Stage,
    actions,
    button,
    options,
    plain,
    section,
)

NOON = 1_795_435_200  # 2026-11-23 12:00 UTC, a Monday
FILL = """async ([templates, ...moment]) => {
    const { fillDate } = await import("/_page/render/dates.js");
    return Object.fromEntries(templates.map((template) => [template, fillDate(template, ...moment)]));
}"""
DRAW = """async (texts) => {
    const { drawer } = await import("/_page/dom.js");
    const { mrkdwn } = await import("/_page/render/mrkdwn.js");
    const { scene } = await import("/_page/scene.js");
    const drawn = (text) => {
        const node = document.createElement("div");
        drawer(node)(mrkdwn(text, scene));
        return node.innerHTML;
    };
    return Object.fromEntries(texts.map((text) => [text, drawn(text)]));
}"""

MRKDWN = {
    "*bold* _italic_ ~struck~": "<strong>bold</strong> <em>italic</em> <s>struck</s>",
    "*bold _and italic_*": "<strong>bold <em>and italic</em></strong>",
    "snake_case_name and 2*3*4": "snake_case_name and 2*3*4",
    "*not\nacross lines*": "*not\nacross lines*",
    "`*verbatim*`": '<code class="code">*verbatim*</code>',
    "a &lt;b&gt; &amp;amp; c": "a &lt;b&gt; &amp;amp; c",
    "&gt; quoted\nplain": "<blockquote>quoted</blockquote>plain",
    "&gt;&gt;&gt; all\nof it": "<blockquote>all\nof it</blockquote>",
    "<unknown> stays": "&lt;unknown&gt; stays",
    "1 < 2 and *3*": "1 &lt; 2 and <strong>3</strong>",
}

TOKENS: dict[str, str | None] = {
    "{date_num}": "2026-11-23",
    "{date_slash}": "11/23/2026",
    "{date_long}": "Monday, November 23rd, 2026",
    "{date_long_full}": "November 23, 2026",
    "{date}": "November 23",
    "{date_short}": "Nov 23, 2026",
    "{time}": "7:00 AM",
    "{time_secs}": "7:00:00 AM",
    "on {date_pretty} at {time}": "on yesterday at 7:00 AM",
    "{date_short_pretty}": "Yesterday",
    "{date_long_pretty}": "Yesterday",
    "{day_divider_pretty}": "Yesterday",
    "{ago}": "1 day ago",
    "{no_such_token}": None,
}


async def test_mrkdwn_is_drawn_as_slack_draws_it(screen: Screen) -> None:
    assert await screen.page.evaluate(DRAW, list(MRKDWN)) == MRKDWN


async def test_every_date_token_is_filled_in_the_viewers_zone(screen: Screen) -> None:
    arguments = [list(TOKENS), NOON, "America/New_York", NOON + 86_400]
    assert await screen.page.evaluate(FILL, arguments) == TOKENS


async def test_mentions_links_and_emoji_have_their_names(stage: Stage, screen: Screen) -> None:
    text = f"<@{GRACE}> <#{SHOP}> <!here> <!subteam^S1|@ops> <https://example.com/?a=1&amp;b=2|there> :rocket: :no_such:"
    ts = (await stage.app.client.chat_postMessage(channel=SHOP, text=text))["ts"]
    message = screen.by_id(f"message-{ts}")
    await expect(message.locator(".mention")).to_have_text(["@grace", "#shop", "@here", "@ops"])
    link = message.get_by_role("link", name="there")
    await expect(link).to_have_attribute("href", "https://example.com/?a=1&b=2")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(message.get_by_role("img", name=":rocket:")).to_be_visible()
    await expect(message).to_contain_text(":no_such:")


async def test_rich_text_and_tables_are_drawn(stage: Stage, screen: Screen) -> None:
    def words(text: str, **style: bool) -> Json:
        return {"type": "text", "text": text, "style": style} if style else {"type": "text", "text": text}

    def line(*elements: Json) -> Json:
        return {"type": "rich_text_section", "elements": list(elements)}

    rich = {
        "type": "rich_text",
        "elements": [
            line(words("bold", bold=True), words(" and "), words("code", code=True)),
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [line(words("one")), line(words("two"))],
            },
            {"type": "rich_text_quote", "elements": [words("quoted")]},
            {"type": "rich_text_preformatted", "elements": [words("pre\n  formatted")]},
        ],
    }
    cells = [
        [{"type": "raw_text", "text": text} for text in row] for row in (("Image", "Tag"), ("cart", "v1"))
    ]
    ts = await stage.app.post(rich, {"type": "table", "rows": cells})
    message = screen.by_id(f"message-{ts}")
    await expect(message.locator("strong")).to_have_text("bold")
    await expect(message.get_by_role("listitem")).to_have_text(["one", "two"])
    await expect(message.locator("blockquote")).to_have_text("quoted")
    await expect(message.locator("pre")).to_have_text("pre\n  formatted")
    await expect(message.get_by_role("columnheader")).to_have_text(["Image", "Tag"])
    await expect(message.get_by_role("cell")).to_have_text(["cart", "v1"])


async def test_a_markdown_block_is_drawn(stage: Stage, screen: Screen) -> None:
    text = (
        "# Title\n\n- one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[x](javascript:alert(1)) <b>no</b>"
    )
    ts = await stage.app.post({"type": "markdown", "text": text})
    message = screen.by_id(f"message-{ts}")
    await expect(message.get_by_role("heading", name="Title")).to_be_visible()
    await expect(message.get_by_role("listitem")).to_have_text(["one", "two"])
    await expect(message.get_by_role("cell")).to_have_text(["1", "2"])
    await expect(message).to_contain_text("x <b>no</b>")
    await expect(message.get_by_role("link")).to_have_count(0)


async def test_an_image_that_does_not_load_is_replaced_by_its_words(stage: Stage, screen: Screen) -> None:
    await stage.app.post({"type": "image", "image_url": f"{stage.address}/no.png", "alt_text": "A chart"})
    await expect(screen.messages.get_by_role("img", name="A chart")).to_have_text("A chart")


SELECTS: list[tuple[Json, str, Json]] = [
    ({"type": "static_select", "options": options("dev", "prod")}, "prod", {"selected_option": "prod"}),
    ({"type": "users_select"}, "grace", {"selected_user": GRACE}),
    ({"type": "channels_select"}, "shop", {"selected_channel": SHOP}),
    ({"type": "conversations_select"}, "shop", {"selected_conversation": SHOP}),
]


async def test_every_select_in_a_message_reaches_the_app(stage: Stage, screen: Screen) -> None:
    await stage.app.post(actions(*({"action_id": element["type"], **element} for element, _, _ in SELECTS)))
    for element, typed, value in SELECTS:
        await screen.choose(element["type"], typed)
        action = await stage.app.action(element["type"])
        heard = {key: action[key]["value"] if isinstance(action[key], dict) else action[key] for key in value}
        assert heard == value


async def test_several_options_are_told_together_when_the_list_closes(stage: Stage, screen: Screen) -> None:
    element = {"type": "multi_static_select", "action_id": "many", "options": options("a", "b", "c")}
    await stage.app.post(section("Pick", accessory=element))
    await screen.element("many").click()
    await screen.press("Enter", "ArrowDown", "Enter")
    assert stage.app.named("many") == []
    await screen.press("Escape")
    assert [one["value"] for one in (await stage.app.action("many"))["selected_options"]] == ["a", "b"]


async def test_dates_times_and_boxes_in_a_message_reach_the_app(stage: Stage, screen: Screen) -> None:
    await stage.app.post(
        actions(
            {"type": "datepicker", "action_id": "day"},
            {"type": "timepicker", "action_id": "hour"},
            {"type": "checkboxes", "action_id": "boxes", "options": options("x", "y")},
            {"type": "radio_buttons", "action_id": "radio", "options": options("p", "q")},
        )
    )
    await screen.element("day").fill("2026-12-24")
    assert (await stage.app.action("day"))["selected_date"] == "2026-12-24"
    await screen.element("hour").fill("08:15")
    assert (await stage.app.action("hour"))["selected_time"] == "08:15"
    await screen.page.get_by_label("Y", exact=True).check()
    assert [one["value"] for one in (await stage.app.action("boxes"))["selected_options"]] == ["y"]
    await screen.page.get_by_label("Q", exact=True).check()
    assert (await stage.app.action("radio"))["selected_option"]["value"] == "q"


async def test_a_button_is_busy_until_the_app_has_answered(stage: Stage, screen: Screen) -> None:
    async def slowly(_: Json, ack: Any) -> object:
        await screen.page.wait_for_function("document.querySelector('[data-action-id=go][aria-busy=true]')")
        return await ack()

    stage.app.on["go"] = slowly
    await stage.app.post(actions(button("go")))
    await screen.element("go").click()
    await stage.app.last("go")
    await expect(screen.element("go")).not_to_have_attribute("aria-busy", "true")


async def test_an_app_that_fails_is_reported_at_the_message(stage: Stage, screen: Screen) -> None:
    async def fail(_: Json, __: Any) -> None:
        raise ValueError("on purpose")

    stage.app.on["go"] = fail
    ts = await stage.app.post(actions(button("go")))
    await screen.element("go").click()
    await expect(screen.by_id(f"message-{ts}").get_by_role("alert")).to_contain_text("Try again?")


async def test_the_overflow_menu_works_by_keyboard(stage: Stage, screen: Screen) -> None:
    element = {"type": "overflow", "action_id": "more", "options": options("watch", "retry")}
    await stage.app.post(section("v1", accessory=element))
    await screen.element("more").focus()
    await screen.press("Enter", "ArrowDown")
    await expect(screen.page.get_by_role("menuitem", name="Retry")).to_be_focused()
    await screen.press("Escape")
    await expect(screen.element("more")).to_be_focused()
    await screen.press("ArrowDown", "r", "Enter")
    assert (await stage.app.action("more"))["selected_option"]["value"] == "retry"


async def test_what_somebody_chose_in_a_message_is_still_there_after_a_reload(
    stage: Stage, screen: Screen
) -> None:
    await stage.app.post(
        actions({"type": "static_select", "action_id": "stage", "options": options("dev", "prod")})
    )
    await screen.choose("stage", "prod")
    await stage.app.action("stage")
    await screen.page.reload()
    await expect(screen.element("stage")).to_have_value("Prod")


async def test_the_home_tab_is_opened_drawn_and_used(stage: Stage, screen: Screen) -> None:
    async def publish(body: Json, ack: Any) -> object:
        view = {
            "type": "home",
            "blocks": [section("Your *versions*", accessory=button("refresh", "Refresh"))],
        }
        await stage.app.client.views_publish(user_id=body["event"]["user"], view=view)
        return await ack()

    stage.app.on["app_home_opened"] = publish
    await screen.by_id("sidebar").get_by_text("test-bot").click()
    home = screen.by_id("home")
    await expect(home.locator("strong", has_text="versions")).to_be_visible()
    assert (await stage.app.last("app_home_opened"))["event"]["user"] == ADA
    await screen.element("refresh").click()
    assert (await stage.app.last("refresh"))["view"]["type"] == "home"
    await screen.by_id("tab-messages").click()
    await expect(screen.composer).to_have_attribute("placeholder", "Message test-bot")


async def test_older_attachments_are_drawn(stage: Stage, screen: Screen) -> None:
    attachments = [
        {
            "color": "#36a64f",
            "title": "Build",
            "text": "went *well*",
            "fields": [{"title": "Branch", "value": "main", "short": True}],
        }
    ]
    await stage.app.client.chat_postMessage(channel=SHOP, text="Poll", attachments=attachments)
    await expect(screen.messages.locator(".attachment")).to_contain_text("Build")
    await expect(screen.messages.locator(".attachment strong", has_text="well")).to_be_visible()
    await expect(screen.messages.locator(".attachment", has_text="Branch")).to_contain_text("main")


async def test_grouped_options_keep_their_groups_while_one_searches(stage: Stage, screen: Screen) -> None:
    groups = [
        {"label": plain("Kubernetes"), "options": options("shop", "pay")},
        {"label": plain("Helm"), "options": options("platform", "shipping")},
    ]
    await stage.app.post(actions({"type": "static_select", "action_id": "project", "option_groups": groups}))
    await screen.element("project").click()
    await expect(screen.page.get_by_role("group", name="Helm").get_by_role("option")).to_have_count(2)
    await screen.page.keyboard.type("sh")
    await expect(screen.page.get_by_role("option")).to_have_text(["Shop", "Shipping"])
    await screen.page.keyboard.type("zz")
    await expect(screen.page.get_by_text("No results")).to_be_visible()


async def test_options_say_what_they_mean_below_their_names(stage: Stage, screen: Screen) -> None:
    described = [{"text": plain("Fast"), "value": "fast", "description": plain("and risky")}]
    await stage.app.post(actions({"type": "static_select", "action_id": "mode", "options": described}))
    await screen.element("mode").click()
    await expect(screen.page.get_by_role("option", name="Fast")).to_contain_text("and risky")


async def test_a_chosen_option_is_seen_with_its_emoji(stage: Stage, screen: Screen) -> None:
    """No field can hold a picture, so it lies over the field until somebody opens the list."""
    outcomes = [{"text": plain(":x: failed"), "value": "bad"}, {"text": plain("plain"), "value": "good"}]
    element = {"type": "static_select", "action_id": "outcome", "options": outcomes}
    await stage.app.post(actions({**element, "initial_option": outcomes[0]}))
    field, face = screen.element("outcome"), screen.messages.locator(".select-face")
    await expect(face).to_have_text("failed")
    await expect(face.locator('[aria-label=":x:"]')).to_be_visible()
    await expect(field).to_have_css("color", "rgba(0, 0, 0, 0)")
    await field.click()
    await expect(face).to_have_count(0)
    await expect(field).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    await screen.press("Escape")
    await expect(face).to_be_visible()
    await screen.choose("outcome", "plain")
    await expect(face).to_have_count(0)
    await expect(field).to_have_value("plain")

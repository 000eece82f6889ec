"""Versions to talk about, and the check that every message has to pass."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.models import Kind, Status, Version
from bot.sandbox.slack.blockkit import check_message
from bot.slack.views.blocks import MESSAGE_CHARACTERS, TEXT, Message
from bot.slack.views.links import Links
from bot.slack.views.rich import characters
from tests.slack.drawn import drawn, objects

# Names as a hostile or careless world gives them.
HOSTILE = (
    "<!channel> *b* `c` ~d~ _e_",
    "a\nb\r\n> c\n:x: & <https://evil.example.com|click>",
    "版本🎉" * 40,
    "`" * 300,
    "<" * 3500,
    "&amp;" * 900,
    "\u202e\x00\x1b[31m",
    "https://evil.example.com @here #general",
    "",
)
OUR_PAGES = "https://zadig.example.com"
# All that messages are made of: nothing among it mentions a group or a whole channel.
RICH = {
    *("rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"),
    *("text", "link", "user", "channel", "emoji", "date"),
}
OUR_MARKUP = re.compile(
    r"<https://zadig\.example\.com[^<>|\s]*\|[^<>]+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]+>"
    r"|<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>"
)


@pytest.fixture
def links() -> Links:
    return Links(origin="https://zadig.example.com")


@pytest.fixture(params=HOSTILE, ids=lambda value: ascii(value)[:12])
def hostile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def a_version() -> Callable[..., Version]:
    def build(**changed: Any) -> Version:
        status = changed.get("status", Status.SUCCESS)
        usual = {
            "project": "shop",
            "name": "v13",
            "id": "65a0b1c2d3e4f5a6b7c8d9e0",
            "kind": Kind.K8S,
            "status": status,
            "status_word": str(status),
            "created_at": 1_795_411_440,
            "created_by": "Ana",
        }
        return Version(**(usual | changed))

    return build


def check(said: Message) -> Message:
    """Slack would take it, nothing from outside is read as mark-up, and its text stands alone."""
    assert check_message(said.arguments) == []
    json.dumps(said.arguments, ensure_ascii=False).encode()
    texts = [each for each in objects(said.blocks) if each.get("type") in ("mrkdwn", "plain_text")]
    rich = [each for each in said.blocks if each["type"] == "rich_text"]
    assert sum(len(each["text"]) for each in texts) + characters(rich) <= MESSAGE_CHARACTERS
    assert all(each["url"].startswith(OUR_PAGES) for each in objects(rich) if each.get("type") == "link")
    assert {each["type"] for each in objects(rich) if "type" in each} <= RICH
    for marked in [said.text, *(each["text"] for each in texts if each["type"] == "mrkdwn")]:
        assert "<" not in OUR_MARKUP.sub("", marked)
        assert ">" not in re.sub(r"^> ", "", OUR_MARKUP.sub("", marked), flags=re.MULTILINE)
    assert all(each["verbatim"] for each in texts if each["type"] == "mrkdwn")
    action_ids = [each["action_id"] for each in objects(said.blocks) if "action_id" in each]
    assert len(action_ids) == len(set(action_ids))
    assert re.search(
        r"[.?:…`]$|( succeeded| in \d+ [a-z]+| before it was complete| on retry| by \S.*| in Zadig)$",
        said.text,
    )
    assert len(said.text) <= TEXT
    return said


@pytest.fixture
def checked() -> Callable[[Message], Message]:
    return check


@pytest.fixture
def clickable() -> Callable[[Message], dict[str, dict[str, Any]]]:
    """The buttons and menus of a message by their action ids."""
    return lambda said: {each["action_id"]: each for each in objects(said.blocks) if "action_id" in each}


@pytest.fixture
def shown() -> Callable[[Message], str]:
    """All text of a message's blocks, one after another."""
    return lambda said: "\n".join(drawn(said.blocks))

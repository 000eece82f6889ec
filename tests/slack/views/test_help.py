"""Usage, made from rows."""

from collections.abc import Callable

from bot.slack.views.blocks import Message
from bot.slack.views.help import Usage, usage

Check = Callable[[Message], Message]
Shown = Callable[[Message], str]

ROWS = [
    Usage(
        word="list", arguments="[project] [status]", summary="the versions of a project", example="list shop"
    ),
    Usage(word="help", arguments="", summary="what you can type", example="help"),
]


def test_every_row_is_shown_with_its_example(checked: Check, shown: Shown) -> None:
    said = checked(usage(ROWS, command="/ship"))
    text = shown(said)
    assert "`/ship list [project] [status]`\nthe versions of a project, for example `/ship list shop`" in text
    assert "`/ship help`\nwhat you can type\n" in text, "an example that repeats the command says nothing"
    assert said.text == "This is what you can do with `/ship`. Commands: list, help."


def test_an_unknown_word_is_named_with_the_nearest_and_no_more(checked: Check, shown: Shown) -> None:
    said = checked(usage(ROWS, command="/release", unknown="lst", nearest="list"))
    assert said.text == (
        "`/release` has no command `lst`. Did you mean `/release list`? `/release help` lists all commands."
    )
    assert shown(said).startswith(
        f"{said.text}\n`/release list [project] [status]`\nthe versions of a project"
    )


def test_an_unknown_word_like_no_other_is_only_named(checked: Check) -> None:
    assert "Did you mean" not in checked(usage(ROWS, command="/release", unknown="xyz")).text


def test_many_rows_fit(checked: Check, shown: Shown) -> None:
    text = shown(checked(usage(ROWS * 20, command="/release")))
    assert text.count("`/release help`") == 20


def test_every_row_has_the_same_room(checked: Check) -> None:
    said = checked(usage(ROWS * 5, command="/release"))
    assert [block["type"] for block in said.blocks] == ["rich_text", *["section"] * 10, "context"]

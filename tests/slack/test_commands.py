"""What people type is read however they wrote it, and only ever refused as bad input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.models import VersionReference
from bot.domain.requests import Field
from bot.slack.commands import nearest, read, read_reference, spoken

ID = "65a0b1c2d3e4f5a6b7c8d9e0"
WORDS = (
    "list",
    "show",
    "create",
    "retry",
    "delete",
    "subscribe",
    "unsubscribe",
    "subscriptions",
    "watch",
    "help",
)


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("", "", ()),
        ("   ", "", ()),
        ("list", "list", ()),
        ("LIST Shop", "list", ("Shop",)),
        ("  list \t shop\nfailed ", "list", ("shop", "failed")),
        ("list\u00a0shop", "list", ("shop",)),
        ("`list shop`", "list", ("shop",)),
        ("list `shop`", "list", ("shop",)),
        ('list "shop"', "list", ("shop",)),
        ("list “shop”", "list", ("shop",)),
        ("list 'shop'", "list", ("shop",)),
        ("list ‘shop’", "list", ("shop",)),
        ("*list* *shop*", "list", ("shop",)),
        ("show shop/`v13`", "show", ("shop/v13",)),
        ("show shop/v1_2_", "show", ("shop/v1_2_",)),
        ("show shop/it's", "show", ("shop/it's",)),
        ("` `", "", ()),
        ("'' list", "list", ()),
    ],
)
def test_a_line_is_a_word_and_what_follows(text: str, first: str, rest: tuple[str, ...]) -> None:
    words = read(text)
    assert (words.first, words.rest) == (first, rest)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("show shop/a&amp;b", "shop/a&b"),
        ("show shop/&lt;1&gt;", "shop/<1>"),
        ("show shop/&amp;lt;", "shop/&lt;"),
        ("show shop/&quot;", "shop/&quot;"),
    ],
)
def test_what_slack_escapes_is_read_as_it_was_typed(text: str, name: str) -> None:
    assert read(text).rest == (name,)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    words = read(text)
    assert words.first == words.first.lower()
    assert all(word and word.split() == [word] for word in words.rest)


@pytest.mark.parametrize(
    ("words", "reference"),
    [
        (("shop/v13",), VersionReference(project="shop", name="v13")),
        (("shop", "v13"), VersionReference(project="shop", name="v13")),
        (("shop/", "v13"), VersionReference(project="shop", name="v13")),
        (("shop", "/v13"), VersionReference(project="shop", name="v13")),
        (("Shop/V13",), VersionReference(project="Shop", name="V13")),
        (("v13",), VersionReference(project="", name="v13")),
        (("/v13",), VersionReference(project="", name="v13")),
        (("shop/a/b",), VersionReference(project="shop", name="a/b")),
        (("shop/a", "b/c"), VersionReference(project="shop", name="a b/c")),
        (("shop/v13", "or", "so"), VersionReference(project="shop", name="v13 or so")),
        ((ID,), VersionReference(project="", id=ID)),
        ((ID.upper(),), VersionReference(project="", id=ID)),
        ((f"shop/{ID.upper()}",), VersionReference(project="shop", id=ID, name=ID.upper())),
        (("shop", ID), VersionReference(project="shop", id=ID, name=ID)),
        ((ID[:-1],), VersionReference(project="", name=ID[:-1])),
        ((f"{ID}0",), VersionReference(project="", name=f"{ID}0")),
    ],
)
def test_a_version_can_be_written_in_many_ways(words: tuple[str, ...], reference: VersionReference) -> None:
    assert read_reference(words) == reference


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "Say which version"),
        (("a", "b", "c"), "Say which version"),
        (("shop/",), "Say which version of shop you mean: `shop/v13`"),
        (("/",), "Say which version of project you mean"),
        (("shop", "/"), "Say which version of shop you mean"),
    ],
)
def test_what_names_no_version_says_how_to_name_one(words: tuple[str, ...], text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_reference(words)
    [problem] = refused.value.fields
    assert problem.field == Field.VERSION_NAME
    assert text in problem.text


@given(st.text())
def test_any_text_names_a_version_or_is_bad_input(text: str) -> None:
    try:
        reference = read_reference(read(text).rest)
    except BadInput:
        return
    assert reference.name or reference.id


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<@U1> list shop", "list shop"), ("hey <@U1|bot>, list shop!", "list shop"), ("<@U1>", ""),
        ("list shop <@U1>", "list shop"), ("<@U1> /ship list", "list"), ("/ship show shop/v13", "show shop/v13"),
        ("<@U1> show <http://shop.io/v13|shop.io/v13>", "show shop.io/v13"), ("<@U2> list", "list"),
        ("<@U1> show <http://a/b>", "show http://a/b"), ("hello", "hello"), ("<@U1> <@U1> help", "help"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_said_to_the_bot_is_a_line(text: str, line: str) -> None:
    assert spoken(text, command="/ship", me="U1") == line


@given(st.text())
def test_anything_can_be_said(text: str) -> None:
    read(spoken(text, command="/ship", me="U1"))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("lst", "list"),
        ("LIST", "list"),
        ("delet", "delete"),
        ("remove", ""),
        ("crate", "create"),
        ("del", "delete"),
        ("sub", "subscribe"),
        ("Unsub", "unsubscribe"),
        ("subscribed", "subscribe"),
        ("", ""),
        ("版本", ""),
        ("x" * 5000, ""),
    ],
)
def test_the_nearest_word_is_proposed_if_it_is_near(word: str, meant: str) -> None:
    assert nearest(word, WORDS) == meant


@given(st.text(), st.lists(st.text(min_size=1)))
def test_only_known_words_are_proposed(word: str, known: list[str]) -> None:
    assert nearest(word, known) in {"", *known}

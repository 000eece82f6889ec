"""What Slack would read into text from outside, and where it is cut."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Status
from bot.slack import text

# Text as a hostile or careless world writes it: everything that means something to Slack, and half characters.
outside = st.text(
    st.one_of(st.sampled_from("<>&*_~`:!@#|\n\r\t /a1é版🎉\u202e\u0000\ud800"), st.characters()), max_size=80
)
limits = st.integers(min_value=9, max_value=60)


@given(outside)
def test_escaped_text_opens_nothing(value: str) -> None:
    shown = text.escape(value)
    assert not set("<>`") & set(shown)
    assert not re.search(r"&(?!(amp|lt|gt);)", shown)
    assert not re.search(r"^\s*&gt;", shown, re.MULTILINE)
    assert not re.search(r"(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])", shown)
    shown.encode()


@given(outside, limits)
def test_no_limit_is_passed_after_escaping(value: str, limit: int) -> None:
    for shown in (
        text.plain(value, limit),
        text.plain_lines(value, limit),
        text.code(value, limit),
        text.preformatted(value, limit),
        text.quote(value, limit),
        text.prose(value, limit),
        text.sentence(value, limit),
        text.phrase(value, limit),
        text.clip(text.escape(value), limit),
    ):
        assert len(shown) <= limit
        shown.encode()


@given(outside, st.integers(min_value=1, max_value=40))
def test_a_cut_never_halves_an_entity(value: str, limit: int) -> None:
    whole = text.escape(value)
    shown = text.clip(whole, limit)
    if shown != whole:
        assert shown.endswith(text.ELLIPSIS)
        assert whole.startswith(shown[:-1])
    assert not re.search(r"&(?!(amp|lt|gt);)", shown)


@given(outside)
def test_code_holds_no_other_backtick_and_no_line_break(value: str) -> None:
    shown = text.code(value)
    assert shown[0] == shown[-1] == "`"
    assert not set("`\n<>") & set(shown[1:-1])


@given(outside)
def test_a_link_is_one_link_whatever_its_label_says(value: str) -> None:
    shown = text.link("https://zadig.example.com/a?b=1&c=2", value)
    assert re.fullmatch(r"<https://zadig\.example\.com/a\?b=1&amp;c=2\|[^<>\n]+>", shown)


@given(outside)
def test_plain_text_is_never_empty(value: str) -> None:
    assert text.plain(value, 20).strip()
    assert text.plain_lines(value, 20).strip()


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("*bold* _it_ ~no~ `x`", "∗bold∗ ˍitˍ ∼no∼ ˋxˋ"),
        ("snake_case 2*3", "snake_case 2*3"),
        ("> quoted\n >> twice\na > b", "› quoted\n ›&gt; twice\na &gt; b"),
        (":tada: at 12:30:45", "∶tada: at 12:30:45"),
        ("https://r.example.com:5000/a", "https://r.example.com:5000/a"),
        ("a\r\nb\x1b[0m\u202ec", "a\nb[0mc"),
    ],
)
def test_marks_become_look_alikes_only_where_they_would_format(outside: str, shown: str) -> None:
    assert text.escape(outside) == shown


def test_a_cut_leaves_whole_links_and_dates() -> None:
    assert text.clip("see <https://example.com|here> now", 12) == "see …"
    assert text.clip("a &amp; b", 5) == "a …"
    assert text.clip("short", 5) == "short"


def test_a_url_that_is_none_is_not_linked() -> None:
    assert text.link("javascript:alert(1)", "v1") == "v1"
    assert text.link("https://e.com/<a> b|c", "v1") == "<https://e.com/%3Ca%3E%20b%7Cc|v1>"


def test_code_survives_in_our_own_sentences() -> None:
    assert text.prose("Use `list` to see <x> *y*.") == "Use `list` to see &lt;x&gt; ∗y∗."
    assert text.prose("one ` alone") == "one ˋ alone"


@pytest.mark.parametrize(
    ("written", "shown"),
    [(" It is so ", "It is so."), ("Why?", "Why?"), ("Use `list`", "Use `list`."), ("", "")],
)
def test_a_sentence_ends(written: str, shown: str) -> None:
    assert text.sentence(written) == shown


def test_a_phrase_is_one_line() -> None:
    assert text.phrase("a\n *b*  <c>") == "a ∗b∗ &lt;c&gt;"


def test_a_quotation_marks_every_line() -> None:
    assert text.quote("one\n\ntwo") == "> one\n> \n> two"
    assert text.quote("  \n ") == ""


def test_preformatted_text_keeps_its_marks_but_not_its_fences() -> None:
    assert text.preformatted("1 error:\n* ```a``` <b>") == "```\n1 error:\n* ˋˋˋaˋˋˋ &lt;b&gt;\n```"


def test_when_is_told_in_the_readers_zone_with_utc_to_fall_back_on() -> None:
    moment = int(datetime(2026, 11, 23, 5, 24, tzinfo=UTC).timestamp())
    assert text.when(moment) == f"<!date^{moment}^{{date_short_pretty}} {{time}}|2026-11-23 05:24 UTC>"


@pytest.mark.parametrize("moment", [0, -5, 10**12, 10**30])
def test_a_moment_that_cannot_be_is_not_told(moment: int) -> None:
    assert text.when(moment) == "at an unknown time"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-3, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (250, "4 min 10 s"),
        (7200, "2 h"),
        (7230, "2 h"),
        (97200, "1 d 3 h"),
        (86460, "1 d"),
    ],
)
def test_a_duration_is_told_in_two_units(seconds: float, shown: str) -> None:
    assert text.duration(seconds) == shown


def test_only_ids_are_mentioned() -> None:
    assert text.mention("U012AB3CD") == "<@U012AB3CD>"
    assert text.mention("!channel") == "`!channel`"
    assert text.channel_mention("C012AB3CD") == "<#C012AB3CD>"
    assert text.channel_mention("C1|<!here>") == "`C1|&lt;!here&gt;`"


def test_every_status_has_a_symbol_and_a_word() -> None:
    for status in Status:
        assert re.fullmatch(r":[a-z_]+:", text.symbol(status))
        assert text.word(status)


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (4, 12, "▓▓▓▓░░░░░░ 4 of 12 images"),
        (0, 3, "░░░░░░░░░░ 0 of 3 images"),
        (99, 100, "▓▓▓▓▓▓▓▓▓░ 99 of 100 images"),
        (5, 3, "▓▓▓▓▓▓▓▓▓▓ 3 of 3 images"),
        (-1, 3, "░░░░░░░░░░ 0 of 3 images"),
        (0, 0, "no images to copy"),
    ],
)
def test_a_bar_is_full_only_when_all_is_done(done: int, total: int, shown: str) -> None:
    assert text.bar(done, total) == shown


def test_those_who_may_are_named_as_the_rules_name_them() -> None:
    assert text.whom_to_ask(()) == ""
    named = text.whom_to_ask({"C0PAY", "S0RELEASE", "U0ADA", "members"})
    assert named == (
        "People with access: <@U0ADA>, all workspace members except guests, <!subteam^S0RELEASE>,"
        " anyone using the bot in <#C0PAY>."
    )
    assert text.whom_to_ask({"everyone"}) == "People with access: everyone."
    assert text.whom_to_ask(f"U0{number:02}" for number in range(13)).endswith("<@U009> and 3 more.")

"""A secret is blanked however it is written, and nothing else is."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote

import pytest

from bot.domain.secrets import (
    MARK,
    class_and_message,
    for_operators,
    keep,
    keeping,
    let_go,
    scrubbed,
    scrubbed_bytes,
    scrubbed_tree,
)

SLACK = "xoxb-904821137700-4419026631885-qPzv0TtLw8sYd3KmRjXeUb1N"
ZADIG = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYW1lIjoiQm90IiwiZXhwIjo0MDcwOTA4ODAwfQ.kq3_Zt7-w9XyVb2LmNp4RsTuA6cEfGhJ"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
PASSWORD = "p@ss/w+rd%41\"'<x>&é\\n"
WORD = "hunter2"

Write = Callable[[str], str]


def in_lines(text: str, size: int = 10, between: str = "\n") -> str:
    return between.join(text[at : at + size] for at in range(0, len(text), size))


def percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def in_base64(who: str, text: str) -> str:
    return b64encode(f"{who}{text}".encode()).decode()


ENCODINGS: dict[str, Write] = {
    "as it is": str,
    "in JSON": json.dumps,
    "in JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "in JSON with all of it escaped": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "escaped in capitals, and once more": lambda text: "".join(f"\\\\u{ord(one):04X}" for one in text),
    "as hexadecimal escapes": lambda text: "".join(f"\\x{ord(one):02x}" for one in text),
    "in a URL": lambda text: quote(text, safe=""),
    "in a URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "in a URL with all of it encoded": percent,
    "in a URL with a part of it encoded": lambda text: text[:5] + percent(text[5:9]) + text[9:],
    "in HTML": html.escape,
    "in HTML by numbers": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "in HTML by hexadecimal numbers": lambda text: "".join(f"&#x{ord(one):X};" for one in text),
    "in HTML in JSON": lambda text: json.dumps(html.escape(text)),
    "as Python shows it": repr,
    "in hexadecimal digits": lambda text: text.encode().hex(),
    "split over lines": in_lines,
    "split over lines in JSON": lambda text: json.dumps(in_lines(text, between="\r\n\t")),
    "split by soft breaks": lambda text: in_lines(text, between="\u200b"),
    "split by tags": lambda text: in_lines(text, 7, "<wbr>"),
}
CODED: dict[str, Write] = {
    **{f"in base64 behind {who!r}": partial(in_base64, who) for who in ("", "a:", "ab:", "abc:")},
    "in base64 for URLs": lambda text: urlsafe_b64encode(f"ab:{text}:z".encode()).decode(),
    "in base64 over lines": lambda text: in_lines(b64encode(f"a:{text}".encode()).decode(), 20),
}


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    with keeping((SLACK, ZADIG, SIGNING, PASSWORD, WORD)):
        yield


@pytest.mark.parametrize("secret", [SLACK, ZADIG, SIGNING], ids=["slack", "zadig", "signing"])
@pytest.mark.parametrize("write", [*ENCODINGS.values(), *CODED.values()], ids=[*ENCODINGS, *CODED])
def test_a_token_is_blanked_in_every_encoding(secret: str, write: Write) -> None:
    clean = scrubbed(f"before {write(secret)} after")
    assert MARK in clean
    assert len(clean) <= len("before  after") + len(MARK) + 12, clean
    assert (clean.startswith("before "), clean.endswith(" after")) == (True, True)


@pytest.mark.parametrize(
    "write",
    [ENCODINGS[name] for name in ENCODINGS if "tags" not in name and "in JSON with" not in name],
    ids=[name for name in ENCODINGS if "tags" not in name and "in JSON with" not in name],
)
def test_a_password_of_odd_characters_is_blanked_too(write: Write) -> None:
    clean = scrubbed(f"before {write(PASSWORD)} after")
    assert MARK in clean
    assert "w+rd" not in clean


@pytest.mark.parametrize(
    "cut", [slice(0, 30), slice(12, 40), slice(-30, None)], ids=["begin", "middle", "end"]
)
def test_a_part_of_a_token_is_blanked_too(cut: slice) -> None:
    assert scrubbed(f"cut {SLACK[cut]}…") == f"cut {MARK}…"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"socks5://bot:{WORD}@proxy", f"socks5://bot:{MARK}@proxy"),
        (f"bot%3A{WORD}%40proxy", f"bot%3A{MARK}%40proxy"),
        (f'"a\\n{WORD}\\n"', f'"a\\n{MARK}\\n"'),
        (f"{WORD}4ever", f"{WORD}4ever"),
        (f"a{WORD}", f"a{WORD}"),
    ],
)
def test_a_short_password_is_a_word_of_its_own(text: str, clean: str) -> None:
    assert scrubbed(text) == clean


def test_a_short_word_of_letters_is_no_secret_that_can_be_told_from_text() -> None:
    with keeping(("shop", "postgres", "ab1")):
        assert scrubbed("shop runs on postgres, and postgresql:// is ab1") == (
            f"shop runs on {MARK}, and postgresql:// is ab1"
        )


def test_ordinary_text_stays_the_very_same() -> None:
    for text in ("", "v1.2.3 \\u00e9 100% &amp; <b>bold</b>", "x" * 200_000):
        assert scrubbed(text) is text
    data = b"\xff\xfe not utf-8 \xe4"
    assert scrubbed_bytes(data) is data
    tree = {"blocks": [{"text": "hello"}]}
    assert scrubbed_tree(tree) is tree


def test_a_secret_deep_in_a_long_text_is_found_across_any_border() -> None:
    for at in range(65_500, 65_560, 7):
        text = "y" * at + SLACK + "z" * 140_000
        assert scrubbed(text) == "y" * at + MARK + "z" * 140_000


def test_json_stays_json() -> None:
    value = {"a": f"x {SLACK} y", "b": [ZADIG, 1, None], SIGNING: True}
    clean = {"a": f"x {MARK} y", "b": [MARK, 1, None], MARK: True}
    assert json.loads(scrubbed(json.dumps(value))) == clean
    assert scrubbed_tree(value) == clean
    assert json.loads(scrubbed_bytes(json.dumps(value).encode())) == clean


def test_what_looks_like_a_secret_is_not_shown_to_operators_either() -> None:
    text = (
        "Bearer abcdefghijkl Basic YTpiOmM6ZA== xoxp-1234567890 wss://s/?ticket=abc&x=1 http://u:p@proxy:3128"
    )
    assert for_operators(text) == (
        f"Bearer {MARK} Basic {MARK} {MARK} wss://s/?ticket=…&x=1 http://{MARK}@proxy:3128"
    )


def test_an_error_is_its_class_and_its_message_and_never_its_repr() -> None:
    class AnsweredError(Exception):
        def __repr__(self) -> str:
            return f"AnsweredError(headers={{'Authorization': 'Bearer {SLACK}'}})"

    assert class_and_message(AnsweredError("400, bad header")) == "AnsweredError: 400, bad header"
    assert class_and_message(TimeoutError()) == "TimeoutError"
    assert class_and_message(AnsweredError(f"echo {SLACK}")) == f"AnsweredError: echo {MARK}"


def test_a_secret_that_was_let_go_is_text_again() -> None:
    other = "xapp-1-A0123456789-1234567890123-abcdef"
    keep((other, other))
    let_go((other,))
    assert scrubbed(other) == MARK
    let_go((other,))
    assert scrubbed(other) == other

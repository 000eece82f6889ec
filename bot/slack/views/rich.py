"""Rich text: Slack reads nothing in it, so a name from outside stands in it as it is, and what is copied *is* the name.

A sentence is written once, as pieces: a plain `str` is literal, no matter who wrote it; everything else is an element. `lines`
shows pieces in a block, `marked` says them in mrkdwn, for the text that stands where blocks cannot. Control characters
and those that turn the direction of text are all that is taken away, and what is too long ends in `…`.
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.slack import text as marks
from bot.slack.text import ELLIPSIS, NAME_LIMIT, NOTHING, PROSE_LIMIT, clean
from bot.slack.views.blocks import Block

Piece = str | Block
Pieces = Sequence[Piece]

_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_DATE = re.compile(r"<!date\^(\d+)\^([^|]+)\|([^>]+)>")
_ENDINGS = (".", "!", "?", ":", ELLIPSIS)


def exact(text: str, limit: int = NAME_LIMIT) -> str:
    """Text from outside in one line, every printable character kept, at most `limit` code points; never empty."""
    shown = clean(text).replace("\n", " ")
    return cut(shown if shown.strip() else NOTHING, limit)


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def bold(text: str, limit: int = NAME_LIMIT) -> Block:
    return {"type": "text", "text": exact(text, limit), "style": {"bold": True}}


def code(text: str, limit: int = NAME_LIMIT) -> Block:
    return {"type": "text", "text": exact(text, limit), "style": {"code": True}}


def link(url: str, label: str, limit: int = NAME_LIMIT) -> Block:
    """A bold link whose label comes from outside; the label alone where `url` is not http(s)."""
    if not url.startswith(("https://", "http://")):
        return bold(label, limit)
    return {"type": "link", "url": url, "text": exact(label, limit), "style": {"bold": True}}


def user(user_id: str) -> Block:
    """A mention that notifies the user; anything but a user id is shown as a name."""
    is_mention = marks.mention(user_id).startswith("<")
    return {"type": "user", "user_id": user_id} if is_mention else code(user_id)


def channel(channel_id: str) -> Block:
    """A link to a channel; anything but a channel id is shown as a name."""
    is_mention = marks.channel_mention(channel_id).startswith("<")
    return {"type": "channel", "channel_id": channel_id} if is_mention else code(channel_id)


def emoji(symbol: str) -> Block:
    """By its `:name:`."""
    return {"type": "emoji", "name": symbol.strip(":")}


def when(unix_seconds: int) -> Piece:
    """A moment in the reader's own time zone, or words where there is none."""
    said = marks.when(unix_seconds)
    if not (parts := _DATE.fullmatch(said)):
        return said
    return {"type": "date", "timestamp": int(parts[1]), "format": parts[2], "fallback": parts[3]}


def prose(text: str, limit: int = PROSE_LIMIT) -> list[Piece]:
    """Our own sentences that may hold words from outside: literal, but that code spans become code."""
    pieces = _CODE_SPAN.split(cut(clean(text).strip(), limit))
    return [code(piece, limit) if index % 2 else piece for index, piece in enumerate(pieces) if piece]


def sentence(text: str, limit: int = PROSE_LIMIT) -> list[Piece]:
    """Like `prose`, with a full stop unless it ends in some other way; empty if there is none."""
    said = cut(clean(text).strip(), limit - 1)
    return prose(said if not said or said.endswith(_ENDINGS) else f"{said}.", limit)


def dotted(*groups: Pieces) -> list[Piece]:
    """Those that say something, with ` · ` between them."""
    shown: list[Piece] = []
    for group in filter(None, groups):
        shown += [*([" · "] if shown else []), *group]
    return shown


def lines(*each: Pieces) -> Block:
    """A part of a block: pieces line by line, those without any left out."""
    shown: list[Piece] = []
    for pieces in filter(None, each):
        shown += [*(["\n"] if shown else []), *pieces]
    return {"type": "rich_text_section", "elements": list(_elements(shown))}


def bullets(items: Iterable[Pieces]) -> list[Block]:
    """A part of a block; none where there are no items, since Slack refuses an empty list."""
    shown = [lines(item) for item in items]
    return [{"type": "rich_text_list", "style": "bullet", "elements": shown}] if shown else []


def preformatted(text: str, limit: int = PROSE_LIMIT) -> Block:
    """A part of a block: several lines in fixed width, word for word."""
    shown = cut(clean(text).strip("\n"), limit)
    return {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": shown if shown.strip() else NOTHING}],
    }


def literal(text: str, limit: int) -> Block:
    """A part of a block: what a person wrote over several lines, word for word, marked as a quotation."""
    shown = cut(clean(text).strip() or NOTHING, limit)
    return {"type": "rich_text_quote", "elements": [{"type": "text", "text": shown}]}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def told(*each: Pieces) -> Block:
    """A block of nothing but lines."""
    return rich(lines(*each))


def marked(*pieces: Piece) -> str:
    """The same in mrkdwn, without emoji: it mentions whom an element mentions, and what is literal formats nothing."""
    return "".join(_marked(piece) for piece in _joined(pieces))


def characters(shown: Any) -> int:
    """How much a block, part or element holds: its text and its addresses."""
    if isinstance(shown, dict):
        own = sum(len(shown[key]) for key in ("text", "url") if isinstance(shown.get(key), str))
        return own + sum(map(characters, shown.values()))
    return sum(map(characters, shown)) if isinstance(shown, list) else 0


def _elements(pieces: Pieces) -> Iterator[Block]:
    for is_text, group in groupby(pieces, lambda piece: isinstance(piece, str)):
        if not is_text:
            yield from (piece for piece in group if isinstance(piece, dict))
        elif text := "".join(map(str, group)):
            yield {"type": "text", "text": text}


def _joined(pieces: Pieces) -> Iterator[Piece]:
    """Literal neighbours as one, so that no mark is put together from two of them."""
    literally = ""
    for piece in pieces:
        words = _words(piece)
        if words is not None:
            literally += words
            continue
        if literally:
            yield literally
        literally = ""
        yield piece
    if literally:
        yield literally


def _words(piece: Piece) -> str | None:
    if isinstance(piece, str):
        return piece
    is_literal = piece["type"] in ("text", "link") and not piece.get("style", {}).get("code")
    return str(piece["text"]) if is_literal else None


def _marked(piece: Piece) -> str:
    if isinstance(piece, str):
        return marks.escape(piece)
    match piece["type"]:
        case "user":
            return marks.mention(piece["user_id"])
        case "channel":
            return marks.channel_mention(piece["channel_id"])
        case "date":
            return marks.when(piece["timestamp"])
        case "text":
            return marks.code(piece["text"], PROSE_LIMIT)
        case _:
            return ""

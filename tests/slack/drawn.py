"""What stands in blocks, as text."""

from collections.abc import Iterator
from typing import Any

ELEMENTS = {
    "emoji": ":{name}:",
    "user": "<@{user_id}>",
    "channel": "<#{channel_id}>",
    "date": "<!date^{timestamp}^{format}|{fallback}>",
    "link": "*<{url}|{text}>*",
}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a message, at any depth."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from objects(each)


def drawn(value: Any) -> Iterator[str]:
    """All text of blocks in order; rich text as its author would type it, so that its marks can be told from its words."""
    match value:
        case {"type": "mrkdwn" | "plain_text", "text": str(text)}:
            yield text
        case {
            "type": "rich_text_section" | "rich_text_quote" | "rich_text_preformatted" as part,
            "elements": pieces,
        }:
            fence = "```\n" if part == "rich_text_preformatted" else ""
            yield f"{fence}{''.join(map(_typed, pieces))}{fence[::-1]}"
        case {"type": "rich_text_list", "elements": items}:
            yield "\n".join(f"• {item}" for item in drawn(items))
        case dict():
            for each in value.values():
                yield from drawn(each)
        case list():
            for each in value:
                yield from drawn(each)
        case _:
            pass


def seen(value: Any) -> str:
    """What a person sees of a view, a message or some blocks: every text in order, what its inputs hold, and errors under them."""
    filled = (one["initial_value"] for one in objects(value) if "initial_value" in one)
    errors = value.get("errors", {}).values() if isinstance(value, dict) else ()
    return "\n".join([*drawn(value), *filled, *errors])


def _typed(piece: dict[str, Any]) -> str:
    if piece["type"] == "text":
        style = piece.get("style", {})
        mark = "`" if style.get("code") else "*" if style.get("bold") else ""
        return f"{mark}{piece['text']}{mark}"
    return ELEMENTS[piece["type"]].format_map(piece)

"""Pages of what is all in hand: a slice of it, and the buttons to the pages beside it."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from bot.domain.models import Page
from bot.slack.ids import Click
from bot.slack.views.blocks import Block, actions, button, context

T = TypeVar("T")


def page_of(everything: Sequence[T], number: int, size: int) -> Page[T]:
    """The page of this number, from 1; the last one where there are fewer by now."""
    last = max(1, -(-len(everything) // size))
    number = min(max(number, 1), last)
    shown = tuple(everything[(number - 1) * size : number * size])
    return Page(items=shown, total=len(everything), number=number, size=size)


def page_number(value: str) -> int:
    """What a turning button carries; page 1 for anything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1  # noqa: PLR2004 - digits


def turning(page: Page[T], click: Click) -> list[Block]:
    """Which page this is, with *Previous* and *Next* whose value is the other page's number; nothing for a single page."""
    if page.count == 1:
        return []
    return [
        context(f"Page {page.number} of {page.count}, {page.total} in all"),
        *actions(list(_buttons(page, click))),
    ]


def _buttons(page: Page[T], click: Click) -> Iterator[Block]:
    if page.number > 1:
        yield _button("Previous", page.number - 1, click)
    if page.number < page.count:
        yield _button("Next", page.number + 1, click)


def _button(label: str, number: int, click: Click) -> Block:
    return button(label, f"{click}.{label.lower()}", str(number), spoken=f"{label}: page {number}")

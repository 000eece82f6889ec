"""How to use the slash command, made from its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.slack.text import code, phrase
from bot.slack.views.blocks import context, say, section
from bot.slack.views.said import Block, Said

ROWS_A_SECTION = 8
SUMMARY = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """One subcommand: `arguments` such as `[project] [status]`, `example` without the slash command before it."""

    word: str
    arguments: str
    summary: str
    example: str


def usage(subcommands: Sequence[Usage], *, command: str, unknown: str = "", nearest: str = "") -> Said:
    """Every subcommand with an example. `unknown` is what was typed instead of one, `nearest` the one that was meant."""
    lines = [_line(one, command) for one in subcommands]
    sentence = _opening(command, unknown, nearest)
    words = ", ".join(phrase(one.word) for one in subcommands)
    return say(
        f"{sentence} It knows: {words}." if words else sentence,
        section(sentence),
        *_sections(lines),
        context("A version is written project/version, such as `shop/v13`, or is its 24-digit id."),
    )


def other_command(typed: str, command: str) -> Said:
    """Somebody's slash command reaches the bot, but is not the one that the bot has been told to listen to."""
    sentence = f"This bot listens to {code(command)}, not to {code(typed)}."
    remedy = "Its COMMAND setting and the slash command in its Slack app have to be the same."
    return say(f"{sentence} {remedy}", section(f"{sentence}\n{remedy}"))


def _opening(command: str, unknown: str, nearest: str) -> str:
    if not unknown:
        return f"This is what you can do with {code(command)}."
    meant = f" Did you mean {code(f'{command} {nearest}')}?" if nearest else ""
    return f"{code(command)} does not know {code(unknown)}.{meant}"


def _line(one: Usage, command: str) -> str:
    typed = " ".join(part for part in (command, one.word, one.arguments) if part)
    example = f", for example {code(f'{command} {one.example}')}" if one.example else ""
    return f"{code(typed)}\n{phrase(one.summary, SUMMARY)}{example}"


def _sections(lines: Sequence[str]) -> Iterator[Block]:
    for start in range(0, len(lines), ROWS_A_SECTION):
        yield section("\n\n".join(lines[start : start + ROWS_A_SECTION]))

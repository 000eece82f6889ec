"""How to use the slash command, made from its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.ids import Click
from bot.slack.text import code, phrase
from bot.slack.views import rich
from bot.slack.views.blocks import (
    ACTION_ID,
    BUTTON_VALUE,
    Block,
    Message,
    actions,
    button,
    context,
    say,
    section,
)
from bot.slack.views.rich import Piece, marked

SUMMARY = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """One subcommand: `arguments` such as `[project] [status]`, `example` without the slash command before it."""

    word: str
    arguments: str
    summary: str
    example: str


def usage(
    subcommands: Sequence[Usage], *, command: str, unknown: str = "", nearest: str = "", rest: str = ""
) -> Message:
    """Every subcommand with an example. `unknown` is what was typed instead of one, `nearest` the one that was meant.

    Where one was meant it is all that is said, with a button that runs it on `rest`, the words behind.
    """
    sentence = _opening(command, unknown, nearest)
    if nearest:
        row = next((one for one in subcommands if one.word == nearest), None)
        what = [section(_line(row, command))] if row else []
        return say(
            marked(*sentence), rich.told(sentence), *what, *actions(run_button(nearest, rest, command))
        )
    words = ", ".join(phrase(one.word) for one in subcommands)
    return say(
        f"{marked(*sentence)} Commands: {words}." if words else marked(*sentence),
        rich.told(sentence),
        *(section(_line(one, command)) for one in subcommands),
        context("Write a version as project/version, such as `shop/v13`, or as its 24-character id."),
    )


def needs_click(word: str, rest: str) -> Message:
    """What was said opens a form, for which Slack wants a click."""
    sentence = "Slack opens a form only after a click."
    label = f"{word} {rest}".strip().capitalize()
    return say(
        f"{sentence} Use the button below.", section(sentence), *actions(run_button(word, rest, "", label))
    )


def run_button(word: str, rest: str, command: str, label: str = "") -> list[Block]:
    """A button that runs a line as if it had been typed; none for one that is too long."""
    line = f"{word} {rest}".strip()
    if len(line) > BUTTON_VALUE:
        return []
    return [button(label or f"{command} {line}", f"{Click.RUN}.{word}"[:ACTION_ID], line)]


def other_command(typed: str, command: str) -> Message:
    """A slash command reaches the bot that is not the one it was told to listen to."""
    sentence: list[Piece] = ["This bot listens to ", rich.code(command), ", not to ", rich.code(typed), "."]
    remedy = "Its COMMAND setting and the slash command in its Slack app have to be the same."
    return say(marked(*sentence, f" {remedy}"), rich.told(sentence, [remedy]))


def _opening(command: str, unknown: str, nearest: str) -> list[Piece]:
    if not unknown:
        return ["This is what you can do with ", rich.code(command), "."]
    opening: list[Piece] = [rich.code(command), " has no command ", rich.code(unknown), "."]
    if not nearest:
        return opening
    meant: list[Piece] = ["Did you mean ", rich.code(f"{command} {nearest}"), "? "]
    return [*opening, " ", *meant, rich.code(f"{command} help"), " lists all commands."]


def _line(one: Usage, command: str) -> str:
    typed = " ".join(part for part in (command, one.word, one.arguments) if part)
    example = f", for example {code(f'{command} {one.example}')}" if one.example not in ("", one.word) else ""
    return f"{code(typed)}\n{phrase(one.summary, SUMMARY)}{example}"

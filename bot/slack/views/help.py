"""How to use the slash command, made from its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.ids import Click
from bot.slack.text import code, phrase
from bot.slack.views.blocks import BUTTON_VALUE, actions, button, context, say, section
from bot.slack.views.said import Block, Said

SUMMARY = 200
ACTION_ID = 255  # the longest that Slack takes


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """One subcommand: `arguments` such as `[project] [status]`, `example` without the slash command before it."""

    word: str
    arguments: str
    summary: str
    example: str


def usage(
    subcommands: Sequence[Usage], *, command: str, unknown: str = "", nearest: str = "", rest: str = ""
) -> Said:
    """Every subcommand with an example. `unknown` is what was typed instead of one, `nearest` the one that was meant.

    Where one was meant it is all that is said, with a button that runs it on `rest`, the words behind.
    """
    sentence = _opening(command, unknown, nearest)
    if nearest:
        row = next((one for one in subcommands if one.word == nearest), None)
        what = [section(_line(row, command))] if row else []
        return say(sentence, section(sentence), *what, *actions(run_button(nearest, rest, command)))
    words = ", ".join(phrase(one.word) for one in subcommands)
    return say(
        f"{sentence} It knows: {words}." if words else sentence,
        section(sentence),
        *(section(_line(one, command)) for one in subcommands),
        context("A version is written project/version, such as `shop/v13`, or is its 24-digit id."),
    )


def needs_click(word: str, rest: str) -> Said:
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


def other_command(typed: str, command: str) -> Said:
    """Somebody's slash command reaches the bot, but is not the one that the bot has been told to listen to."""
    sentence = f"This bot listens to {code(command)}, not to {code(typed)}."
    remedy = "Its COMMAND setting and the slash command in its Slack app have to be the same."
    return say(f"{sentence} {remedy}", section(f"{sentence}\n{remedy}"))


def _opening(command: str, unknown: str, nearest: str) -> str:
    if not unknown:
        return f"This is what you can do with {code(command)}."
    known = f"{code(f'{command} help')} shows what it knows."
    meant = f" Did you mean {code(f'{command} {nearest}')}? {known}" if nearest else ""
    return f"{code(command)} does not know {code(unknown)}.{meant}"


def _line(one: Usage, command: str) -> str:
    typed = " ".join(part for part in (command, one.word, one.arguments) if part)
    example = f", for example {code(f'{command} {one.example}')}" if one.example not in ("", one.word) else ""
    return f"{code(typed)}\n{phrase(one.summary, SUMMARY)}{example}"

"""Command lines wherever they stand, and usage where there is nothing to run, made from the rows of all features."""

from collections.abc import Iterable
from functools import cached_property

from bot.slack import commands
from bot.slack.commands import Words, nearest
from bot.slack.context import Context, Feature, Subcommand
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.blocks import Message
from bot.slack.views.help import needs_click, other_command, usage


class CommandLines:
    """The rows by their words, and the slash command in front of them."""

    def __init__(self, rows: Iterable[Subcommand], command: str) -> None:
        self._rows = {row.word: row for row in rows}
        self._command = command

    def row(self, words: Words) -> Subcommand | None:
        """What there is to run; nothing for `help` and for unknown words."""
        return None if words.first == "help" else self._rows.get(words.first)

    @cached_property
    def _help(self) -> Message:
        return usage([*self._rows.values()], command=self._command)

    def usage(self, typed: Typed, words: Words) -> Message:
        """The answer where there is nothing to run; what was probably meant is run by a click."""
        if typed.command != self._command:
            return other_command(typed.command, self._command)
        if words.first in ("", "help"):
            return self._help
        return usage(
            [*self._rows.values()],
            command=self._command,
            unknown=words.first,
            nearest=self._meant(words.first),
            rest=" ".join(words.rest),
        )

    def _meant(self, word: str) -> str:
        """The command for which people type this word, else the one that is spelt like it, else the one for which it is a misspelling."""
        near = {one: row.word for row in self._rows.values() for one in row.near}
        return near.get(word) or nearest(word, self._rows) or near.get(nearest(word, near), "")

    async def run(self, typed: Typed, words: Words, ctx: Context) -> None:
        """Run a line that did not come as a slash command. Without a trigger it cannot open a form: a click brings one."""
        row = self.row(words)
        if row is None:
            await ctx.reply(self.usage(typed, words))
        elif row.opens_form and not typed.trigger_id:
            await ctx.reply(needs_click(row.word, " ".join(words.rest)))
        else:
            await row.run(typed, words.rest, ctx)

    async def clicked(self, clicked: Clicked, ctx: Context) -> None:
        """A button or an option that carries a line."""
        await self.run(clicked.as_typed(self._command), commands.read(clicked.value), ctx)


async def run(_typed: Typed, _words: tuple[str, ...], _ctx: Context) -> None:
    """Answered in the acknowledgement already, where all rows are known."""


FEATURE = Feature(
    name="help",
    subcommands=(
        Subcommand(
            word="help",
            arguments="",
            summary="show what you can type",
            example="help",
            run=run,
            near=("hello", "hi", "hey", "usage", "commands", "?"),
        ),
    ),
)

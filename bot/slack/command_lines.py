"""Command lines, wherever they stand: behind the slash command, in what people say to the bot, on buttons and in menus."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.slack import commands
from bot.slack.commands import Words
from bot.slack.context import Context, Subcommand
from bot.slack.handlers.help import how_to
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.help import needs_click, other_command
from bot.slack.views.message import Message


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandLines:
    """The rows by their words, and the slash command in front of them."""

    rows: Mapping[str, Subcommand]
    command: str

    def row(self, words: Words) -> Subcommand | None:
        """What there is to run; nothing for `help` and for words that nobody knows."""
        return None if words.first == "help" else self.rows.get(words.first)

    @property
    def help(self) -> Message:
        """Everything that can be typed."""
        return how_to("", self.rows.values(), self.command)

    def usage(self, typed: Typed, words: Words) -> Message:
        """The answer where there is nothing to run."""
        if typed.command != self.command:
            return other_command(typed.command, self.command)
        return how_to(words.first, self.rows.values(), self.command, " ".join(words.rest))

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
        await self.run(clicked.as_typed(self.command), commands.read(clicked.value), ctx)

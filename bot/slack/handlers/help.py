"""`help`, and the answer to nothing and to unknown words: usage, made from the rows of all features."""

from collections.abc import Iterable

from bot.slack.commands import nearest
from bot.slack.parts import Feature, Parts, Subcommand
from bot.slack.payloads import Typed
from bot.slack.views.help import Usage, usage
from bot.slack.views.said import Said


def how_to(word: str, rows: Iterable[Subcommand], command: str) -> Said:
    """Usage; a word that is not in `rows` is named together with the one that was probably meant."""
    known = {row.word: row for row in rows}
    lines = [
        Usage(word=row.word, arguments=row.arguments, summary=row.summary, example=row.example)
        for row in known.values()
    ]
    unknown = word if word not in ("", *known) else ""
    return usage(lines, command=command, unknown=unknown, nearest=nearest(unknown, known) if unknown else "")


async def run(_typed: Typed, _words: tuple[str, ...], _parts: Parts) -> None:
    """Answered in the acknowledgement already, where all rows are known."""


FEATURE = Feature(
    name="help",
    subcommands=(
        Subcommand(word="help", arguments="", summary="show what you can type", example="help", run=run),
    ),
)

"""`help`, and the answer to nothing and to unknown words: usage, made from the rows of all features."""

from collections.abc import Iterable, Mapping

from bot.slack.commands import nearest
from bot.slack.context import Context, Feature, Subcommand
from bot.slack.payloads import Typed
from bot.slack.views.help import Usage, usage
from bot.slack.views.message import Message


def how_to(word: str, rows: Iterable[Subcommand], command: str, rest: str = "") -> Message:
    """Usage; a word that is not in `rows` is named together with the one that was probably meant, which a click then runs.

    `rest` is what was typed behind it.
    """
    known = {row.word: row for row in rows}
    lines = [
        Usage(word=row.word, arguments=row.arguments, summary=row.summary, example=row.example)
        for row in known.values()
    ]
    unknown = word if word not in ("", *known) else ""
    meant = _meant(unknown, known) if unknown else ""
    return usage(lines, command=command, unknown=unknown, nearest=meant, rest=rest)


def _meant(word: str, known: Mapping[str, Subcommand]) -> str:
    """The command for which people type this word, else the one that is spelt like it, else the one for which it is a misspelling."""
    near = {one: row.word for row in known.values() for one in row.near}
    return near.get(word) or nearest(word, known) or near.get(nearest(word, near), "")


async def run(_typed: Typed, _words: tuple[str, ...], _parts: Context) -> None:
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

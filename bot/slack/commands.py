"""Reads what people type behind the slash command: the word, what follows it, and which version is meant."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.errors import BadInput
from bot.domain.meaning import as_typed
from bot.domain.models import VersionReference
from bot.domain.requests import ID, Field, FieldError

# Code marks and quotation marks, which people copy along, and marks that can only stand around a word.
_NOWHERE = str.maketrans("", "", '`“”„"')
_AROUND = "'‘’*~"
# Slack escapes these three in what is typed; https://docs.slack.dev/messaging/formatting-message-text.
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A command line: its first word in lower case, and the others as typed."""

    first: str
    rest: tuple[str, ...]


def read(text: str) -> Words:
    """`list shop` gives `list` and `("shop",)`; nothing typed gives an empty word."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    stripped = (word.strip(_AROUND) for word in as_typed(text).translate(_NOWHERE).split())
    words = [word for word in stripped if word]
    return Words(first=words[0].lower() if words else "", rest=tuple(words[1:]))


# How Slack writes mentions, channels and links into messages; https://docs.slack.dev/messaging/formatting-message-text.
_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def spoken(text: str, *, command: str, me: str) -> str:
    """The command line in what was said to the bot, `me` being its user id: what follows the mention, else what stands before.

    Slack's links are read as what was typed, and the slash command may stand in front.
    """
    mention = re.search(rf"<@{re.escape(me)}(\|[^<>]*)?>", text) if me else None
    before, after = (text[: mention.start()], text[mention.end() :]) if mention else ("", text)
    line = _MARKED.sub(_as_written, after).strip(" \t\n,:;.!?–-") or _MARKED.sub(_as_written, before).strip()
    first, _, rest = line.partition(" ")
    return rest.strip() if first.lower() == command else line


def _as_written(found: re.Match[str]) -> str:
    sign, target, label = found.groups()
    if sign in {"@", "!"}:
        return ""
    return f"#{label or target}" if sign == "#" else label or target


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that was probably meant, or nothing: what begins like this, else what differs by a letter or two."""
    begun = [one for one in known if word and one.startswith(word.lower())]
    return next(iter([*begun, *difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.65)]), "")


def read_reference(words: tuple[str, ...]) -> VersionReference:
    """`shop/v13`, `shop v13`, `v13` or a 24-character id. Raises BadInput if nothing or too much was typed.

    Versions and projects can have names with spaces; no project's key or name holds a slash.
    """
    match words:
        case (_, _, *_) if "/" in " ".join(words).strip("/ "):
            project, _, name = " ".join(words).partition("/")
            return _reference(project.strip(), name.strip())
        case (project, name):
            return _reference(project.rstrip("/"), name.lstrip("/"))
        case (word,) if "/" in word:
            project, _, name = word.partition("/")
            return _reference(project, name)
        case (word,):
            return _reference("", word)
        case _:
            raise _unclear(
                "Say which version: `project/version`, such as `shop/v13`, or its 24-character id."
            )


def _reference(project: str, name: str) -> VersionReference:
    if not name:
        known = project or "project"
        raise _unclear(f"Say which version of {known} you mean: `{known}/v13`.")
    if ID.fullmatch(name.lower()):
        return VersionReference(project=project, id=name.lower(), name=name if project else "")
    return VersionReference(project=project, name=name)


def _unclear(text: str) -> BadInput:
    return BadInput((FieldError(field=Field.VERSION_NAME, text=text),))

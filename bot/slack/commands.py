"""Reads what people type behind the slash command: the word, what follows it, and which version is meant."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.errors import BadInput
from bot.domain.models import VersionReference
from bot.domain.requests import ID, Field, FieldError


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A command line: its first word in lower case, and the others as typed."""

    first: str
    rest: tuple[str, ...]


def read(text: str) -> Words:
    """`list shop` gives `list` and `("shop",)`; nothing typed gives an empty word."""
    words = _unformatted(text).split()
    return Words(first=words[0].lower() if words else "", rest=tuple(words[1:]))


def _unformatted(text: str) -> str:
    """Without the quotes and code marks that people copy along."""
    return re.sub(r"[`“”\"]", "", text)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or nothing."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def read_reference(words: tuple[str, ...]) -> VersionReference:
    """`shop/v13`, `shop v13`, `v13` or a 24-digit id. Raises BadInput if nothing or too much was typed."""
    match words:
        case (project, name):
            return _reference(project, name)
        case (word,) if "/" in word:
            project, _, name = word.partition("/")
            return _reference(project, name)
        case (word,):
            return _reference("", word)
        case _:
            raise _unclear("Say which version: `project/version`, such as `shop/v13`, or its 24-digit id.")


def _reference(project: str, name: str) -> VersionReference:
    if not name:
        raise _unclear(f"Say which version of {project} you mean: `{project}/v13`.")
    if ID.fullmatch(name.lower()):
        return VersionReference(project=project, id=name.lower(), name=name if project else "")
    return VersionReference(project=project, name=name)


def _unclear(text: str) -> BadInput:
    return BadInput((FieldError(field=Field.VERSION_NAME, text=text),))

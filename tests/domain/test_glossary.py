"""The glossary is the package's docstring, and it is what the code calls things by."""

import inspect
import re
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from bot import domain
from bot.domain import changes, models, notifications, watching

TERM = re.compile(r"^(?P<words>[a-z][a-z, ]*)\n    \S", re.MULTILINE)
BOT = Path(domain.__file__).parents[1]


@cache
def called() -> frozenset[str]:
    """What the code calls things by: the words of its names, in the bot, in its sandbox and in the tests' folders."""
    text = "\n".join(path.read_text() for path in BOT.rglob("*.py"))
    text += " ".join(path.name.removesuffix("s") for path in (BOT.parent / "tests").iterdir())
    names = re.findall(r"[A-Za-z][A-Za-z_]+", text.replace(domain.__doc__ or "", ""))
    words = (re.findall(r"[A-Z]?[a-z]+", name) for name in frozenset(names))
    return frozenset(word.lower() for found in words for word in found)


def glossary() -> list[str]:
    found = TERM.finditer(domain.__doc__ or "")
    return [word.strip() for line in found for word in line["words"].split(",")]


def test_the_glossary_defines_every_word_once() -> None:
    assert sorted(set(glossary())) == sorted(glossary())


@pytest.mark.parametrize("word", glossary())
def test_the_code_uses_the_words_of_the_glossary(word: str) -> None:
    assert set(word.split()) <= called()


@pytest.mark.parametrize(
    "enum", [models.Kind, models.Status, changes.Transition, watching.Action], ids=lambda one: one.__name__
)
def test_what_is_written_down_is_the_word_itself(enum: type[StrEnum]) -> None:
    assert all(member.value == member.name.lower() for member in enum)


def test_every_status_and_kind_is_explained() -> None:
    text = domain.__doc__ or ""
    for word in (*models.Status, *models.Kind):
        assert f"`{word}`" in text


@pytest.mark.parametrize("module", [changes, models, notifications, watching], ids=lambda one: one.__name__)
def test_nothing_is_called_by_a_word_that_means_something_else(module: object) -> None:
    names = [name for name, one in vars(module).items() if inspect.isclass(one)]
    assert not [
        name for name in names if re.search(r"Release|Deliver|Env(?!ironment)|Repo(?!sitory)|Utils", name)
    ]

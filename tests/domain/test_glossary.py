"""The glossary is the package's docstring, and it is what the code calls things by."""

import inspect
import re
from enum import StrEnum

import pytest

from bot import domain
from bot.domain import changes, models, notifications, watching

TERM = re.compile(r"^(?P<words>[a-z][a-z, ]*)\n    \S", re.MULTILINE)
WORDS = {
    "version",
    "release",
    "kind",
    "status",
    "project",
    "environment",
    "service",
    "image",
    "chart",
    "registry",
    "chart repository",
    "subscription",
    "watch",
    "request",
    "record",
    "aftermath",
    "ask",
    "look",
    "seen",
    "epoch",
    "change",
    "notification",
    "card",
    "post",
    "posting",
    "fold",
    "gone",
    "stalled",
    "abandoned",
    "draft",
    "habit",
    "template",
    "dialect",
    "sandbox",
    "workspace",
    "journey",
}


def glossary() -> list[str]:
    found = TERM.finditer(domain.__doc__ or "")
    return [word.strip() for line in found for word in line["words"].split(",")]


def test_the_glossary_defines_every_word_once() -> None:
    assert sorted(glossary()) == sorted(WORDS)


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

"""Which of the known names was meant by what was typed, and which of its characters are invisible; pure."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.domain.models import Project, Status

# Characters that are typed or pasted for another and look like it; Unicode's own equivalents are NFKC's business.
_FOR_ANOTHER = str.maketrans(
    {"∕": "/", "⁄": "/", "⧸": "/"} | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
)
# Selects how the character before it is drawn.
_VARIATION = re.compile("[\ufe00-\ufe0f]")
# What stands for half of a character, which a limit has cut in two.
_HALF = "\ufffd"
# Names of characters in an error; more help no one.
_MAX_NAMED = 3

# Beside the words of `Status` themselves.
STATUS_WORDS: Mapping[str, Status] = MappingProxyType(
    {status.value: status for status in Status}
    | dict.fromkeys(
        ("fail", "fails", "failing", "failure", "failures", "error", "errors", "broken", "red"), Status.FAILED
    )
    | dict.fromkeys(
        (
            "succeed",
            "succeeds",
            "succeeded",
            "successes",
            "successful",
            "complete",
            "completed",
            "done",
            "ok",
            "passed",
            "green",
        ),
        Status.SUCCESS,
    )
    | dict.fromkeys(("create", "running", "pending", "building", "ongoing"), Status.CREATING)
    | dict.fromkeys(("retry", "retried", "retries"), Status.RETRYING)
)


def as_typed(text: str) -> str:
    """The text as it looks: without what has no shape, full-width and composed forms as the usual ones (NFKC)."""
    seen = "".join(one for one in _VARIATION.sub("", text) if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", seen).translate(_FOR_ANOTHER)


def folded(text: str) -> str:
    """What two names share that only differ in case, in form or in white space."""
    return " ".join(unicodedata.normalize("NFKC", as_typed(text).casefold()).split())


def status_meant(word: str) -> Status | None:
    """`fail`, `Failed` and `failures` all mean failed versions."""
    return STATUS_WORDS.get(folded(word))


def meant(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that were probably meant: that one, or all that only look different."""
    known = list(dict.fromkeys(names))
    if typed in known:
        return (typed,)
    return tuple(name for name in known if folded(name) == folded(typed))


def project_meant(typed: str, projects: Iterable[Project]) -> str:
    """The key of the project whose key or display name was typed; empty if there is none, or several."""
    known = list(projects)
    by_key = [(one.key, one.key) for one in known]
    by_name = [(one.name, one.key) for one in known if one.name]
    for names in (by_key, by_name):
        keys = {key for name, key in names if name in meant(typed, (name for name, _ in names))}
        if len(keys) == 1:
            return keys.pop()
    return ""


def near(typed: str, names: Iterable[str]) -> str:
    """The name that differs from what was typed by a letter or two; empty if none does."""
    by_form = {folded(name): name for name in names}
    close = difflib.get_close_matches(folded(typed), list(by_form), n=1, cutoff=0.7)
    return by_form[close[0]] if close else ""


def strange_characters(typed: str) -> str:
    """A sentence that names characters that may look like others; empty for plain ASCII."""
    named = _some(one for one in typed if not one.isascii())
    return f"What you typed contains {named}." if named else ""


def foreign(text: str, allowed: str) -> str:
    """The characters that are not in the class `allowed` (as a regular expression writes it), named; empty for none."""
    return _some(re.sub(f"[{allowed}]", "", text))


def _some(characters: Iterable[str]) -> str:
    each = list(dict.fromkeys(characters))
    more = f" and {len(each) - _MAX_NAMED} more" if len(each) > _MAX_NAMED else ""
    return ", ".join(map(_named, each[:_MAX_NAMED])) + more


def _named(character: str) -> str:
    if character == _HALF:
        return "half a character, such as half an emoji"
    if character == " ":
        return "a space"
    shown = f"“{character}” " if character.isprintable() else ""
    name = unicodedata.name(character, "without a name")
    return f"{shown}(U+{ord(character):04X} {name.lower()})"

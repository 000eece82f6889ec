"""What is written for each setting: in the environment, in `.env`, or in the file that `NAME_FILE` names for a secret."""

import codecs
import io
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote

from dotenv import dotenv_values

DOTENV = Path(".env")
# Each can also come from the file that a setting of this name with `_FILE` behind it names.
SECRETS = ("slack_bot_token", "slack_app_token", "slack_signing_secret", "zadig_token", "database_url")
# Of libpq, which knows them beside DATABASE_URL.
_PASSWORDS = frozenset({"PGPASSWORD", "PGSSLPASSWORD"})
_MAX_BYTES = 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_QUOTES = frozenset("\"'`“”„‟‘’‚‛«»")
# Space that str.strip leaves: of no width, and the mark that editors put in front of a text.
_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"

logging.getLogger("dotenv").addHandler(logging.NullHandler())  # it would speak before logging is set up


class SettingsError(Exception):
    """Some settings are missing or make no sense; one line for each, with what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingSources:
    """`values` and `files` (of secrets) by the name of their field; `problems` likewise, a line for each that cannot be read.

    `hints` are no problem by themselves, and tell why something may be missing.
    """

    values: Mapping[str, str]
    files: Mapping[str, Path] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[str, ...] = ()


def read_written(names: Iterable[str]) -> SettingSources:
    """Everything about these settings; the environment goes before `.env`, and blank is as good as nothing."""
    kept, problems, hints = _dotenv()
    found = kept | _lower(os.environ)
    values = {name: value for name in names if (value := cleaned(found.get(name, "")))}
    for name in [name for name, value in values.items() if not _is_text(value)]:
        problems[name] = f"{name.upper()}: it is not UTF-8; write it in UTF-8"
    files = {name: Path(said) for name in SECRETS if (said := cleaned(found.get(f"{name}_file", "")))}
    for name, path in files.items():
        if name in values:
            problems[name] = f"{name.upper()} and {name.upper()}_FILE are both set: unset one of them"
            continue
        try:
            values[name] = read_secret(path)
        except SettingsError as error:
            problems[name] = f"{name.upper()}_FILE: {error}"
    return SettingSources(values=values, files=files, problems=problems, hints=hints)


def cleaned(text: str) -> str:
    """Without the space, line breaks and quotation marks that copying and editors put around a value."""
    text = text.strip().strip(_NO_WIDTH).strip()
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip().strip(_NO_WIDTH)
    return text


def read_secret(path: Path) -> str:
    """What a file holds, cleaned. Raises SettingsError."""
    text = cleaned(_decoded(_bytes(path)))
    if not text:
        raise SettingsError(f"{path} is empty")
    if not _is_text(text):
        raise SettingsError(f"{path} is not UTF-8; save it as UTF-8")
    return text


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from None


def _decoded(raw: bytes) -> str:
    """UTF-8, or UTF-16 as Windows writes it; bytes that are neither become surrogates, see `_is_text`."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(
                encoding, errors="surrogateescape" if encoding == "utf-8" else "replace"
            )
    if raw[1:2] == b"\0":
        return raw.decode("utf-16-le", errors="replace")
    if raw[:1] == b"\0":
        return raw.decode("utf-16-be", errors="replace")
    return raw.decode("utf-8", errors="surrogateescape")


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _dotenv() -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Its values by name, what is wrong with it, and hints."""
    if DOTENV.is_dir():
        return (
            {},
            {},
            (
                f"{DOTENV} is a directory, so nothing is read from it: make it a file, or set what is missing in the environment",
            ),
        )
    if not DOTENV.exists():
        return {}, {}, ()
    try:
        text = _decoded(_bytes(DOTENV))
    except SettingsError as error:
        return {}, {str(DOTENV): f"{error}; let the bot read it, or remove it"}, ()
    values = {
        name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None
    }
    return _lower(values), {}, ()


def _lower(values: Mapping[str, str]) -> dict[str, str]:
    """By names in small letters; of two that differ only in that, the one in capitals counts."""
    return {name.lower(): value for name, value in sorted(values.items(), key=lambda one: one[0].isupper())}


def passwords_around(addresses: Iterable[str]) -> Iterator[str]:
    """The passwords in addresses, in those of proxies in the environment, and those that libpq finds there."""
    for name, value in os.environ.items():
        if name.lower().endswith("_proxy"):
            yield from _passwords(value)
        elif name in _PASSWORDS:
            yield value
    for address in addresses:
        yield from _passwords(address)


def _passwords(address: str) -> Iterator[str]:
    """Those in an address, as they stand there and as they are meant; also where the address lacks its scheme."""
    before, at, _ = address.rpartition("@")
    _, colon, password = before.rpartition("://")[2].partition(":")
    if at and colon:
        yield from (password, unquote(password))
    for name, values in parse_qs(address.partition("?")[2]).items():
        if "password" in name.lower():
            yield from values

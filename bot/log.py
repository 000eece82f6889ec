"""Logging: one line an event, with a stable `action` and the domain's ids as fields, as JSON or as text."""

import logging
import sys
import time
from collections.abc import Mapping
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

OURS = "bot"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def fields(record: logging.LogRecord) -> Mapping[str, object]:
    """What was passed as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class TextFormatter(logging.Formatter):
    """`12:00:01 INFO  bot.slack  posted  action=posted project=shop`, for a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s", datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        extra = " ".join(f"{name}={_one_word(value)}" for name, value in fields(record).items())
        return f"{super().formatMessage(record)}  {extra}".rstrip()


def _one_word(value: object) -> str:
    """Texts from outside can neither begin a line of their own nor look like another field."""
    text = str(value)
    return text if text.isprintable() and not set(text) & set(' "=') else repr(text)


def _json() -> logging.Formatter:
    """Times are UTC, such as `2026-01-31T12:00:01.250Z`."""
    formatter = JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
    )
    formatter.converter = time.gmtime
    formatter.default_time_format, formatter.default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"
    return formatter


def set_up(log_format: Literal["text", "json"], level: str, stream: TextIO | None = None) -> None:
    """Send every logger to one stream (standard error by default).

    Our own lines are made from INFO on whatever the level, because they are counted. Other people's code is heard from
    WARNING on whatever the level, because below that it prints tokens, statements and what people wrote.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(TextFormatter() if log_format == "text" else _json())
    handler.setLevel(level)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(min(handler.level, logging.INFO))

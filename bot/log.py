"""Logging: one line an event, with a stable `action` and the domain's ids as fields, as JSON or as text."""

import logging
import sys
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from bot.domain.secrets import for_operators

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


class _Discreet(logging.Formatter):
    """What another one makes of a record, fields, tracebacks and other people's lines included, without any secret."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return for_operators(self._inner.format(record))


def _json() -> logging.Formatter:
    """Times are UTC, such as `2026-01-31T12:00:01.250Z`."""
    formatter = JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
    )
    formatter.converter = time.gmtime
    formatter.default_time_format, formatter.default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"
    return formatter


def print_discreetly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What Python says of an error that was not caught, without any secret; for `sys.excepthook`."""
    sys.stderr.write(for_operators("".join(traceback.format_exception(kind, error, trace))))


def set_up(log_format: Literal["text", "json"], level: str, stream: TextIO | None = None) -> None:
    """Send every logger to one stream (standard error by default).

    Our own lines are made from INFO on whatever the level, because they are counted. Other people's code is heard from
    WARNING on whatever the level, because below that it prints tokens, statements and what people wrote.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Discreet(TextFormatter() if log_format == "text" else _json()))
    handler.setLevel(level)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(min(handler.level, logging.INFO))

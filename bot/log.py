"""Logging: one line an event, with a stable `action` and the domain's ids as fields, as JSON or as text."""

import logging
import sys
from collections.abc import Mapping
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

# Loggers that print what people wrote, tokens or every request at INFO.
_QUIET = ("httpx", "httpcore", "slack_sdk", "aiohttp", "apscheduler", "alembic", "uvicorn.access")


def fields(record: logging.LogRecord) -> Mapping[str, object]:
    """What was passed as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class TextFormatter(logging.Formatter):
    """`12:00:01 INFO  bot.slack  posted  action=posted project=shop`, for a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s", datefmt="%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        extra = " ".join(f"{name}={value}" for name, value in fields(record).items())
        return f"{super().formatMessage(record)}  {extra}".rstrip()


def set_up(log_format: Literal["text", "json"], level: str, stream: TextIO | None = None) -> None:
    """Send every logger to one stream (standard error by default)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        TextFormatter()
        if log_format == "text"
        else JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level"},
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))

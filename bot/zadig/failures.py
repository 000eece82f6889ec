"""Turns every outside failure into one of `bot.domain.errors`: this module reads, the table in `phrases` decides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from pydantic_core import from_json

from bot.domain.errors import (
    NotRetryable,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    ServerDown,
    Unreadable,
    WrongServer,
)
from bot.domain.models import Status, VersionReference
from bot.zadig.calls import Answer, Call, Purpose
from bot.zadig.manifests import without_manifests
from bot.zadig.phrases import REASONS, TABLE, Content, Row

RAW_LIMIT = 2000
DETAIL_LIMIT = 300
WORD_LIMIT = 200
# In front of the reason of every create and retry, and Zadig's own "creating the version failed".
PREFIX = re.compile(
    r"^failed to create (?:k8s|helm) delivery version, project name: .*?, retry: (?:true|false), error: |"
    r"^failed to retry create delivery version, id: .*?, error: |新建交付中心版本失败: ?|^Internal Error: ?"
)
# How Helm errors are listed: a line that counts them, then each behind a bullet (hashicorp/go-multierror).
ERRORS_FOLLOW = re.compile(r"\b([0-9]+) errors? occurred:\s*$", re.MULTILINE)
BULLET = re.compile(r"^\s*\* ")
# Zadig's own errors stay far below; what is longer is no error of its, and not looked into.
LONGEST_ERROR = 64 * 1024
NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
BAD_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """An answer as the table sees it: `text` is the description, then the message, or the body if there is neither."""

    status: int
    content: Content
    code: int | None
    text: str


def failure(call: Call, answer: Answer) -> ReleaseBotError | None:
    """What an answer means that is not a success; None for one that still has to be read."""
    if answer.status in range(200, 300) and _content(answer) is not Content.HTML:
        return None
    said = _said(answer)
    for row in TABLE:
        if match := _fits(row, call, said):
            groups = {"location": answer.location or "another page", **match.groupdict()}
            return _build(row, call, groups, said.text, describe(answer))
    return Unreadable(f"Zadig answered with status {answer.status}.", raw=describe(answer))


def meaning(reason: str, about: VersionReference) -> str:
    """What the reason of a failed version means and what to do, if it is one of Zadig's own texts; empty otherwise."""
    call = Call(purpose=Purpose.CREATE, verb="POST", path=(), about=about)
    for row in REASONS:
        if match := re.search(row.phrase, reason, re.MULTILINE):
            error = _build(row, call, match.groupdict(), reason, reason)
            return f"{error} {error.remedy}".strip()
    return ""


def words(answer: Answer) -> str:
    """What an answer says: its description and message, or its body if there is neither."""
    return _said(answer).text


def _said(answer: Answer) -> _Said:
    content = _content(answer)
    code, text = _envelope(answer) if content is Content.JSON else (None, "")
    text = text or answer.text[: 10 * RAW_LIMIT]
    return _Said(status=answer.status, content=content, code=code, text=text)


def _content(answer: Answer) -> Content:
    start = answer.body[:200].lstrip()
    if not start:
        return Content.EMPTY
    if "html" in answer.content_type or start.startswith(b"<"):
        return Content.HTML
    if "json" in answer.content_type or start.startswith(b"{"):
        return Content.JSON
    return Content.TEXT


def _envelope(answer: Answer) -> tuple[int | None, str]:
    if len(answer.body) > LONGEST_ERROR:
        return None, ""
    try:
        body = from_json(answer.body)
    except ValueError:
        return None, ""
    if not isinstance(body, dict):
        return None, ""
    parts = (body.get("description"), body.get("message"))
    return _number(body.get("code")), "\n".join(str(part) for part in parts if part)


def _number(code: object) -> int | None:
    text = str(code)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _fits(row: Row, call: Call, said: _Said) -> re.Match[str] | None:
    if said.status not in row.status or (row.content and row.content is not said.content):
        return None
    if row.purposes is not None and call.purpose not in row.purposes:
        return None
    if row.code is not None and row.code != said.code:
        return None
    return re.search(row.phrase, said.text, re.MULTILINE)


def _build(row: Row, call: Call, groups: Mapping[str, str | None], said: str, raw: str) -> ReleaseBotError:
    about = call.about or VersionReference(project="this project")
    if row.means is NotRetryable:
        word = groups.get("status") or Status.FAILED
        return NotRetryable(about, _status(word), remedy=row.remedy, raw=raw)
    words = {name: without_manifests(word or "?")[:WORD_LIMIT] for name, word in groups.items()}
    words |= {"project": about.project, "version": str(about), "detail": detail(said)}
    text = row.text.format_map(words)
    if issubclass(row.means, Rejected):
        return row.means(text, field=row.field, remedy=row.remedy, raw=raw)
    return row.means(text, remedy=row.remedy, raw=raw)


def _status(word: str) -> Status:
    return Status(word) if word in set(Status) else Status.UNKNOWN


def detail(said: str) -> str:
    """The first line that says something, without Zadig's prefixes, at most 300 characters; says how many errors follow."""
    found = reasons(said) or ("it gave no reason.",)
    counted = sum(int(count) for count in ERRORS_FOLLOW.findall(said))
    more = f" (and {counted - 1} more)" if counted > 1 else ""
    return found[0][: DETAIL_LIMIT - len(more)] + more


def reasons(said: str) -> tuple[str, ...]:
    """The lines of a text of Zadig's that say something, without its prefixes and the frame of a list of errors.

    A line that ends with a colon is followed by what it announces.
    """
    found: list[str] = []
    for line in without_manifests(said).splitlines():
        text = BULLET.sub("", ERRORS_FOLLOW.sub("", PREFIX.sub("", PREFIX.sub("", line)))).strip()
        if text and found and found[-1].endswith(":"):
            found[-1] += f" {text}"
        elif text:
            found.append(text)
    return tuple(found)


def describe(answer: Answer) -> str:
    """An answer in its own words, for operators; at most 2,000 characters, and without manifests: they hold secrets."""
    location = f" to {answer.location}" if answer.location else ""
    kind = answer.content_type or "no content type"
    whole = answer.body if len(answer.body) <= LONGEST_ERROR else answer.body[: 4 * RAW_LIMIT]
    body = without_manifests(whole.decode("utf-8", errors="replace").replace("\0", ""))
    return f"HTTP {answer.status}{location}, {kind}: {body}"[:RAW_LIMIT]


def no_answer(call: Call, error: Exception, raw: str) -> ReleaseBotError:
    """What an exception of the HTTP client means; `raw` is its text without secrets."""
    raw = raw[:RAW_LIMIT]
    if isinstance(error, BAD_ADDRESS):
        return WrongServer("ZADIG_URL is not a valid address.", raw=raw)
    if "CERTIFICATE_VERIFY_FAILED" in raw:
        return WrongServer(
            "The bot does not trust Zadig's certificate.",
            remedy="An operator has to name Zadig's certificate authority in SSL_CERT_FILE.",
            raw=raw,
        )
    if isinstance(error, NOTHING_WAS_SENT):
        return ServerDown("Zadig cannot be reached.", raw=raw)
    if call.writes:
        return OutcomeUnknown("The connection to Zadig broke before it answered.", raw=raw)
    if isinstance(error, httpx.TimeoutException):
        return too_late(call)
    return ServerDown("The connection to Zadig broke before it answered.", raw=raw)


def too_late(call: Call) -> ReleaseBotError:
    """The deadline passed."""
    means = OutcomeUnknown if call.writes else ServerDown
    return means(f"Zadig did not answer within {call.seconds:g} seconds.")


def packed(call: Call, how: str) -> ReleaseBotError:
    """The body is packed, and cannot be unpacked."""
    means = OutcomeUnknown if call.writes else Unreadable
    return means("Zadig's answer cannot be decompressed.", raw=how)


def too_long(call: Call, limit: int) -> ReleaseBotError:
    """More bytes than anything the API promises."""
    means = OutcomeUnknown if call.writes else Unreadable
    return means(f"Zadig's answer is longer than {limit:,} bytes.")

"""Postings on their way into Slack: claimed rows of the outbox, and what came of posting them."""

import math
from dataclasses import dataclass

from bot.domain.notifications import Notification


@dataclass(frozen=True, kw_only=True, slots=True)
class PostedMessage:
    """Where a message stands in Slack: `channel` as Slack resolved it (`D…` for people), `ts` its id there."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """A claimed row of the outbox.

    `operation_id` marks the message in its metadata. `message` is where it stands already (a card that is edited).
    `thread` is where its card stands, if it belongs into a thread. `revision` is the state of the card being sent.
    `attempts` counts tries so far; `uncertain` says that one of them may have reached Slack. `created_at`: unix seconds.
    `fence` guards every later update of the row: a claim that has been taken over writes nothing. `send_before` (seconds
    of the monotonic clock) is when another process may claim it: from then on the poster must not begin to send.
    """

    id: int
    key: str
    destination: str
    project: str
    version_name: str
    notification: Notification
    operation_id: str
    revision: int
    fence: int
    attempts: int
    created_at: int
    uncertain: bool = False
    first_tried_at: int | None = None
    message: PostedMessage | None = None
    thread: PostedMessage | None = None
    fallback: str = ""
    send_before: float = math.inf


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """It stands in Slack. What is `unfinished` says less than it should, because it was new, and has to be edited."""

    message: PostedMessage
    unfinished: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TryLater:
    """It certainly does not stand in Slack. `seconds` from Retry-After, else None: the outbox decides.

    `whole_workspace` says that not only this channel has to wait (a revoked token, Slack down). `unknown` is Slack's code
    where it is unknown whether waiting will help: that is waited for only so long.
    """

    reason: str
    seconds: float | None = None
    whole_workspace: bool = False
    unknown: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """It may stand in Slack or not: find the operation id before sending again.

    Slack may still be at it for `settles_in` seconds: a search before then proves nothing.
    """

    reason: str
    settles_in: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Never:
    """It will never pass; `reason` is a sentence for the person who is told. `destination_lost`: nothing will pass there."""

    reason: str
    destination_lost: bool


PostResult = Posted | TryLater | Unclear | Never

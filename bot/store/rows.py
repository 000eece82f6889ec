"""Rows to domain objects and back; JSON columns are the domain's own dataclasses, read strictly."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import RowMapping

from bot.domain.changes import Memory, Seen
from bot.domain.digests import OpenDigest, WaitingOutcome
from bot.domain.drafts import Draft, DraftState
from bot.domain.endings import Ending
from bot.domain.errors import Unreadable
from bot.domain.models import Version
from bot.domain.notifications import (
    NewPosting,
    Notification,
    OtherNotification,
    OutcomeDigest,
    VersionEnded,
)
from bot.domain.outages import Trouble
from bot.domain.ports import PollClaim, PostedMessage, Posting
from bot.domain.watching import Action, Deletion, PendingRequest, Subscription, Watch

Values = dict[str, Any]
T = TypeVar("T")

_NOT_READ = "The database holds something that this release cannot read."
_VERSION: TypeAdapter[Version] = TypeAdapter(Version)
_ENDED: TypeAdapter[VersionEnded] = TypeAdapter(VersionEnded)
_OTHER: TypeAdapter[OtherNotification] = TypeAdapter(
    Annotated[OtherNotification, Field(discriminator="kind")]
)
_TROUBLE: TypeAdapter[Trouble] = TypeAdapter(Trouble)
_FOLD: TypeAdapter[OutcomeDigest] = TypeAdapter(OutcomeDigest)


def _read(adapter: TypeAdapter[T], text: str) -> T:
    """Raises Unreadable for what another release of the bot wrote and this one does not know."""
    try:
        return adapter.validate_json(text)
    except ValidationError:
        raise Unreadable(_NOT_READ, raw=text) from None


def _fields(row: RowMapping) -> Values:
    """What a row is called in the domain: `user` would be PostgreSQL's word for the connected role."""
    return {"user" if name == "user_id" else name: value for name, value in row.items()}


def subscription_from(row: RowMapping) -> Subscription:
    return Subscription(**_fields(row))


def watch_from(row: RowMapping) -> Watch:
    return Watch(**_fields(row))


def ask_from(row: RowMapping) -> PendingRequest:
    return PendingRequest(**{**_fields(row), "action": Action(row["action"])})


def deletion_from(row: RowMapping) -> Deletion:
    return Deletion(**_fields(row))


def draft_from(row: RowMapping) -> Draft:
    fields = {**_fields(row), "state": DraftState(row["state"])}
    del fields["number"]
    return Draft(**fields)


def draft_values(draft: Draft) -> Values:
    return asdict(draft)


def claim_from(row: RowMapping, late: int) -> PollClaim:
    return PollClaim(
        **{name: row[name] for name in ("project", "fence", "failures", "failing_since", "seen_at")},
        trouble=trouble_from(row["trouble"]),
        late=late,
    )


def trouble_from(text: str) -> Trouble | None:
    """None for no trouble, and for one that another release has written."""
    try:
        return _read(_TROUBLE, text) if text else None
    except Unreadable:
        return None


def trouble_text(trouble: Trouble | None) -> str:
    return _TROUBLE.dump_json(trouble).decode() if trouble else ""


def seen_from(row: RowMapping, seen_at: int) -> Seen:
    """`seen_at` is when the project was last seen. Raises Unreadable."""
    return Seen(
        version=_read(_VERSION, row["version"]),
        epoch=row["epoch"],
        since=row["since"],
        at=seen_at if row["at"] is None else row["at"],
        stalled=row["stalled"],
        gone=row["gone"],
    )


def seen_values(project: str, memory: Memory, seen_at: int) -> dict[str, Values]:
    """The rows of a memory by the version's name; those that were seen at `seen_at` carry no time of their own."""
    return {
        name: {
            "project": project,
            "version_name": name,
            "epoch": one.epoch,
            "since": one.since,
            "at": None if one.at == seen_at else one.at,
            "stalled": one.stalled,
            "gone": one.gone,
            "version": _VERSION.dump_json(one.version).decode(),
        }
        for name, one in memory.items()
    }


def text_of(notification: Notification) -> str:
    """An ending is written as its `kind`; one of which only the name is known, with that name alone."""
    if not isinstance(notification, VersionEnded):
        return _OTHER.dump_json(notification).decode()
    fields = _ENDED.dump_python(notification, mode="json")
    fields["kind"] = fields.pop("ending")
    if notification.ending is Ending.MISSING:
        version = fields.pop("version")
        fields |= {"project": version["project"], "version_name": version["name"]}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def payload_of(posting: NewPosting) -> str:
    return text_of(posting.notification)


def notification_from(payload: str) -> Notification:
    """Raises Unreadable."""
    return outcome_from(payload) if _kind_of(payload) in set(Ending) else _read(_OTHER, payload)


def _kind_of(payload: str) -> object:
    try:
        fields = json.loads(payload)
    except ValueError:
        return None
    return fields.get("kind") if isinstance(fields, dict) else None


def posting_values(posting: NewPosting, *, place: int, now: int) -> Values:
    """A row that waits and is due at once."""
    return {
        "key": posting.key,
        "destination": posting.destination,
        "project": posting.project,
        "version_name": posting.version_name,
        "kind": posting.notification.kind,
        "payload": payload_of(posting),
        "thread_of": posting.thread_of,
        "fallback": posting.fallback,
        "operation_id": uuid4().hex,
        "place": place,
        "revision": 1,
        "sent_revision": 0,
        "state": "waiting",
        "reason": "",
        "attempts": 0,
        "uncertain": False,
        "next_at": 0,
        "owner": "",
        "fence": 0,
        "lease_until": 0,
        "channel": "",
        "ts": "",
        "created_at": now,
        "updated_at": now,
    }


def message_from(row: RowMapping) -> PostedMessage | None:
    return PostedMessage(channel=row["channel"], ts=row["ts"]) if row["ts"] else None


def posting_from(row: RowMapping, threads: Mapping[str, PostedMessage]) -> Posting:
    """A row that has just been claimed; `threads` says by key where cards stand. Raises Unreadable."""
    same = (
        "id",
        "key",
        "destination",
        "project",
        "version_name",
        "operation_id",
        "fence",
        "created_at",
        "uncertain",
        "first_tried_at",
        "fallback",
    )
    return Posting(
        **{name: row[name] for name in same},
        notification=notification_from(row["payload"]),
        revision=row["sent_revision"],
        attempts=row["attempts"] - 1,
        message=message_from(row),
        thread=threads.get(row["thread_of"]),
    )


def outcome_from(payload: str) -> VersionEnded:
    """What `text_of` wrote of an ending. Raises Unreadable."""
    try:
        fields = json.loads(payload)
        fields["ending"] = fields.pop("kind")
        if fields["ending"] == Ending.MISSING:
            fields["version"] = Version.unseen(fields.pop("project"), fields.pop("version_name"))
        return _ENDED.validate_python(fields)
    except (KeyError, TypeError, ValueError):
        raise Unreadable(_NOT_READ, raw=payload) from None


def waiting_from(row: RowMapping) -> list[WaitingOutcome]:
    """An outcome that could be folded; none if this release cannot read it."""
    try:
        outcome = outcome_from(row["payload"])
    except Unreadable:
        return []
    names = ("id", "destination", "project", "version_name")
    return [WaitingOutcome(**{name: row[name] for name in names}, notification=outcome)]


def standing_from(row: RowMapping) -> list[OpenDigest]:
    """A fold that could grow; none if this release cannot read it."""
    try:
        fold = _read(_FOLD, row["payload"])
    except Unreadable:
        return []
    return [
        OpenDigest(
            id=row["id"],
            destination=row["destination"],
            began_at=row["created_at"],
            grown_at=row["updated_at"],
            notification=fold,
        )
    ]

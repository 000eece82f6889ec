"""Versions, looks and requests to test the rules with."""

from hashlib import sha256
from typing import Any, get_args

from bot.domain.changes import Change, Memory, Poll, changes, observe
from bot.domain.endings import Ending
from bot.domain.models import Kind, Progress, Status, Version
from bot.domain.notifications import OtherNotification
from bot.domain.requests import CreateVersion, ImageRequest, ServiceRequest

START = 1_700_000_000
STALLED_AFTER = 75 * 60
DAY = 24 * 3600


def version(name: str = "v1", status: Status = Status.CREATING, **changed: Any) -> Version:
    """A version created at START; its id follows from its name and its creation time."""
    created_at = changed.pop("created_at", START)
    usual: dict[str, Any] = {
        "project": "shop",
        "id": sha256(f"{name} {created_at}".encode()).hexdigest()[:24],
        "kind": Kind.K8S,
        "status_word": str(status),
    }
    return Version(name=name, status=status, created_at=created_at, **(usual | changed))


def progress(done: int = 1, total: int = 3, **changed: Any) -> Progress:
    return Progress(done=done, total=total, **changed)


def poll(at: int, *versions: Version, gone: frozenset[str] = frozenset()) -> Poll:
    """A look so many seconds after START."""
    return Poll(at=START + at, versions=versions, gone=gone)


def see(before: Memory, seen: Poll, *restarted: str) -> tuple[dict[str, Any], list[Change]]:
    """What is remembered after a look, and what happened."""
    after = observe(before, seen, stalled_after=STALLED_AFTER, restarted=frozenset(restarted))
    return after, list(changes(before, after))


def create(**changed: Any) -> CreateVersion:
    """A request that makes sense: one service, one image that is copied."""
    image = ImageRequest(container="app", image_name="cart", tag="v14")
    usual: dict[str, Any] = {
        "project": "shop",
        "kind": Kind.K8S,
        "version_name": "v14",
        "environment": "dev",
        "registry": "5f2b8c",
        "services": (ServiceRequest(name="cart", images=(image,)),),
    }
    return CreateVersion(**(usual | changed))


def create_helm(**changed: Any) -> CreateVersion:
    usual: dict[str, Any] = {
        "kind": Kind.HELM,
        "chart_repository": "charts",
        "services": (ServiceRequest(name="cart", chart_version="1.4.0"),),
    }
    return create(**(usual | changed))


# Every kind of notification, as rows of the outbox and the metadata of messages name it.
KINDS = (
    *Ending,
    *(one.__dataclass_fields__["kind"].default for one in get_args(OtherNotification)),
)

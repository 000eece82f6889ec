"""Taking versions away: softly in the first dialect, for good in the second."""

from bot.sandbox.zadig.answers import DELETE_FAILED, PlainError, TypedError
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.ids import is_object_id
from bot.sandbox.zadig.model import Version
from bot.sandbox.zadig.state import State


def remove(state: State, version: Version) -> None:
    """Neither the workflow nor the watcher stops. PlainError if the name is deleted twice in one second."""
    now = int(state.now())
    if state.rules.dialect == "v2":
        state.versions.remove(version)
    elif _collides(state, version, now):
        raise PlainError(failure(version.id, "E11000 duplicate key error collection: zadig.delivery_version"))
    else:
        version.deleted_at = now


def _collides(state: State, version: Version, now: int) -> bool:
    return any(
        (each.project, each.name, each.deleted_at) == (version.project, version.name, now)
        for each in state.versions
    )


def remove_by_id(state: State, version_id: str) -> None:
    """An id that nothing has is fine; PlainError for one that is no id."""
    if not is_object_id(version_id):
        raise PlainError(failure(version_id))
    version = state.version(version_id)
    if version is not None:
        remove(state, version)


def still_there(context: Context, version: Version | None) -> Version | None:
    """The version, unless this request's fault is that a user deletes it underneath."""
    if version is not None and context.goes_wrong("deleted_underneath"):
        remove(context.zadig, version)
        return None
    return version


def failure(version_id: str, reason: str = "") -> str:
    return f"failed to delete delivery version, ID: {version_id}, error: {TypedError(DELETE_FAILED, reason)}"

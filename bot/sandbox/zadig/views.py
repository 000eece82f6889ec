"""The local Zadig's state as its own control API shows it to people."""

from bot.sandbox.zadig.dialects.v1_wire import counts
from bot.sandbox.zadig.model import FAILED, Json, Project, Version
from bot.sandbox.zadig.state import State


def state_view(state: State) -> Json:
    """`{seq, now, rate, speed, failure_rate, dialect, server_version, license, projects, faults}`, versions newest first."""
    return {
        "seq": state.events.seq,
        "now": state.now(),
        "rate": state.clock.rate,
        "speed": state.pace.speed,
        "failure_rate": state.pace.failure_rate,
        "dialect": state.rules.dialect,
        "server_version": state.rules.version,
        "license": state.license,
        "projects": [_project(state, each) for each in state.catalog.projects],
        "faults": state.faults.as_json(),
    }


def _project(state: State, project: Project) -> Json:
    versions = [each for each in reversed(state.versions) if each.project == project.key]
    return {
        "key": project.key,
        "name": project.name,
        "deploy_type": project.deploy_type,
        "environments": [
            {
                "key": each.key,
                "production": each.production,
                "services": [service.name for service in each.services],
            }
            for each in project.environments
        ],
        "versions": [version_view(state, each) for each in versions],
    }


def version_view(state: State, version: Version) -> Json:
    """A version as it is stored at this moment; `deleted` ones are shown for as long as they are kept."""
    done, total = counts(state, version)
    return {
        "id": version.id,
        "project": version.project,
        "name": version.name,
        "kind": version.kind,
        "status": version.status,
        "created_at": version.created_at,
        "created_by": version.created_by,
        "done": done,
        "total": total,
        "error": _reason(state, version),
        "deleted": bool(version.deleted_at),
        "description": version.description,
        "labels": list(version.labels),
        "images": _images(state, version),
    }


def _reason(state: State, version: Version) -> str:
    """People at the screen see the workflow's reason where the version keeps none."""
    if version.status != FAILED:
        return ""
    return version.error or "\n".join(version.task.errors(state.now()) if version.task else [])


def _images(state: State, version: Version) -> list[Json]:
    """An image that is not copied is `recorded`; one whose turn has not come is `waiting`."""
    now = state.now()
    jobs = {job.image_id: job.status(now) or "waiting" for job in version.task.jobs} if version.task else {}
    return [
        {
            "service": image.service,
            "container": image.container,
            "name": image.image_name,
            "tag": image.tag,
            "target": image.target,
            "status": jobs.get(image.id, "recorded"),
        }
        for image in version.images
    ]

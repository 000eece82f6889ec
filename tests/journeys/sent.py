"""What the bot sent to Zadig, the same for both dialects."""

from dataclasses import dataclass

from tests.journeys.living import JSON, Life


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A create. `tags` and `copied` are by `service/container`, `charts` are chart versions by service."""

    project: str
    name: str
    environment: str
    production: bool
    description: str
    labels: list[str]
    chart_repository: str
    services: list[str]
    tags: dict[str, str]
    copied: dict[str, bool]
    charts: dict[str, str]


def creates(life: Life) -> list[JSON]:
    """Every request that creates a version, oldest first; in v1 a retry has the same route."""
    posts = life.zadig_asked("POST", "/releases/k8s") + life.zadig_asked("POST", "/releases/helm")
    return [post for post in posts if not post["request"]["body"].get("retry")]


def last_create(life: Life) -> Sent:
    """The latest one, read as its dialect writes it."""
    body: JSON = creates(life)[-1]["request"]["body"]
    v1 = "retry" in body
    services: list[JSON] = (
        (body.get("yaml_datas") or body.get("chart_datas") or []) if v1 else body["services"]
    )
    images = {
        f"{service['service_name']}/{image['container_name']}": image
        for service in services
        for image in service["image_datas" if v1 else "images"]
    }
    return Sent(
        project=body["project_key"],
        name=body["version_name"],
        environment=body["env_name"],
        production=body["production"],
        description=body["desc"],
        labels=body["labels"],
        chart_repository=body.get("chart_repo_name", ""),
        services=[service["service_name"] for service in services],
        tags={key: _tag(image, v1=v1) for key, image in images.items()},
        copied={
            key: not image["disable_image_dist"] if v1 else image["push_image"]
            for key, image in images.items()
        },
        charts={
            service["service_name"]: service["version" if v1 else "chart_version"]
            for service in services
            if body.get("chart_repo_name")
        },
    )


def _tag(image: JSON, *, v1: bool) -> str:
    return str(image["image_tag" if v1 else "target_image_tag"])


def check_retry(life: Life, kind: str, project: str, name: str) -> None:
    """The latest retry says just what it needs: in v1 by name, on the route of the kind; in v2 by the id that it has now."""
    zadig = life.world.zadig
    if zadig.dialect == "v1":
        needed = {"env_name": "dev", "production": False} if kind == "k8s" else {}
        body = life.zadig_asked("POST", f"/releases/{kind}")[-1]["request"]["body"]
        assert body == {"project_key": project, "version_name": name, "retry": True, **needed}
        return
    request = life.zadig_asked("POST", "/releases/retry")[-1]["request"]
    version = zadig.find(project, name)
    assert version is not None
    assert (request["query"], request["body"]) == ({"id": version.id, "projectKey": project}, None)

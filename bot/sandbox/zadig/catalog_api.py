"""Zadig's endpoints about what versions can be made of: projects, environments, registries, chart repositories."""

from collections.abc import Iterable
from dataclasses import asdict

from bot.sandbox.zadig.answers import (
    ENVIRONMENT_UNREADABLE,
    Answer,
    ForbiddenError,
    PlainError,
    TypedError,
    json_answer,
    text_answer,
)
from bot.sandbox.zadig.binding import parse_int
from bot.sandbox.zadig.dialects.both import needed
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.gate import check_license
from bot.sandbox.zadig.manifests import manifest, values
from bot.sandbox.zadig.model import (
    ChartRepository,
    Container,
    Environment,
    ImagePath,
    Json,
    Project,
    Registry,
    Service,
)
from bot.sandbox.zadig.routing import Handler, Route

_FIRST_PAGE, _PAGE_SIZE = "1", "20"
_NO_DOCUMENT = "mongo: no documents in result"
# A chart that a workflow deployed is no service of the project, and lets the details of its environment fail.
_FOREIGN = {"chart": "ServiceName is empty", "service": _NO_DOCUMENT}
_CLUSTER_ID = "0123456789abcdef12345678"


async def list_projects(context: Context) -> Answer:
    """Those that the caller is a member of; none is an empty list, not a refusal."""
    number = parse_int(context.query("pageNum") or _FIRST_PAGE)
    size = parse_int(context.query("pageSize") or _PAGE_SIZE)
    projects = [each for each in context.zadig.catalog.projects if context.caller.sees(each.key)]
    page = projects[(number - 1) * size : number * size]
    return json_answer({"total": len(projects), "projects": [_project(each) for each in page]})


def _project(project: Project) -> Json:
    return {
        "project_name": project.name,
        "project_key": project.key,
        "description": project.description,
        "deploy_type": project.deploy_type,
    }


async def show_project(context: Context) -> Answer:
    key = needed(context, "projectKey")
    if not context.caller.sees(key):
        raise ForbiddenError
    project = _found(context.zadig.catalog.project(key))
    return json_answer(
        {
            "project_name": project.name,
            "project_key": project.key,
            "is_public": project.is_public,
            "desc": project.description,
            "deploy_type": project.deploy_type,
            "create_time": project.created_at,
            "created_by": project.created_by,
        }
    )


def _found(project: Project | None) -> Project:
    if project is None:
        raise PlainError(_NO_DOCUMENT)
    return project


def environments(*, production: bool) -> Handler:
    """A bare array of a project's environments of one sort, empty for those who may not see the project."""

    async def list_environments(context: Context) -> Answer:
        key = needed(context, "projectKey")
        if production:
            check_license(context.zadig)
        project = context.zadig.catalog.project(key)
        if project is None or not context.caller.sees(key):
            return json_answer([])
        return json_answer(
            [_environment(each) for each in project.environments if each.production is production]
        )

    return list_environments


def _environment(environment: Environment) -> Json:
    return {
        **({"envName": environment.alias} if environment.alias else {}),
        "env_key": environment.key,
        "cluster_id": _CLUSTER_ID,
        "namespace": environment.namespace,
        "production": environment.production,
        "registry_id": environment.registry_id,
        "status": environment.status,
        "update_by": "admin",
        "update_time": 1_713_900_000,
    }


def environment_details(*, production: bool) -> Handler:
    """Services and containers of an environment; any valid token may read them, and the cluster is asked."""

    async def show_environment(context: Context) -> Answer:
        key = needed(context, "projectKey")
        environment = find_environment(context, key, context.params["env_key"], production=production)
        if environment.foreign:
            raise TypedError(ENVIRONMENT_UNREADABLE, _FOREIGN[environment.foreign])
        project, path_key = context.zadig.catalog.project(key), context.zadig.rules.image_path_key
        return json_answer(_environment_details(project, environment, path_key))

    return show_environment


def find_environment(context: Context, project: str, key: str, *, production: bool) -> Environment:
    found = context.zadig.catalog.project(project)
    environment = found.environment(key, production=production) if found else None
    if environment is None:
        raise PlainError(f"failed to find product: {project}, env: {key}, err: {_NO_DOCUMENT}")
    if not environment.reachable:
        raise PlainError(f"failed to get kube client: cluster {_CLUSTER_ID} is not connected yet")
    return environment


def _environment_details(project: Project | None, environment: Environment, path_key: str) -> Json:
    return {
        "project_key": project.key if project else "",
        "env_key": environment.key,
        **({"env_name": environment.alias} if environment.alias else {}),
        "namespace": environment.namespace,
        "cluster_id": _CLUSTER_ID,
        "registry_id": environment.registry_id,
        "status": environment.status,
        "update_by": "admin",
        "update_time": 1_713_900_000,
        "global_variables": [],
        "services": [_service(each, path_key) for each in environment.services],
    }


def _service(service: Service, path_key: str) -> Json:
    return {
        "service_name": service.name,
        "containers": [_container(each, path_key) for each in service.containers],
        "variable_kvs": [],
        "status": "Running",
        "type": "helm" if service.chart_version else "k8s",
    }


def _container(container: Container, path_key: str) -> Json:
    return {
        "name": container.name,
        "type": container.kind,
        "image": container.image,
        "image_name": container.image_name,
        **({path_key: path_view(container.path)} if container.path else {}),
    }


def path_view(path: ImagePath) -> Json:
    """Parts that there are not are left out."""
    return {part: key for part, key in asdict(path).items() if key}


async def list_installed_charts(context: Context) -> Answer:
    """Zadig's internal route for what is installed in an environment. Before 5.0.0 it names the app's version alone."""
    project = needed(context, "projectName")
    if not context.caller.sees(project):
        raise ForbiddenError
    production = context.query("production") == "true"
    environment = find_environment(context, project, context.params["env_key"], production=production)
    newer = context.zadig.rules.version >= "5"
    return json_answer([_installed(each, newer=newer) for each in environment.services if each.chart_version])


def _installed(service: Service, *, newer: bool) -> Json:
    return {
        "releaseName": service.name,
        "serviceName": service.name,
        "revision": 1,
        "chart": service.name,
        **({"chartVersion": service.chart_version} if newer else {}),
        "appVersion": service.chart_version,
        "status": "deployed",
    }


async def list_registries(context: Context) -> Answer:
    """A bare array, for any valid token; which projects a registry is open to is not said."""
    return json_answer([_registry(each) for each in context.zadig.catalog.registries])


def _registry(registry: Registry) -> Json:
    return {
        "registry_id": registry.id,
        "address": registry.address,
        "provider": registry.provider,
        "region": registry.region,
        "namespace": registry.namespace,
        "is_default": registry.is_default,
    }


async def list_chart_repositories(context: Context) -> Answer:
    """Zadig's internal route, the only one there is; passwords are blanked."""
    project = needed(context, "projectName")
    if not context.caller.sees(project):
        raise ForbiddenError
    repositories = context.zadig.catalog.chart_repositories
    return json_answer([_chart_repository(each) for each in repositories if each.is_open_to(project)])


def _chart_repository(repository: ChartRepository) -> Json:
    return {
        "repo_name": repository.name,
        "url": repository.url,
        "username": repository.username,
        "password": "",
        "projects": sorted(repository.projects),
        "update_by": "admin",
    }


def service_text(*, helm: bool, production: bool) -> Handler:
    """A service's manifest or values as plain text, which 4.0.0 added."""

    async def show_text(context: Context) -> Answer:
        project, service_name = needed(context, "projectKey"), context.query("serviceName")
        if not context.caller.sees(project):
            raise ForbiddenError
        environment = find_environment(context, project, context.query("envName"), production=production)
        service = environment.service(service_name)
        if service is None:
            raise PlainError(f"service {service_name} not found: {_NO_DOCUMENT}")
        return text_answer(values(service) if helm else manifest(service, environment.namespace))

    return show_text


async def who_am_i(context: Context) -> Answer:
    """What 5.0.0 added for command lines; the server's own data is for system admins."""
    caller = context.caller
    user = {"uid": caller.account, "name": caller.name, "account": caller.account, "identity_type": "system"}
    server = {
        "edition": "enterprise",
        "license_status": "normal" if context.zadig.license == "valid" else "expired",
        "server_version": context.zadig.rules.version,
    }
    request_id = context.zadig.new_id()
    return json_answer({"user": user, **(server if caller.is_admin else {}), "request_id": request_id})


def _routes(rows: Iterable[tuple[str, Handler]]) -> tuple[Route, ...]:
    return tuple(
        Route(method="GET", pattern=path, operation="catalog", handler=handler) for path, handler in rows
    )


_ENVIRONMENTS = "/openapi/environments"

ROUTES = _routes(
    (
        ("/openapi/projects/project", list_projects),
        ("/openapi/projects/project/detail", show_project),
        (_ENVIRONMENTS, environments(production=False)),
        (f"{_ENVIRONMENTS}/production", environments(production=True)),
        (f"{_ENVIRONMENTS}/:env_key", environment_details(production=False)),
        (f"{_ENVIRONMENTS}/production/:env_key", environment_details(production=True)),
        ("/openapi/system/registry", list_registries),
        ("/api/aslan/system/helm/project", list_chart_repositories),
        ("/api/aslan/environment/environments/:env_key/helm/releases", list_installed_charts),
    )
)

V2_ROUTES = _routes(
    (f"{_ENVIRONMENTS}{sort}/service/{form}", service_text(helm=form == "values", production=bool(sort)))
    for sort in ("", "/production")
    for form in ("yaml", "values")
)

WHO_AM_I = _routes((("/openapi/system/cli/context", who_am_i),))

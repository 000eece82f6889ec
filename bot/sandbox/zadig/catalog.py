"""The projects, environments, services and registries that the local Zadig starts with, and builders for others."""

from collections.abc import Sequence
from dataclasses import replace

from bot.sandbox.zadig.model import (
    Catalog,
    ChartRepository,
    Container,
    DeployType,
    Environment,
    ImagePath,
    Project,
    Registry,
    Service,
)

HOST = "registry.example.com"
"""Every image of the built catalogs comes from `registry.example.com/team`."""

RELEASE_REGISTRY = Registry(
    id="62ce6231e0281143de477e60", address=f"https://{HOST}", namespace="release", is_default=True
)
TEAM_REGISTRY = Registry(id="62ce6231e0281143de477e61", address=f"https://{HOST}", namespace="team")
EXPORT_REGISTRY = Registry(
    id="62ce6231e0281143de477e62",
    address="https://123456789012.dkr.ecr.eu-central-1.amazonaws.com",
    namespace="exports",
    provider="ecr",
    region="eu-central-1",
    projects=frozenset({"shop", "platform"}),
)
REGISTRIES = (RELEASE_REGISTRY, TEAM_REGISTRY, EXPORT_REGISTRY)

CHART_REPOSITORIES = (
    ChartRepository(name="charts", url="https://charts.example.com/release"),
    ChartRepository(
        name="partners", url="https://charts.example.com/partners", projects=frozenset({"platform"})
    ),
)

SHOP_SERVICES = (
    "cart", "catalog", "checkout", "inventory", "payments", "pricing",
    "recommendations", "reviews", "search", "shipping", "users", "web",
)  # fmt: skip
PLATFORM_CHARTS = ("gateway", "identity", "ingest", "observability", "scheduler")

_MAIL_CATCHER = Service(
    name="mail-catcher",
    containers=(Container(name="mail-catcher", image="docker.io/mailhog/mailhog:v1.0.1"),),
)
"""Comes from a registry that is not integrated, as third-party images do."""


def service_names(count: int) -> tuple[str, ...]:
    return tuple(f"service-{number:03}" for number in range(1, count + 1))


def containers(service: str, index: int, tag: str, *, helm: bool = False) -> tuple[Container, ...]:
    """One image named after the service; every fourth service has a proxy beside it, every sixth an init container.

    The proxy is the same everywhere: what it is copied to can be one image for all.

    Every fifth main container is called `server`, because containers and images need not share a name.
    """
    image = f"{HOST}/team/{service}:{tag}"
    main = Container(name="server" if index % 5 == 3 else service, image=image)  # noqa: PLR2004 - see above
    proxy = Container(name="proxy", image=f"{HOST}/team/edge-proxy:2.9.1")
    migrate = Container(name="migrate", image=f"{HOST}/team/{service}-migrations:{tag}", kind="init")
    found = (main, *((proxy,) if index % 4 == 1 else ()), *((migrate,) if index % 6 == 2 else ()))  # noqa: PLR2004
    return tuple(replace(each, path=_path(each.name)) for each in found) if helm else found


def _path(container: str) -> ImagePath:
    return ImagePath(image=f"{container}.image.repository", tag=f"{container}.image.tag")


def environment(
    project: str,
    key: str,
    services: Sequence[str],
    *,
    production: bool = False,
    helm: bool = False,
    tag: str = "",
) -> Environment:
    """All `services` with tags that differ by service and environment."""
    return Environment(
        key=key,
        alias=key.capitalize() if production else "",
        production=production,
        namespace=f"{project}-{key}",
        registry_id=RELEASE_REGISTRY.id,
        services=tuple(
            Service(
                name=name,
                containers=containers(name, index, f"{tag or key}-1.{index}.{len(name)}", helm=helm),
                chart_version=f"1.{index}.0" if helm else "",
            )
            for index, name in enumerate(services)
        ),
    )


def project(
    key: str = "shop",
    *,
    name: str = "",
    deploy_type: DeployType = "k8s",
    services: int | Sequence[str] = SHOP_SERVICES,
    environments: Sequence[str] = ("dev", "staging"),
    production: Sequence[str] = ("prod",),
) -> Project:
    """A project whose environments all run the same services, given by name or by number."""
    names = service_names(services) if isinstance(services, int) else tuple(services)
    helm = deploy_type == "helm"
    return Project(
        key=key,
        name=name or key.capitalize(),
        deploy_type=deploy_type,
        environments=(
            *(environment(key, each, names, helm=helm) for each in environments),
            *(environment(key, each, names, helm=helm, production=True) for each in production),
        ),
        service_order=names,
    )


def catalog(*projects: Project) -> Catalog:
    """These projects with the default registries and chart repositories."""
    return Catalog(projects=projects, registries=REGISTRIES, chart_repositories=CHART_REPOSITORIES)


def default_catalog() -> Catalog:
    """A big K8s project, a Helm project, a small K8s project, and one of machines, for which there are no versions."""
    return catalog(
        _with_mail_catcher(project("shop", name="Web shop")),
        project(
            "platform", name="Platform", deploy_type="helm", services=PLATFORM_CHARTS, environments=("dev",)
        ),
        project(
            "billing", name="Billing", services=("invoices", "ledger", "receipts"), environments=("dev",)
        ),
        project("machines", deploy_type="cloud_host", services=0, environments=("hosts",), production=()),
    )


def _with_mail_catcher(shop: Project) -> Project:
    development, *others = shop.environments
    development = replace(development, services=(*development.services, _MAIL_CATCHER))
    return replace(
        shop,
        description="What customers see",
        environments=(development, *others),
        service_order=(*shop.service_order, _MAIL_CATCHER.name),
    )

"""Packaging charts and pushing them to a chart repository, inside the request that asks for it."""

import re

from bot.sandbox.zadig.answers import PlainError, ProcessDiedError
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.manifests import values_with_targets
from bot.sandbox.zadig.model import HELM_CHART, ChartRepository, Version, VersionService
from bot.sandbox.zadig.watching import multiple_errors

PUSHED = "passed"

_VERSION_OF_CHART = re.compile(r"v?\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_REFUSED = (
    "failed to push chart {chart}, err: 503: could not properly parse response JSON: "
    "upstream connect error\nGET {url}/api/charts: context deadline exceeded"
)


def find_repository(context: Context, version: Version) -> ChartRepository:
    """PlainError for a name that no chart repository has."""
    for repository in context.zadig.catalog.chart_repositories:
        if repository.name == version.chart_repository:
            return repository
    raise PlainError(
        f"failed to query chart-repo info, productName: {version.project}, repoName: {version.chart_repository}"
    )


def unpushed(version: Version) -> list[VersionService]:
    """Charts that are not in the chart repository yet; a K8s version has no charts."""
    if version.kind != HELM_CHART:
        return []
    return [each for each in version.services if each.chart_status != PUSHED]


async def push_charts(context: Context, version: Version) -> None:
    """Pushes what has not been pushed, all at once; PlainError with one line per chart that could not be."""
    repository = find_repository(context, version)
    charts = unpushed(version)
    pace = context.zadig.pace
    await context.zadig.clock.sleep(pace.scaled(pace.chart_seconds) * len(charts))
    errors = [_unready(context, version, each) or _push(context, each, repository) for each in charts]
    if problems := [error for error in errors if error]:
        raise PlainError(multiple_errors(problems))


def _unready(context: Context, version: Version, chart: VersionService) -> str:
    """What keeps the second dialect from packing a chart: where it is looked for, and before 4.2.0 what nobody copied.

    There a missing image path brings the process down, with everything that it watched.
    """
    rules = context.zadig.rules
    if rules.dialect == "v1":
        return ""
    original = context.zadig.find(version.project, version.original) if version.original else None
    if (
        version.source == "from_version"
        and original
        and original.chart_repository != version.chart_repository
    ):
        held = next((each.chart_version for each in original.services if each.name == chart.name), "")
        return (
            "failed to ensure chart files from version, err: failed to download chart "
            f"{version.chart_repository}/{chart.name}-{held}: chart not found"
        )
    if not rules.finds_image_paths and any(image.path is None for image in chart.images):
        raise ProcessDiedError
    chart.yaml_content = values_with_targets(chart.yaml_content, chart.images)
    return "" if rules.copies_chart_names else "validation: chart.metadata.name is required"


def _push(context: Context, chart: VersionService, repository: ChartRepository) -> str:
    """Nothing if it worked, else the reason. Helm takes any version that can be read as a semantic one."""
    if not _VERSION_OF_CHART.fullmatch(chart.chart_version):
        return f'failed to package chart {chart.name}: validation: chart.metadata.version "{chart.chart_version}" is invalid'
    if context.goes_wrong("registry_error"):
        reason = (context.fault.error if context.fault else "") or _REFUSED
        return reason.replace("{chart}", chart.name).replace("{url}", repository.url)
    chart.chart_status = PUSHED
    return ""

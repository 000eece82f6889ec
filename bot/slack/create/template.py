"""Fills the form that creates a version in from one that exists, to make the next one like it or the same once more."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from bot.domain.models import Image, Kind, Status, VersionDetails
from bot.domain.naming import next_chart_version
from bot.domain.record import Particulars
from bot.domain.requests import CreateVersion, chart_version_from
from bot.slack.create.constants import TEMPLATE
from bot.slack.create.defaults import recorded_images
from bot.slack.create.form import CreateForm
from bot.slack.create.lines import as_text, image_name_and_tag
from bot.slack.create.origins import Recorded, Replaced, Template

# What it was made from, where that is unknown.
UNKNOWN = Particulars()


def from_version(
    details: VersionDetails, *, today: date, again: bool = False, made_from: Particulars = UNKNOWN
) -> CreateForm:
    """The form that makes another version like this one, or with `again` the same in its place.

    Where Zadig can make it from the version itself, that is chosen; else the environment that it was made from.
    Tags that are the version's name are left out, so that the new name takes their place; chart versions count up, unless
    it is made `again`. What depends on the environment waits until its services are known (`CreateForm.offering`).
    """
    version = details.version
    images = [
        *(_recorded(image, image.service) for image in details.images),
        *(
            _recorded(image, chart.service or chart.name)
            for chart in details.charts
            for image in chart.images
        ),
    ]
    charts = {chart.service or chart.name: chart.version for chart in details.charts}
    versions = _chart_versions(charts, version.name, today=today, again=again)
    for_all = _only([versions.get(name, "") for name in charts])
    tag = _tag_for_all(version.name, images)
    reusable = details.reusable and version.status is Status.SUCCESS
    return CreateForm(
        project=version.project,
        environment="" if again or not reusable else TEMPLATE,
        kind=version.kind or (Kind.HELM if details.charts else Kind.K8S),
        version_name=version.name if again else "",
        description=version.description,
        labels=as_text(version.labels or ()),
        image_tag=tag,
        chart_version=for_all,
        chart_versions={} if for_all else versions,
        template=Template(
            name=version.name,
            reusable=reusable,
            production=made_from.production or details.production,
            environment=made_from.environment,
            tag=tag,
            registry=_most(image.registry for image in images),
            chart_repository=_most(chart.repository for chart in details.charts),
            services=tuple(dict.fromkeys([*charts, *(image.service for image in images if image.service)])),
            images=tuple(images),
        ),
        replaces=Replaced(id=version.id, name=version.name) if again else None,
    )


def _recorded(image: Image, service: str) -> Recorded:
    return Recorded(
        service=service,
        module=image.module,
        name=image.name or image_name_and_tag(image.reference)[0],
        reference=image.reference,
        registry=image.registry_id,
    )


def _chart_versions(charts: dict[str, str], name: str, *, today: date, again: bool) -> dict[str, str]:
    """The chart versions that are not what the version's name spells, each the next one unless it is made `again`."""
    wanted = {
        service: version if again else next_chart_version(version, today=today)
        for service, version in charts.items()
        if version != chart_version_from(name)
    }
    return {service: version for service, version in wanted.items() if version}


def _tag_for_all(name: str, images: Iterable[Recorded]) -> str:
    """The tag of most images; empty where some have the version's name, because the next ones are to have the next name."""
    tags = [image_name_and_tag(image.reference)[1] for image in images]
    return "" if name in tags else _most(tags)


def _only(values: Iterable[str]) -> str:
    """The value that all have; empty if they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _most(values: Iterable[str]) -> str:
    """The value that more than half of those that have one share; empty if there is none."""
    counted = Counter(value for value in values if value)
    most = counted.most_common(1)
    return most[0][0] if most and 2 * most[0][1] > counted.total() else ""


def gone_from_environment(form: CreateForm) -> tuple[str, ...]:
    """What the template has and the environment has not: `service`, or `service/module` of one that is still there."""
    if form.template is None or form.choices.services is None:
        return ()
    offered = form.offered_services
    found = list(recorded_images(form).values())
    images = [
        f"{one.service}/{one.module}"
        for one in form.template.images
        if one.service in offered and one not in found
    ]
    return (*(name for name in form.template.services if name not in offered), *dict.fromkeys(images))


def new_in_environment(form: CreateForm) -> tuple[str, ...]:
    """Services that run in the environment and are in neither the template nor the form."""
    if form.template is None or not form.template.services:
        return ()
    known = {*form.template.services, *form.chosen_services}
    return tuple(name for name in form.offered_services if name not in known)


def overwritten(form: CreateForm, request: CreateVersion) -> int:
    """How many images would go to the very tags that the template's went to, in whose place they would stand there."""
    registry = next((one for one in form.choices.registries or () if one.id == request.registry), None)
    if registry is None or form.replacing:
        return 0
    recorded = recorded_images(form)
    return sum(
        recorded[key].reference == f"{registry.title}/{image.image_name}:{image.tag}"
        for service in request.services
        for image in service.images
        if image.copied and (key := f"{service.name}/{image.container}") in recorded
    )

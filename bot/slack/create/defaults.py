"""What the form that creates a version proposes where nothing has been decided: from habits, a template, or what Zadig offers.

What does not exist in Zadig any more is never proposed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.domain.choices import Choices
from bot.domain.models import Kind, Registry
from bot.domain.naming import next_chart_version, propose_name
from bot.domain.requests import Field
from bot.slack.create.constants import ALL_IMAGES, TEMPLATE, Scope, images_of
from bot.slack.create.form import CreateForm
from bot.slack.create.lines import image_name_and_tag
from bot.slack.create.origins import Habits, Recorded
from bot.slack.create.scope import leaving, taking


def offering(form: CreateForm, choices: Choices) -> CreateForm:
    """The form with these choices, and with defaults for what has not been decided yet."""
    if form.original and form.reusable:
        choices = replace(choices, services=form.reusable.held)
    return settled(form.changed(choices=choices, revision=form.revision + 1))


def proposing(form: CreateForm, today: date) -> CreateForm:
    """With the next name and chart version, where no other was typed; `today` is the person's, for names that are dates."""
    charts = {name: next_chart_version(one, today=today) for name, one in form.known_charts.items()}
    if charts != form.next_charts:
        return proposing(form.changed(next_charts=charts), today)
    proposed: dict[str, str] = {}
    if form.version_name == form.proposed.get(Field.VERSION_NAME, ""):
        proposed[Field.VERSION_NAME.value] = propose_name(form.choices.names, today=today, taken=form.awaited)
    own = form.chart_version != form.proposed.get(Field.CHART_VERSION, "")
    if form.habits and not form.template and not own:
        proposed[Field.CHART_VERSION.value] = next_chart_version(form.habits.chart_version, today=today)
    if all(getattr(form, field) == value for field, value in proposed.items()):
        return form
    return form.changed(
        **proposed,
        proposed={**form.proposed, **proposed},
        proposed_before=form.proposed,
        proposals=form.proposals + 1,
    )


def settled(form: CreateForm) -> CreateForm:
    """The form with a default for everything that is still open."""
    for settle in (_settle_environment, _settle_registry, _settle_chart_repository, _settle_services):
        form = settle(form)
    return form


def _settle_environment(form: CreateForm) -> CreateForm:
    offered = form.choices.environments
    if form.environment:
        if form.original or (form.environment != TEMPLATE and (offered is None or form.offered_environment)):
            return form
        if form.environment == TEMPLATE:
            return _settle_environment(form.changed(environment=""))
        text = f"This project has no environment {form.environment}."
        return form.changed(environment="", problems={**form.problems, Field.ENVIRONMENT.value: text})
    usual = _first(form.usual_environments, None if offered is None else {one.key for one in offered})
    if usual in ("", form.suggested_environment):
        return form
    production = offered is None and _in_production(form, usual)
    return form.changed(environment=usual, suggested_environment=usual, production=production)


def _in_production(form: CreateForm, environment: str) -> bool:
    """Whether it was a production one when it was used, where Zadig could not be asked."""
    of_template = form.template is not None and form.template.environment == environment
    origin = form.template if of_template else form.habits
    return bool(origin and origin.production)


def _settle_registry(form: CreateForm) -> CreateForm:
    """The template's registry, the last one, the environment's or the default one, unless a user chose another."""
    offered = form.choices.registries or ()
    suggested = _suggested_registry(form, offered)
    known = {registry.id for registry in offered} or {form.registry}
    kept = form.registry != form.suggested_registry and form.registry in known
    return form.changed(registry=form.registry if kept else suggested, suggested_registry=suggested)


def _suggested_registry(form: CreateForm, offered: tuple[Registry, ...]) -> str:
    wishes = [form.template.registry] if form.template else []
    if form.habits and form.habits.environment == form.environment:
        wishes.append(form.habits.registry)
    if not offered:
        return _first(wishes)
    if form.offered_environment:
        wishes.append(form.offered_environment.registry_id)
    wishes += [one.id for one in offered if one.default]
    return _first(wishes, {one.id for one in offered})


def _first(wishes: Iterable[str], offered: Iterable[str] | None = None) -> str:
    """The first wish that is on offer, or the first at all where nothing is offered."""
    return next((one for one in wishes if one and (offered is None or one in offered)), "")


def _settle_chart_repository(form: CreateForm) -> CreateForm:
    if form.kind is not Kind.HELM:
        return form
    wishes = [
        form.chart_repository,
        form.template.chart_repository if form.template else "",
        form.habits.chart_repository if form.habits else "",
    ]
    offered = form.choices.chart_repositories or ()
    only = offered[0] if len(offered) == 1 else ""
    return form.changed(chart_repository=_first([*wishes, only], offered or None))


def _settle_services(form: CreateForm) -> CreateForm:
    if form.choices.services is None:
        return _as_lines(form)
    if form.services is None and form.template:
        form = form.changed(image_tags={**_template_tags(form), **form.image_tags})
    form = _with_services(form)
    return leaving(form, _not_copied(form) if form.not_copied is None else form.not_copied)


def _with_services(form: CreateForm) -> CreateForm:
    """What was chosen, as far as it is there; else what the template has, or all."""
    everything = tuple(form.offered_services)
    if form.services is None:
        return taking(form, _wanted(form, everything) or everything)
    kept = tuple(name for name in form.services if name in form.offered_services)
    if form.tickable:
        return form.changed(services=kept or everything)
    if form.wanted_scope in (Scope.ALL, Scope.ONLY):
        return form.changed(services=kept, scope=form.wanted_scope)
    return taking(form, kept or everything)


def _wanted(form: CreateForm, everything: tuple[str, ...]) -> tuple[str, ...]:
    """What the template has. What was left out last time is offered, and not left out unasked."""
    if form.template and form.template.services:
        # Zadig's details list images: a K8s service without any cannot be seen in them.
        invisible = {
            name
            for name, one in form.offered_services.items()
            if form.kind is Kind.K8S and not one.containers
        }
        return tuple(name for name in everything if name in form.template.services or name in invisible)
    return everything


def _not_copied(form: CreateForm) -> tuple[str, ...]:
    """Those that Zadig cannot copy, and those of the template that stayed; of Helm all, unless this Zadig copies them."""
    if form.kind is Kind.HELM and not _copies_helm_images(form):
        return (ALL_IMAGES,)
    foreign, stayed = foreign_images(form), _template_stayed(form)
    copied = frozenset(form.habits.copied if form.habits else ())
    return tuple(
        key
        for key in images_of(form.offered_services)
        if key in stayed or (key in foreign and key not in copied)
    )


def _copies_helm_images(form: CreateForm) -> bool:
    """Where that is unknown, a version that was made with copies has shown it."""
    known, habits = form.choices.copies_helm_images, form.habits
    if known is None:
        return bool(habits and habits.kind is Kind.HELM and ALL_IMAGES not in habits.not_copied)
    return known


def foreign_images(form: CreateForm) -> frozenset[str]:
    """Images from registries that Zadig does not integrate: it refuses versions that copy them."""
    registries = form.choices.registries
    if not registries:
        return frozenset()
    images = images_of(form.offered_services)
    return frozenset(
        key for key, image in images.items() if not any(one.holds(image.image) for one in registries)
    )


def habits_of(form: CreateForm) -> Habits:
    """What is to be remembered of a form that was sent: of its environment what was, if it used none."""
    habits = form.habits or Habits()
    not_copied = form.not_copied or ()
    foreign = frozenset() if form.kind is Kind.HELM else foreign_images(form) - set(not_copied)
    return Habits(
        name=form.version_name,
        kind=form.kind,
        environment=habits.environment if form.original else form.environment,
        production=habits.production if form.original else form.in_production,
        registry=form.registry,
        chart_repository=form.chart_repository,
        left_out=tuple(name for name in form.offered_services if name not in form.chosen_services),
        not_copied=not_copied,
        copied=tuple(sorted(foreign)),
        chart_version=form.chart_version if form.kind is Kind.HELM else "",
    )


def recorded_images(form: CreateForm) -> dict[str, Recorded]:
    """What the template recorded of the images that run in the environment, by `service/container`."""
    if form.template is None:
        return {}
    by_module = {(one.service, one.module): one for one in form.template.images}
    by_name = {(one.service, one.name): one for one in form.template.images}
    found = {
        f"{service.name}/{container.name}": by_module.get((service.name, container.name))
        or by_name.get((service.name, container.image_name or container.name))
        for service in form.offered_services.values()
        for container in service.containers
    }
    return {key: one for key, one in found.items() if one}


def _template_tags(form: CreateForm) -> dict[str, str]:
    """The tags that are neither the template's name nor the one that most of its images have."""
    stayed, usual = _template_stayed(form), _usual_tags(form)
    tags = {
        key: image_name_and_tag(one.reference)[1]
        for key, one in recorded_images(form).items()
        if key not in stayed
    }
    return {key: tag for key, tag in tags.items() if tag not in usual}


def _usual_tags(form: CreateForm) -> frozenset[str]:
    return frozenset({"", form.template.tag or form.template.name} if form.template else ())


def _template_stayed(form: CreateForm) -> frozenset[str]:
    """Images of a K8s template that were not copied: what it recorded lies in no registry, or not in the version's."""
    if form.kind is Kind.HELM:
        return frozenset()
    return frozenset(key for key, one in recorded_images(form).items() if not _went(form, one))


def _went(form: CreateForm, recorded: Recorded) -> bool:
    """Whether an image went to its version's registry, as far as is known."""
    registry = next((one for one in form.choices.registries or () if one.id == recorded.registry), None)
    return bool(recorded.registry) and (registry is None or registry.holds(recorded.reference))


def _as_lines(form: CreateForm) -> CreateForm:
    """What the template has as text, where it is unknown what the environment runs."""
    if form.template is None or form.service_lines or not form.environment:
        return form
    helm = form.kind is Kind.HELM
    images = [_line(form, one) for one in form.template.images if one.service and one.module and one.name]
    bare = set(form.template.services) - {one.service for one in form.template.images}
    services = [
        f"{name} {form.chart_versions.get(name, '')}".strip()
        for name in form.template.services
        if helm or name in bare
    ]
    return form.changed(service_lines="\n".join([*services, *images]))


def _line(form: CreateForm, recorded: Recorded) -> str:
    tag = image_name_and_tag(recorded.reference)[1]
    image = recorded.name if tag in _usual_tags(form) else f"{recorded.name}:{tag}"
    helm_stays = form.kind is Kind.HELM and not form.choices.copies_helm_images
    stays = helm_stays or not _went(form, recorded)
    return f"{recorded.service}/{recorded.module} {image}{' nocopy' if stays else ''}"

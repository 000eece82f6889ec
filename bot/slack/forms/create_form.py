"""The content of the form that creates a version: what it offers, what was typed, and what is wrong with it."""

from collections.abc import Iterable
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from bot.domain.models import Choices, Container, Environment, Kind, Project, Registry, Service
from bot.domain.requests import Field, FieldError
from bot.slack.forms.create_layout import arranged
from bot.slack.forms.create_terms import ALL_IMAGES, Stage, images_of
from bot.slack.forms.state import tickable


class CreateForm(BaseModel):
    """A draft's content. None among `projects` and `choices` means that Zadig could not be asked: people type instead.

    `revision` counts up whenever a redraw must bring new initial values of what is chosen, `attempt` whenever the whole
    form is given back. `services` and `not_copied` are None until
    somebody or a default has decided; `service_lines` is what was typed where the services could not be read, `images`
    holds the exceptions that have no input of their own. Keys of images are `service/container`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = 0
    attempt: int = 0
    projects: tuple[Project, ...] | None = None
    choices: Choices = Choices()
    kind: Kind | None = None

    project: str = ""
    environment: str = ""
    production: bool = False
    version_name: str = ""
    description: str = ""
    labels: str = ""
    registry: str = ""
    suggested_registry: str = ""
    chart_repository: str = ""
    services: tuple[str, ...] | None = None
    service_lines: str = ""
    image_tag: str = ""
    image_tags: dict[str, str] = {}
    images: str = ""
    not_copied: tuple[str, ...] | None = None
    chart_version: str = ""
    chart_versions: dict[str, str] = {}

    problems: dict[str, str] = {}
    notes: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage:
        if not self.project:
            return Stage.PROJECT
        return Stage.COMPLETE if self.environment else Stage.ENVIRONMENT

    @property
    def missing(self) -> Field | None:
        """What Zadig has none of, so that the form cannot go on: projects, environments or services."""
        if self.projects is not None and not self.usable_projects:
            return Field.PROJECT
        if self.stage is not Stage.PROJECT and self.choices.environments == ():
            return Field.ENVIRONMENT
        if self.stage is Stage.COMPLETE and self.choices.services is not None and not self.offered_services:
            return Field.SERVICES
        return None

    @property
    def ready(self) -> bool:
        """Whether the form, as it is drawn, asks for everything a version needs."""
        return self.stage is Stage.COMPLETE and self.missing is None

    @cached_property
    def usable_projects(self) -> tuple[Project, ...]:
        """The projects that can have versions."""
        return tuple(project for project in self.projects or () if project.kind and project.key)

    @property
    def offered_environment(self) -> Environment | None:
        """The chosen environment, if Zadig offered it."""
        offered = self.choices.environments or ()
        return next((one for one in offered if one.key == self.environment), None)

    @property
    def in_production(self) -> bool:
        """Whether the chosen environment is a production one; what was ticked where Zadig could not be asked."""
        environment = self.offered_environment
        return environment.production if environment else self.production

    @cached_property
    def offered_services(self) -> dict[str, Service]:
        """The services that run in the chosen environment, by name."""
        return {service.name: service for service in self.choices.services or () if service.name}

    @property
    def chosen_services(self) -> dict[str, Service]:
        """The services that the version will have; where there are too many to tick, none chosen means all."""
        if not self.services and not tickable(self.offered_services):
            return self.offered_services
        chosen = frozenset(self.services or ())
        return {name: service for name, service in self.offered_services.items() if name in chosen}

    @property
    def chosen_images(self) -> dict[str, Container]:
        """The containers of the chosen services by `service/container`."""
        return images_of(self.chosen_services)

    def offering_projects(self, projects: Iterable[Project] | None) -> "CreateForm":
        """The form with these projects on offer; a project that cannot be used is let go, with the reason under it."""
        form = self.changed(projects=None if projects is None else tuple(projects))
        chosen = next((one for one in form.projects or () if one.key == form.project), None)
        if form.projects is None or not form.project or (chosen and chosen.kind):
            return form.changed(kind=chosen.kind if chosen else form.kind)
        why = (
            "cannot have versions: only K8s YAML and Helm projects can" if chosen else "is not known to Zadig"
        )
        problems = {**form.problems, Field.PROJECT.value: f"The project {form.project} {why}."}
        return form.changed(project="", problems=problems)

    def offering(self, choices: Choices) -> "CreateForm":
        """The form with these choices, and with defaults for what nobody has decided yet."""
        form = self.changed(choices=choices, revision=self.revision + 1)
        for settle in (_settle_environment, _settle_registry, _settle_chart_repository, _settle_services):
            form = settle(form)
        return arranged(form)

    def rejected(self, problems: Iterable[FieldError], notes: Iterable[str] = ()) -> "CreateForm":
        """The form given back: everything typed is kept, the reasons stand under the fields."""
        texts: dict[str, str] = {}
        for problem in problems:
            texts[problem.field] = " ".join(filter(None, (texts.get(problem.field), problem.text)))
        return self.changed(problems=texts, notes=tuple(notes), attempt=self.attempt + 1)

    def changed(self, **changes: object) -> "CreateForm":
        """A copy; unlike `model_copy` it forgets what was computed from the old values."""
        return CreateForm(**{**{name: getattr(self, name) for name in CreateForm.model_fields}, **changes})


def _settle_environment(form: CreateForm) -> CreateForm:
    if not form.environment or form.choices.environments is None or form.offered_environment:
        return form
    text = f"The environment {form.environment} is not in this project."
    problems = {**form.problems, Field.ENVIRONMENT.value: text}
    return form.changed(environment="", problems=problems)


def _settle_registry(form: CreateForm) -> CreateForm:
    """The environment's registry, else the default one, unless somebody chose another."""
    suggested = _suggested_registry(form)
    offered = {registry.id for registry in form.choices.registries or ()} or {form.registry}
    kept = form.registry != form.suggested_registry and form.registry in offered
    registry = form.registry if kept else suggested
    return form.changed(registry=registry, suggested_registry=suggested)


def _suggested_registry(form: CreateForm) -> str:
    offered: tuple[Registry, ...] = form.choices.registries or ()
    environment = form.offered_environment
    if environment and any(one.id == environment.registry_id for one in offered):
        return environment.registry_id
    return next((one.id for one in offered if one.default), "")


def _settle_chart_repository(form: CreateForm) -> CreateForm:
    offered = form.choices.chart_repositories or ()
    if not offered or form.chart_repository in offered:
        return form
    return form.changed(chart_repository=offered[0] if len(offered) == 1 else "")


def _settle_services(form: CreateForm) -> CreateForm:
    """All services as far as they can be ticked; for Helm no image is copied unless somebody decides otherwise."""
    if form.choices.services is None:
        return form
    everything = tuple(form.offered_services)
    kept = tuple(name for name in form.services or () if name in form.offered_services)
    services = kept or (everything if tickable(everything) else ())
    not_copied = form.not_copied
    if not_copied is None:
        not_copied = (ALL_IMAGES,) if form.kind is Kind.HELM else _foreign_images(form)
    return form.changed(services=services, not_copied=not_copied)


def _foreign_images(form: CreateForm) -> tuple[str, ...]:
    """Images from registries that Zadig does not integrate: it refuses versions that copy them."""
    registries = form.choices.registries
    if not registries:
        return ()
    images = images_of(form.offered_services)
    return tuple(
        key for key, image in images.items() if not any(one.holds(image.image) for one in registries)
    )

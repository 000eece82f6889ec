"""The content of the form that creates a version: what it offers, what was typed, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from bot.domain.choices import Choices
from bot.domain.errors import NoVersions
from bot.domain.models import Container, Environment, Kind, Project, Service
from bot.domain.requests import Field, FieldError
from bot.slack.create.constants import TEMPLATE, Scope, Stage, images_of
from bot.slack.create.origins import Earlier, Habits, Pending, Replaced, Tagging, Template
from bot.slack.forms.state import tickable


class CreateForm(BaseModel):
    """A draft's content. None among `projects` and `choices` means that Zadig could not be asked: people type instead.

    `revision` counts up whenever a redraw must bring new initial values of what is chosen, `proposals` whenever it must
    bring a new proposal, `attempt` whenever the whole form is given back. `services` and `not_copied` are None until
    a user or a default has decided; `scope` counts where there are too many services to tick, and `kept_services` and
    `kept_images` are chosen ones that are too many to be shown one by one. `service_lines` is what was typed where the
    services could not be read. Keys of images are `service/container`. `suggested_…` is what the form chose itself, `proposed` what it typed itself, by field.
    `production_by` are those who may use production environments, if this person may not. `touched` says that a user has typed or chosen something. `awaited` are names of the project of which it is not known yet whether Zadig took them. `refused`: it was sent, and nothing was created;
    `deleted` is the failed version that was deleted to make room. `raw` is what the other side said when it refused, for
    operators.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = 0
    proposals: int = 0
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
    chart_repository: str = ""
    services: tuple[str, ...] | None = None
    scope: Scope | None = None
    kept_services: tuple[str, ...] = ()
    service_lines: str = ""
    image_tag: str = ""
    image_tags: dict[str, str] = {}
    not_copied: tuple[str, ...] | None = None
    kept_images: tuple[str, ...] = ()
    chart_version: str = ""
    chart_versions: dict[str, str] = {}
    next_charts: dict[str, str] = {}

    production_by: tuple[str, ...] = ()
    suggested_environment: str = ""
    suggested_registry: str = ""
    suggested_project: str = ""
    proposed: dict[str, str] = {}
    proposed_before: dict[str, str] = {}
    habits: Habits | None = None
    template: Template | None = None
    replaces: Replaced | None = None
    earlier: Earlier | None = None
    pending: tuple[Pending, ...] = ()
    awaited: tuple[str, ...] = ()
    tagging: Tagging | None = None
    touched: bool = False

    refused: bool = False
    deleted: str = ""
    problems: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    raw: str = ""

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
        if self.stage is not Stage.PROJECT and self.choices.environments == () and not self.reusable:
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
    def reusable(self) -> Template | None:
        """The version that the form was filled in from, if its images can be taken in place of an environment's.

        What comes from production is for those who may use that, however many versions lie in between.
        """
        one = self.template
        if one is None or not one.reusable or not one.held:
            return None
        if self.replaces and self.replaces.name == one.name:
            return None  # it goes before anything could be made from it
        return None if one.production and self.production_by else one

    @property
    def original(self) -> str:
        """The name of the version whose images were chosen in place of an environment's."""
        return self.reusable.name if self.reusable and self.environment == TEMPLATE else ""

    @property
    def wanted_environment(self) -> str:
        """The environment whose services the form will need: the chosen one, else the first of the usual ones."""
        if self.original:
            return ""
        return self.environment or next(iter(self.usual_environments), "")

    @property
    def usual_environments(self) -> tuple[str, ...]:
        """What is chosen where nothing was chosen: the environment that the template was made from, else the one used last."""
        made_from = self.template.environment if self.template else ""
        last = self.habits.environment if self.habits else ""
        return tuple(one for one in (made_from, last) if one)

    @property
    def in_production(self) -> bool:
        """Whether the chosen environment is a production one; what was ticked where Zadig could not be asked."""
        if self.original and self.template:
            return self.template.production
        environment = self.offered_environment
        return environment.production if environment else self.production

    @property
    def replacing(self) -> Replaced | None:
        """The failed version that is deleted first. Under another name it can stay."""
        return self.replaces if self.replaces and self.replaces.name == self.version_name else None

    @cached_property
    def offered_services(self) -> dict[str, Service]:
        """The services that run in the chosen environment, by name."""
        return {service.name: service for service in self.choices.services or () if service.name}

    @property
    def known_charts(self) -> dict[str, str]:
        """The versions of the charts that run, by service; of the newest version's where those are unknown."""
        if self.kind is not Kind.HELM:
            return {}
        made = dict(self.choices.made_charts)
        found = {name: one.chart_version or made.get(name, "") for name, one in self.offered_services.items()}
        return {name: version for name, version in found.items() if version}

    @property
    def tickable(self) -> bool:
        """Whether a select can show all services as chosen."""
        return tickable(self.offered_services)

    @property
    def wanted_scope(self) -> Scope:
        """Which of the services are meant where they cannot be ticked; drafts of older releases do not say it."""
        return self.scope or (Scope.ONLY if self.services else Scope.ALL)

    @property
    def chosen_services(self) -> dict[str, Service]:
        """The services that the version will have."""
        if self.wanted_scope is Scope.ALL and not self.tickable:
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
        if form.project == form.suggested_project:
            return form.changed(project="")
        why = str(NoVersions(form.project)) if chosen else f"There is no project {form.project} in Zadig."
        problems = {**form.problems, Field.PROJECT.value: why}
        return form.changed(project="", problems=problems)

    def accustomed(self, habits: Habits | None) -> "CreateForm":
        """The form with what was used last for its project; the kind too, where nothing else says it."""
        return self.changed(habits=habits, kind=self.kind or (habits.kind if habits else None))

    def instead_of(self, version_id: str, name: str) -> "CreateForm":
        """The form that makes the same version in place of one that has failed; its name is no proposal any more."""
        proposed = {field: text for field, text in self.proposed.items() if field != Field.VERSION_NAME}
        return self.changed(replaces=Replaced(id=version_id, name=name), proposed=proposed)

    def without_replaced(self) -> "CreateForm":
        """The form once the version that it replaces is deleted: the name is free."""
        gone = self.replaces.name if self.replaces else ""
        names = tuple(name for name in self.choices.names if name != gone)
        return self.changed(replaces=None, deleted=gone, choices=replace(self.choices, names=names))

    def rejected(
        self, problems: Iterable[FieldError], notes: Iterable[str] = (), raw: str = ""
    ) -> "CreateForm":
        """The form given back: everything typed is kept, the reasons stand under the fields."""
        texts: dict[str, str] = {}
        for problem in problems:
            texts[problem.field] = " ".join(filter(None, (texts.get(problem.field), problem.text)))
        return self.changed(
            problems=texts, notes=tuple(notes), raw=raw, refused=True, attempt=self.attempt + 1
        )

    def changed(self, **changes: object) -> "CreateForm":
        """A copy; unlike `model_copy` it forgets what was computed from the old values."""
        return CreateForm(**{**{name: getattr(self, name) for name in CreateForm.model_fields}, **changes})

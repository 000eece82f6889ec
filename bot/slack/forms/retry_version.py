"""Reads the modal that retries a version: for K8s, which environment Zadig may look up."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from bot.domain.models import Environment, Kind
from bot.domain.record import Particulars
from bot.domain.requests import Field, FieldError, RetryVersion
from bot.slack.forms.state import OPTION_VALUE, Values, errors_by_block, named, typed


class RetryForm(BaseModel):
    """A draft's content. `environments` None means that Zadig could not be asked: people type the environment's key.

    The bot chooses the environment, `made_from` being the one that the version was made from, if it is known; with `asks`
    the person chooses. `reason` is why the version failed, as far as Zadig recorded it, `meaning` what that means. `by_id`: no environment is needed, see `RetryVersion`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = 0
    project: str
    version_name: str
    version_id: str
    kind: Kind
    by_id: bool = False
    reason: str = ""
    meaning: str = ""
    environments: tuple[Environment, ...] | None = None
    environment: str = ""
    production: bool = False
    made_from: str = ""
    asks: bool = False
    problems: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    raw: str = ""
    refused: bool = False

    @property
    def needs_environment(self) -> bool:
        """Whether Zadig looks one up: for K8s, unless it goes by the id. Of Helm it has stored the arguments."""
        return self.kind is Kind.K8S and not self.by_id

    @property
    def missing(self) -> bool:
        """Whether the project has no environment, and Zadig cannot retry without."""
        return self.needs_environment and self.environments == ()

    @property
    def chosen_by_the_bot(self) -> bool:
        """Whether the form says which environment is named, instead of asking for one."""
        return self.needs_environment and not self.missing and not self.asks

    @property
    def in_production(self) -> bool:
        """Whether the chosen environment is a production one; what was ticked where Zadig could not be asked."""
        chosen = next((one for one in self.environments or () if one.key == self.environment), None)
        return chosen.production if chosen else self.production

    def rejected(
        self, problems: Iterable[FieldError], notes: Iterable[str] = (), raw: str = ""
    ) -> "RetryForm":
        """The form given back with the reasons; what was chosen is kept."""
        texts = {problem.field: problem.text for problem in problems}
        return self.model_copy(
            update={
                "problems": texts,
                "notes": tuple(notes),
                "raw": raw,
                "refused": True,
                "asks": self.asks or Field.ENVIRONMENT in texts,
                "revision": self.revision + 1,
            }
        )


def choosing(form: RetryForm, made_from: Particulars) -> RetryForm:
    """The form with an environment: the one that the version was made from, else a test one, and no other unasked.

    Zadig takes any that exists. Where there is none of these, or none is known, the person is asked.
    """
    if not form.needs_environment:
        return form
    offered = form.environments
    known = made_from.environment if offered is None else ""
    tests = [one.key for one in offered or () if not one.production]
    same = [one.key for one in offered or () if one.key == made_from.environment]
    environment = next(iter([*same, *tests]), known)
    update = {
        "environment": environment,
        "production": bool(known) and made_from.production,
        "made_from": made_from.environment,
        "asks": not environment,
    }
    return form.model_copy(update=update)


def inputs(form: RetryForm) -> tuple[str, ...]:
    """The block ids of the inputs that the form shows."""
    if not form.needs_environment or form.missing or form.chosen_by_the_bot:
        return ()
    return (Field.ENVIRONMENT,) if form.environments is not None else (Field.ENVIRONMENT, Field.PRODUCTION)


def read_state(form: RetryForm, values: Values) -> RetryForm:
    """The form with what `view.state.values` says; blocks that are not in it keep their former value."""
    answers = typed(values)
    changes: dict[str, object] = {}
    environment = answers.get(Field.ENVIRONMENT)
    if isinstance(environment, str):
        offered = (one.key for one in form.environments or ())
        changes["environment"] = named([environment.strip()], offered, OPTION_VALUE)[0]
    if Field.PRODUCTION in answers:
        changes["production"] = bool(answers[Field.PRODUCTION])
    return form.model_copy(update={**changes, "problems": {}})


def read_request(form: RetryForm) -> tuple[RetryVersion, tuple[FieldError, ...]]:
    """The request, and everything that is wrong with it; it may be sent only if nothing is."""
    request = RetryVersion(
        project=form.project,
        version_name=form.version_name,
        version_id=form.version_id,
        kind=form.kind,
        environment=form.environment if form.needs_environment else "",
        production=form.needs_environment and form.in_production,
        by_id=form.by_id,
    )
    return request, request.check()


def block_errors(form: RetryForm, problems: Iterable[FieldError]) -> dict[str, str]:
    """Texts by block id of inputs that are on screen; nothing where there is none: then draw the form again."""
    return errors_by_block(inputs(form), problems, _NEAREST)


_NEAREST: Mapping[str, tuple[str, ...]] = MappingProxyType({Field.PRODUCTION: (Field.ENVIRONMENT,)})

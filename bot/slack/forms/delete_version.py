"""Reads the modal that deletes a version: it has nothing to fill in, only something to confirm."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from bot.domain.models import Status
from bot.domain.requests import DeleteVersion, FieldError


class DeleteForm(BaseModel):
    """A draft's content: the version as it was when a user asked to delete it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    version_name: str
    version_id: str
    status: Status = Status.UNKNOWN
    problems: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    raw: str = ""

    def rejected(
        self, problems: Iterable[FieldError], notes: Iterable[str] = (), raw: str = ""
    ) -> "DeleteForm":
        """The form given back with the reasons."""
        texts = {problem.field: problem.text for problem in problems}
        return self.model_copy(update={"problems": texts, "notes": tuple(notes), "raw": raw})


def read_request(form: DeleteForm) -> tuple[DeleteVersion, tuple[FieldError, ...]]:
    """The request, and what is wrong with it. There is no input to put that under: draw the form again."""
    request = DeleteVersion(project=form.project, version_name=form.version_name, version_id=form.version_id)
    return request, request.check()

"""What the form that creates a version can start from: habits, another version, or a failed one that it replaces."""

from pydantic import BaseModel, ConfigDict

from bot.domain.models import Container, Kind, Service


class _Origin(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Habits(_Origin):
    """What a user or a channel used last for a project, for the version of this `name`.

    What was left out or not copied then is offered and never done again unasked: it was one person's decision about one
    version. Images in `copied` were copied although the form proposed not to; keys are `service/container`. `production`
    counts only where Zadig could not be asked.
    """

    name: str = ""
    kind: Kind | None = None
    environment: str = ""
    production: bool = False
    registry: str = ""
    chart_repository: str = ""
    left_out: tuple[str, ...] = ()
    not_copied: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    chart_version: str = ""


class Recorded(_Origin):
    """An image of a version. `module` is the container, or before Zadig 3.4.1 the image's name."""

    service: str
    module: str
    name: str
    reference: str
    registry: str = ""


class Template(_Origin):
    """The version that the form was filled in from: what has to wait until the environment's services are known.

    `tag` is the one that most images have, unless that is the version's name. `reusable`: Zadig can make another version
    from it, whatever environments run now, and everything in it has arrived; `production`: it was itself made from a production one.
    `environment` is the one that it was made from, empty if that is unknown.
    """

    name: str
    reusable: bool = False
    production: bool = False
    environment: str = ""
    tag: str = ""
    registry: str = ""
    chart_repository: str = ""
    services: tuple[str, ...] = ()
    images: tuple[Recorded, ...] = ()

    @property
    def held(self) -> tuple[Service, ...]:
        """What it holds, as if that ran in an environment."""
        containers: dict[str, list[Container]] = {name: [] for name in self.services}
        for one in self.images:
            container = Container(name=one.module, image=one.reference, image_name=one.name)
            containers.setdefault(one.service, []).append(container)
        return tuple(
            Service(name=name, containers=tuple(found)) for name, found in containers.items() if name
        )


class Replaced(_Origin):
    """The failed version that is deleted before the new one is created."""

    id: str
    name: str


class Earlier(_Origin):
    """Another form of the same person that was never sent: its draft, what it makes, and how many seconds ago that was."""

    draft: str
    what: str
    seconds: int


class Pending(_Origin):
    """A form that was sent `seconds` ago, and of which it is not known yet whether Zadig took it.

    The person hears what came of it by `told_by` (unix seconds).
    """

    what: str
    seconds: int
    told_by: int


class Tagging(_Origin):
    """What is typed into the view over the form, image by image; it counts once that view is submitted.

    `lines` holds the texts instead, while it is edited as text; `revision` counts how often that has been switched.
    """

    revision: int = 0

    image_tags: dict[str, str] = {}
    chart_versions: dict[str, str] = {}
    not_copied: tuple[str, ...] = ()
    lines: tuple[str, ...] | None = None

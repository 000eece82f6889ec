"""What the parts of the form that creates a version have in common: its stages, and how it names images."""

from enum import StrEnum

from bot.domain.models import Container, Service

# Asked only when the projects could not be read, because then nothing else says which kind a project has.
KIND = "kind"
# Among the images that are not copied: all of them.
ALL_IMAGES = "*"
# Among the environments: the version that the form was filled in from, as it is. No environment's key has such a character.
TEMPLATE = "*template"


class Stage(StrEnum):
    """How far the form has come: what it asks next depends on the project and then on the environment."""

    PROJECT = "project"
    ENVIRONMENT = "environment"
    COMPLETE = "complete"


def images_of(services: dict[str, Service]) -> dict[str, Container]:
    """The containers of services by `service/container`."""
    return {
        f"{name}/{container.name}": container
        for name, service in services.items()
        for container in service.containers
        if container.name
    }

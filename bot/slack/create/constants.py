"""What the parts of the form that creates a version have in common: its stages, and how it names images."""

from enum import StrEnum

from bot.domain.models import Container, Service
from bot.domain.requests import Field

# Asked only when the projects could not be read, because then nothing else says which kind a project has.
KIND = "kind"
# Among the images that are not copied: all of them.
ALL_IMAGES = "*"
# Among the images that are not copied: as many as no select can show as chosen, all in one.
KEPT_IMAGES = "*kept"
# Asked only where there are more services than can be ticked one by one.
SCOPE = "services_scope"
# Among the environments: the version that the form was filled in from, as it is. No environment's key has such a character.
TEMPLATE = "*template"


class Stage(StrEnum):
    """How far the form has come: what it asks next depends on the project and then on the environment."""

    PROJECT = "project"
    ENVIRONMENT = "environment"
    COMPLETE = "complete"


class Scope(StrEnum):
    """Which of many services a version takes, where they cannot all stand in a select.

    `KEPT` are those that a template has, where they, and those that it has not, are too many for that too.
    """

    ALL = "all"
    ONLY = "only"
    EXCEPT = "except"
    KEPT = "kept"


def images_of(services: dict[str, Service]) -> dict[str, Container]:
    """The containers of services by `service/container`."""
    return {
        f"{name}/{container.name}": container
        for name, service in services.items()
        for container in service.containers
        if container.name
    }


# Texts for which the form has proposals.
PROPOSED = (Field.VERSION_NAME, Field.CHART_VERSION)

"""What the form that creates a version can offer, as far as Zadig and the store say."""

from dataclasses import dataclass

from bot.domain.models import Environment, Registry, Service, VersionReference

# How many of a project's newest names are known.
NAMES = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What a form can offer for one environment; an empty `registries` or None means: let them type it.

    `names` are those of the project's newest versions, newest first; empty also if that is unknown.
    `copies_helm_images`: whether this Zadig copies the images of Helm versions, None if that is unknown.
    `newest` is the newest version that succeeded, of Helm; `made_charts` are its chart versions by service, for where
    those that run are unknown.
    `as_of` (unix seconds) is when the oldest of it was read, if that is so long ago that people should be told.
    """

    environments: tuple[Environment, ...] | None = None
    services: tuple[Service, ...] | None = None
    registries: tuple[Registry, ...] | None = None
    chart_repositories: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    copies_helm_images: bool | None = None
    newest: VersionReference | None = None
    made_charts: tuple[tuple[str, str], ...] = ()
    as_of: int | None = None

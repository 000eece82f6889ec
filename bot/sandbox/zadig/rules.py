"""What differs between Zadig's versions, one named property a difference."""

from typing import Literal, Self

Dialect = Literal["v1", "v2"]

LATEST: dict[str, str] = {"v1": "3.4.1", "v2": "5.0.0"}
"""The version that a dialect stands for when none is named."""

_PARTS = 3


class Rules:
    """The behaviour of one server version, `major.minor.patch`."""

    def __init__(self, version: str) -> None:
        parts = tuple(int(part) for part in version.split("."))
        if len(parts) != _PARTS:
            raise ValueError(f"a server version looks like 3.4.1, not {version!r}")
        self.version = version
        self._parts = parts

    @classmethod
    def of_dialect(cls, dialect: Dialect) -> Self:
        return cls(LATEST[dialect])

    def _since(self, *first: int) -> bool:
        return self._parts >= first

    @property
    def dialect(self) -> Dialect:
        return "v2" if self._since(4, 0, 0) else "v1"

    @property
    def has_versions(self) -> bool:
        """Before 2.3.1 there was no OpenAPI for versions at all."""
        return self._since(2, 3, 1)

    @property
    def images_can_be_left_out(self) -> bool:
        """`disable_image_dist` is known, and charts are recorded before anybody knows how their images fare."""
        return self._since(3, 1, 0)

    @property
    def registry_is_optional(self) -> bool:
        return self._since(3, 1, 0)

    @property
    def checks_source_registry(self) -> bool:
        """The registry that an image comes from has to be integrated; this also broke images of Helm versions."""
        return self._since(3, 1, 0)

    @property
    def labels_yaml_services(self) -> bool:
        return self._since(3, 2, 0)

    @property
    def counts_rollbacks(self) -> bool:
        return self._since(3, 3, 0)

    @property
    def says_already_exist(self) -> bool:
        return self._since(3, 1, 0)

    @property
    def nothing_to_copy_is_success(self) -> bool:
        """A version without a workflow task succeeds; before 3.1.0 the missing task was an error."""
        return self._since(3, 1, 0)

    @property
    def module_is_container(self) -> bool:
        """`service_module` is the container's name, and unique by it; before 3.4.1 it was the image's name."""
        return self._since(3, 4, 1)

    @property
    def elastic_registry_has_no_namespace(self) -> bool:
        return self._since(3, 4, 1)

    @property
    def has_job_logs(self) -> bool:
        return self._since(3, 4, 0)

    @property
    def image_path_key(self) -> str:
        """What an environment's details call the places of an image in a chart's values."""
        return "image_path" if self._since(4, 0, 0) else "imagePath"

    @property
    def workflow_names_are_sanitised(self) -> bool:
        """4.0.0 put the raw version name into the workflow's name, which allows no dots."""
        return self._since(4, 1, 0)

    @property
    def names_missing_registry(self) -> bool:
        """An unknown registry is said so instead of crashing the request."""
        return self._since(4, 1, 0)

    @property
    def resolves_sources(self) -> bool:
        """The server finds source images itself, from the environment or the original version."""
        return self._since(4, 2, 0)

    @property
    def copies_chart_names(self) -> bool:
        return self._since(4, 2, 0)

    @property
    def finds_image_paths(self) -> bool:
        """Before 4.2.0 a chart's image without `image_path` brought the whole server down."""
        return self._since(4, 2, 0)

    @property
    def has_collaborations(self) -> bool:
        return self._since(4, 2, 0)

    @property
    def renders_manifests(self) -> bool:
        """Manifests and values come from the server; before 4.2.1 from the client, whatever it sent."""
        return self._since(4, 2, 1)

    @property
    def lists_pods(self) -> bool:
        return self._since(4, 3, 0)

    @property
    def keeps_other_documents(self) -> bool:
        """Rewriting the images in a manifest leaves alone what runs nothing; before 5.0.0 it was lost."""
        return self._since(5, 0, 0)

    @property
    def retries_are_watched(self) -> bool:
        """Before 4.3.0 nothing moved a retried version any more."""
        return self._since(4, 3, 0)

    @property
    def tokens_are_switched_on(self) -> bool:
        """Only admins' tokens and those an admin switched on are let in, and MFA is asked for."""
        return self._since(4, 3, 0)

    @property
    def forgives_missing_source(self) -> bool:
        return self._since(5, 0, 0)

    @property
    def finds_environment_by_production(self) -> bool:
        return self._since(5, 0, 0)

    @property
    def says_who_am_i(self) -> bool:
        return self._since(5, 0, 0)

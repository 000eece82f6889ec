"""Addresses of Zadig's own pages, built from templates because Zadig does not promise them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from bot.domain.models import Kind, Version

PROJECT_PAGE = "{origin}/v1/projects/detail/{project}/version"
VERSION_PAGE = "{origin}/v1/projects/detail/{project}/version/detail/{id}?version={name}&type={type}"

# How the pages spell a kind.
PAGE_TYPES: Mapping[Kind | None, str] = MappingProxyType(
    {Kind.K8S: "K8SYaml", Kind.HELM: "HelmChart", None: ""}
)

# Slack takes 3,000 characters of URL in a button; in a message each one also counts against the whole.
MAX_URL = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Zadig's pages. `origin` has no path; the templates know `origin`, `project`, `id`, `name` and `type`.

    Raises ValueError while being built if a template asks for anything else. Names are percent-encoded. An address
    that would be longer than `MAX_URL` becomes that of the next page up.
    """

    origin: str
    version_page: str = VERSION_PAGE
    project_page: str = PROJECT_PAGE

    def __post_init__(self) -> None:
        try:
            for template in (self.version_page, self.project_page):
                self._fill(template, project="p", id="i", name="n", type="t")
        except (LookupError, ValueError, AttributeError) as error:
            raise ValueError(
                f"A page's template knows origin, project, id, name and type: {error}"
            ) from error

    def version(self, version: Version) -> str:
        """The page of one version; its project's where the version has no id."""
        url = self._fill(
            self.version_page,
            project=version.project,
            id=version.id,
            name=version.name,
            type=PAGE_TYPES[version.kind],
        )
        return url if version.id and len(url) <= MAX_URL else self.project(version.project)

    def project(self, project: str) -> str:
        """The page that lists a project's versions."""
        url = self._fill(self.project_page, project=project)
        return url if len(url) <= MAX_URL else self.origin

    def _fill(self, template: str, **values: str) -> str:
        encoded = {name: quote(value, safe="", errors="replace") for name, value in values.items()}
        return template.format_map({"origin": self.origin.rstrip("/"), **encoded})

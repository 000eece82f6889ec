"""The table of everything that Zadig and what stands in front of it can answer instead of what was asked for.

The first row that fits decides. Texts and statuses are those of Zadig 2.3.1 to 5.0.0; a `phrase` is searched in the
description and message together. `{…}` in a sentence stands for a named group of the phrase, or for `project` or
`version` of the call.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import (
    LicenceMissing,
    NotFound,
    NotPermitted,
    NotRetryable,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    ServerDown,
    Unauthorized,
    WrongServer,
)
from bot.domain.requests import Field
from bot.zadig.calls import Purpose


class DialectMismatch(WrongServer):
    """A route or a shape of the other dialect: Zadig was upgraded since the dialect was found out."""

    remedy = "An operator has to set ZADIG_DIALECT to auto, or to the dialect of this Zadig."


class PlainNamesOnly(Rejected):
    """Zadig 4.0.0 names a workflow after the version, and workflows have no dots or underscores in their names."""


class SaysTaken(Rejected):
    """Zadig says that the name is taken. Zadig 4 says so too if it made another version in the same second."""


class Content(StrEnum):
    """What a body is, by its content type and its first character."""

    EMPTY = "empty"
    JSON = "json"
    HTML = "html"
    TEXT = "text"


WRITES = frozenset({Purpose.CREATE, Purpose.RETRY, Purpose.DELETE})
STARTS = frozenset({Purpose.CREATE, Purpose.RETRY})
CREATE = frozenset({Purpose.CREATE})
DETECT = frozenset({Purpose.DETECT})
SHOW = frozenset({Purpose.SHOW})
SERVICES = frozenset({Purpose.SERVICES})
RETRY = frozenset({Purpose.RETRY})
REDIRECTS = range(300, 400)
ANY = range(100, 1000)
FAILING = range(400, 1000)
SERVER = range(500, 1000)
GATEWAY = (408, 425, 429, 502, 503, 504, *range(520, 530))


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """`means` with `text`, `remedy` (empty: the error's own) and `field`, for answers that fit everything else."""

    means: type[ReleaseBotError]
    text: str
    remedy: str = ""
    field: str = ""
    status: range | tuple[int, ...] = FAILING
    content: Content | None = None
    code: int | None = None
    phrase: str = ""
    purposes: frozenset[Purpose] | None = None


ENROL = "The owner of the bot's API token has to set up a second factor in Zadig and make a new token; an operator then replaces ZADIG_TOKEN."
VERIFY = "The owner of the bot's API token has to sign in to Zadig with the second factor and make a new token; an operator then replaces ZADIG_TOKEN."
ADDRESS = "An operator has to check ZADIG_URL and any proxy between the bot and Zadig."
RECREATE = "Delete it and create it again: it failed before there was anything to repeat."
CHOOSE_SERVICES = "Choose from the services now running in the environment."
FOREIGN_CHARTS = (
    "Zadig cannot list the services of this environment: it contains charts that Zadig did not deploy."
)
OTHER_ENVIRONMENT = "Choose another environment, or type the services."
CHOOSE_ENVIRONMENT = "Choose an existing environment."
OPEN_REGISTRY = (
    "Choose another registry, or ask a Zadig administrator to open this one to the project under Settings."
)
DO_NOT_COPY = (
    "Mark the image as not copied, or ask a Zadig administrator to integrate the registry it comes from."
)

BY_STATUS = (
    Row(status=(401,), means=Unauthorized, text="Zadig does not accept the bot's API token."),
    Row(status=(403,), phrase="mfa_enrollment_required", means=Unauthorized, remedy=ENROL, text="Zadig requires a second factor, which the owner of the bot's API token has not set up."),
    Row(status=(403,), phrase="mfa_verification_required", means=Unauthorized, remedy=VERIFY, text="The bot's API token was made without the second factor that Zadig requires."),
    Row(status=(403,), phrase=r'"reason"', means=Unauthorized, text="Zadig's gateway does not let the bot's API token through."),
    Row(status=(403,), content=Content.HTML, means=WrongServer, remedy=ADDRESS, text="A proxy in front of Zadig refuses the bot."),
    Row(status=(403,), content=Content.EMPTY, purposes=DETECT, means=ServerDown, text="Zadig's user service, or a proxy in front of Zadig, is refusing every request."),
    Row(status=(403,), means=NotPermitted, text="The bot has no permission for this in {project}."),
    Row(status=REDIRECTS, means=WrongServer, remedy=ADDRESS, text="ZADIG_URL redirects to {location}."),
    Row(status=range(200, 300), content=Content.HTML, means=WrongServer, remedy=ADDRESS, text="ZADIG_URL leads to a web page instead of Zadig's API."),
    Row(status=(404,), content=Content.JSON, means=NotFound, text="Zadig can't find what you asked for."),
    Row(status=(404,), phrase="^Invalid path: .*delivery/releases", means=WrongServer, remedy="Versions need Zadig 2.3.1 or later: an operator has to upgrade Zadig or check ZADIG_URL.", text="This Zadig has no API for versions."),
    Row(status=(404,), means=WrongServer, remedy=ADDRESS, text="Zadig's API is not at ZADIG_URL."),
    Row(status=(405,), means=DialectMismatch, text="Zadig's API is of a different dialect from the one the bot expected."),
    Row(status=(413,), means=Rejected, remedy="Choose fewer services, or shorten the description.", text="This is too large for Zadig to accept."),
    Row(status=GATEWAY, purposes=WRITES, means=OutcomeUnknown, text="A proxy in front of Zadig answered in its place."),
    Row(status=GATEWAY, means=ServerDown, text="Zadig is not answering."),
    Row(status=SERVER, content=Content.HTML, purposes=WRITES, means=OutcomeUnknown, text="A proxy in front of Zadig answered in its place."),
    Row(status=SERVER, content=Content.HTML, means=ServerDown, text="Zadig is not answering."),
    Row(status=SERVER, content=Content.EMPTY, purposes=CREATE, means=Rejected, field=Field.REGISTRY, remedy="Choose another registry. If every registry fails, an operator has to check those in Zadig: one whose address is a bare IP and port breaks them all.", text="Zadig failed without giving a reason, as it does when it cannot use the registry."),
    Row(status=SERVER, content=Content.EMPTY, means=ServerDown, text="Zadig failed without giving a reason."),
)  # fmt: skip

GENERAL = (
    Row(code=7050, means=LicenceMissing, text="Zadig has no valid professional licence."),
    Row(phrase="用户许可证不可用", means=LicenceMissing, text="Zadig has no valid professional licence."),
    Row(phrase="failed to validate zadig license status", means=ServerDown, text="Zadig cannot check its licence right now."),
    Row(phrase="server selection error", means=ServerDown, text="Zadig's database does not answer."),
    Row(code=401, means=Unauthorized, text="Zadig does not accept the bot's API token."),
    Row(code=403, means=NotPermitted, text="The bot has no permission for this in {project}."),
)  # fmt: skip

ABOUT_A_VERSION = (
    Row(phrase="can't reCreate version with status: ?(?P<status>[a-z]*)", means=NotRetryable, text=""),
    Row(phrase="no workflow task found for version", means=NotRetryable, remedy=RECREATE, text=""),
    Row(phrase="工作流任务状态无法重试", means=NotRetryable, remedy="Its images are still being copied, or have all been copied. Wait until it settles, or delete it and create it again.", text=""),
    Row(phrase="failed to retry workflow task", means=NotRetryable, remedy="Zadig could not restart its copying: delete it and create it again.", text=""),
    Row(phrase="failed to get delivery version, ID: detail,", purposes=SHOW, means=DialectMismatch, text="This Zadig uses dialect v1."),
    Row(phrase="failed to query delivery version data", means=NotFound, text="There is no version {version}."),
    Row(phrase="failed to get delivery version, projectName: .*no documents in result", means=NotFound, text="There is no version {version}."),
    Row(phrase="查询交付中心版本失败", purposes=SHOW, means=NotFound, text="There is no version {version}."),
    Row(phrase="删除交付中心版本失败|failed to delete delivery version", means=NotFound, text="There is no version with this id."),
    Row(phrase="failed to find product template", means=NotFound, text="There is no project {project} in Zadig."),
    Row(phrase="failed to list delivery version", means=ServerDown, text="Zadig could not read its versions."),
    Row(phrase="工作流标识支持大小写字母、数字和中划线", means=PlainNamesOnly, field=Field.VERSION_NAME, remedy="Use only letters, digits and dashes in the name, and delete the failed version. Zadig 4.1 allows dots.", text="Zadig 4.0.0 cannot copy images for a name with dots or underscores."),
    Row(phrase=r"version already exist|版本 .*已存在|failed to insert delivery version: \S+$", means=SaysTaken, field=Field.VERSION_NAME, remedy="Choose another name or delete that version first.", text="{project} already has a version with this name."),
)  # fmt: skip

ABOUT_A_REQUEST = (
    Row(phrase="failed to find product, product name: .*?env name: (?P<environment>.*?), error", purposes=STARTS, means=Rejected, field=Field.ENVIRONMENT, remedy=CHOOSE_ENVIRONMENT, text="{project} has no environment {environment}."),
    Row(phrase="failed to query product info, procutName: .*?envName:? ?(?P<environment>[^,\\s]*)", means=Rejected, field=Field.ENVIRONMENT, remedy=CHOOSE_ENVIRONMENT, text="{project} has no environment {environment}."),
    Row(phrase="failed to find env, project(?:Key|Name): .*?envName: (?P<environment>[^,\\s]*)", means=Rejected, field=Field.ENVIRONMENT, remedy=CHOOSE_ENVIRONMENT, text="{project} has no environment {environment}."),
    Row(phrase="failed to find project env info", means=Rejected, field=Field.ENVIRONMENT, remedy=CHOOSE_ENVIRONMENT, text="Zadig could not find the environment in {project}."),
    Row(phrase="ServiceName is empty", purposes=SERVICES, means=Rejected, field=Field.ENVIRONMENT, remedy=OTHER_ENVIRONMENT, text=FOREIGN_CHARTS),
    Row(phrase="env name is required", means=Rejected, field=Field.ENVIRONMENT, remedy=CHOOSE_ENVIRONMENT, text="Zadig needs an environment."),
    Row(phrase="failed to list release for project", means=Rejected, field=Field.ENVIRONMENT, remedy="Choose another environment, or ask a Zadig administrator to check the connection to its cluster.", text="Zadig could not read the charts of the environment."),
    Row(phrase="(product service not found, service name:|not found service|failed to found service|failed to query service:|can't find renderChart for service:|failed get release for service) ?(?P<service>[^,\\s]*)", means=Rejected, field=Field.SERVICES, remedy=CHOOSE_SERVICES, text="The environment has no service {service}."),
    Row(phrase="service (?P<service>\\S+) not found in env", means=Rejected, field=Field.SERVICES, remedy=CHOOSE_SERVICES, text="The environment has no service {service}."),
    Row(phrase="can't find service (?P<service>\\S+) in project", means=Rejected, field=Field.SERVICES, remedy=CHOOSE_SERVICES, text="{project} has no service {service}."),
    Row(phrase="container image not found,.*?service name: (?P<service>.*?), container name: (?P<container>[^,\\s]*)", means=Rejected, field=Field.SERVICES, remedy=CHOOSE_SERVICES, text="The service {service} has no image for its container {container}."),
    Row(phrase="container not found, serviceName: (?P<service>[^,\\s]*)(, containerName: (?P<container>[^,\\s]*))?", means=Rejected, field=Field.SERVICES, remedy=CHOOSE_SERVICES, text="The service {service} has no container {container}."),
    Row(phrase="image not found, serviceName: (?P<service>[^,\\s]*)", means=Rejected, field=Field.SERVICES, remedy=CHOOSE_SERVICES, text="The other version has no such image of {service}."),
    Row(phrase="original version name is required|failed to get original version", means=Rejected, field=Field.SERVICES, remedy="Take the images from an environment.", text="The version that this one is made from does not exist."),
    Row(phrase="failed to fetch current applied yaml,.*?service(Name)?: (?P<service>[^,\\s]*)", means=Rejected, field=Field.SERVICES, remedy="Leave the service out, or ask a Zadig administrator to check its manifest in the environment.", text="Zadig could not render the manifest of {service}."),
    Row(phrase="failed to (find template service|generate (merged|full) values)", means=Rejected, field=Field.SERVICES, remedy="Ask a Zadig administrator to check the chart values in the environment.", text="Zadig could not assemble the values of a chart."),
    Row(phrase="no (chart|service) info appointed", means=Rejected, field=Field.SERVICES, remedy="Choose at least one service.", text="A version needs at least one service."),
    Row(phrase="failed to insert deliveryDeploy", means=Rejected, field=Field.SERVICES, remedy="Delete the failed version and create it again without one of them.", text="Two images of one service have the same name, and Zadig cannot record both."),
    Row(phrase="yaml缺少kind字段", means=Rejected, field=Field.SERVICES, remedy="Zadig 4.2.1 and later render manifests themselves: an operator has to upgrade it.", text="Zadig got no manifest for a service."),
    Row(phrase="yaml缺少(?P<field>spec|template|containers)字段", means=Rejected, field=Field.SERVICES, remedy="Leave the service out, or ask a Zadig administrator to fix its manifest.", text="The manifest of a service has no {field}, so Zadig cannot put the images into it."),
    Row(phrase="failed to render env service yaml", means=Rejected, field=Field.SERVICES, remedy="Leave the service out, or ask a Zadig administrator to check its manifest in the environment.", text="Zadig could not render the manifest of a service: {detail}"),
    Row(phrase="failed to ensure chart files from version", means=Rejected, field=Field.CHART_REPOSITORY, remedy="Choose the chart repository of the original version, or take the charts from an environment. Zadig kept a failed version: delete it first.", text="The charts of the original version are not in the chosen chart repository."),
    Row(phrase="failed to push chart", means=Rejected, field=Field.CHART_REPOSITORY, remedy="Ask a Zadig administrator to check the chart repository and its credentials, then retry.", text="Zadig could not push a chart: {detail}"),
    Row(phrase="chart repo not appointed", means=Rejected, field=Field.CHART_REPOSITORY, remedy="Name the chart repository to push the charts to.", text="Zadig needs a chart repository."),
    Row(phrase="failed to query chart-repo info,.*?repoName: ?(?P<repository>[^,\\s]*)", means=Rejected, field=Field.CHART_REPOSITORY, remedy="Use a chart repository that is open to the project. Zadig kept a failed version: delete it first.", text="There is no chart repository {repository} for {project}."),
    Row(phrase='chart\\.metadata\\.version "?(?P<chart>[^"\\s]*)"? is invalid|invalid semantic version', means=Rejected, field=Field.CHART_VERSION, remedy="Use SemVer, such as 1.4.0.", text="A chart version is not SemVer."),
    Row(phrase="(image|target) registry not appointed", means=Rejected, field=Field.REGISTRY, remedy="Choose the registry to copy the images to.", text="Zadig needs a registry."),
    Row(phrase="registry (?P<registry>\\S+) not support project", means=Rejected, field=Field.REGISTRY, remedy=OPEN_REGISTRY, text="The registry {registry} is not open to {project}."),
    Row(phrase="can ?not find target registry|failed to find registry", means=Rejected, field=Field.REGISTRY, remedy="Choose an existing registry.", text="Zadig does not have this registry."),
    Row(phrase="failed to build registry map", means=Rejected, field=Field.REGISTRY, remedy="An operator has to check the registries in Zadig.", text="Zadig could not read its registries."),
    Row(phrase="can't find source registry for image: *(?P<image>[^,\\s]+)", means=Rejected, field=Field.NOT_COPIED, remedy=DO_NOT_COPY, text="Zadig does not integrate the registry that {image} comes from."),
    Row(phrase="can't find source registry for image: *$", means=Rejected, field=Field.NOT_COPIED, remedy="Mark every image as not copied: the charts are still pushed.", text="Zadig 3.1.0 to 3.4.1 cannot copy the images of a Helm version created through its API."),
    Row(phrase="invalid image: (?P<image>\\S+)", means=Rejected, field=Field.NOT_COPIED, remedy="Mark the image as not copied.", text="Zadig cannot copy {image}: it does not understand this image address."),
    Row(phrase="failed to create (helm )?delivery version custom workflow task|failed to build helm custom artifact task", means=Rejected, remedy="Zadig kept a failed version: delete it before you try again.", text="Zadig stored the version but could not start copying its images: {detail}"),
    Row(phrase="failed to generate workflow from delivery version", means=Rejected, remedy="Zadig kept a failed version: delete it before you try again.", text="Zadig stored the version but could not plan how to copy its images: {detail}"),
)  # fmt: skip

# gin's binding: what the bot sent does not suit this Zadig. These were not typed, but a wrong one must not look like an outage.
BINDING = (
    Row(phrase="(projectKey|projectName)[^\\n]*can(not|'t| not) be empty|\\.ProjectKey' Error:", means=Rejected, field=Field.PROJECT, text="Zadig needs a project."),
    Row(phrase="(versionName|id|envName|serviceName) can(not|'t| not) be empty", means=Rejected, field=Field.VERSION_NAME, text="Zadig needs a name or an id."),
    Row(phrase="Error:Field validation for '(?P<name>\\w+)' failed", status=(400,), means=Rejected, text="Zadig did not accept {name} as the bot sent it."),
    Row(phrase='strconv\\.\\w+: parsing "(?P<value>.*?)"', status=(400,), means=Rejected, text="Zadig cannot read {value} as a number."),
    Row(phrase="^(unexpected )?EOF$|cannot unmarshal|invalid character", status=(400,), means=Rejected, remedy="Tell the people who run the bot.", text="Zadig could not read the bot's request."),
)  # fmt: skip

MISSING = (
    Row(phrase="no documents in result", purposes=frozenset({Purpose.SERVICES, Purpose.ENVIRONMENTS, Purpose.PRODUCTION}), means=NotFound, remedy=CHOOSE_ENVIRONMENT, text="{project} has no such environment."),
    Row(phrase="no documents in result", means=NotFound, text="Zadig can't find what you asked for."),
)  # fmt: skip

# What Zadig records of versions that fail without a caller to answer.
RECORDED = (
    Row(phrase=r"\A\s*timeout\s*\Z", means=Rejected, remedy="They may still arrive: check the workflow in Zadig, and retry the version if they don't.", text="Zadig stopped waiting after an hour, while images were still being copied."),
)  # fmt: skip

UNKNOWN = (
    Row(content=Content.JSON, purposes=WRITES, means=Rejected, text="Zadig refused: {detail}"),
    Row(content=Content.JSON, status=SERVER, means=ServerDown, text="Zadig could not answer: {detail}"),
    Row(status=SERVER, purposes=WRITES, means=OutcomeUnknown, text="Zadig did not say whether it worked."),
    Row(status=SERVER, means=ServerDown, text="Zadig sent an invalid response."),
    Row(means=Rejected, text="Zadig refused: {detail}"),
)  # fmt: skip

# What a version that failed can have as its reason: what goes wrong after Zadig has stored it is recorded as it is answered.
REASONS = tuple(
    row
    for row in (*RECORDED, *ABOUT_A_VERSION, *ABOUT_A_REQUEST)
    if row.means in (Rejected, PlainNamesOnly) and (row.purposes is None or Purpose.CREATE in row.purposes)
)
TABLE = (*BY_STATUS, *GENERAL, *ABOUT_A_VERSION, *ABOUT_A_REQUEST, *BINDING, *MISSING, *UNKNOWN)

"""The JSON of dialect v2, Zadig 4 and later. Manifests and values (`yaml_content`) are never kept: they hold secrets."""

from typing import Any

from pydantic import AliasChoices, Field

from bot.zadig.dialects.base import VersionFields
from bot.zadig.wire import (
    CautiousFlag,
    Flag,
    Identifier,
    ImagePath,
    Rows,
    Seconds,
    Text,
    Whole,
    Wire,
    reader,
)

CREATED = AliasChoices("create_time", "created_time", "created_at")
DESCRIPTION = AliasChoices("description", "desc")


class VersionRow(VersionFields):
    """An item of the list. `progress` is only there if the server speaks v1."""

    id: Identifier
    version_name: Identifier
    description: Text = Field(default="", validation_alias=DESCRIPTION)
    create_time: Seconds = Field(default=0, validation_alias=CREATED)
    progress: Any = None
    source: Any = None


class ListBody(Wire):
    """`list` may be null, but it must be there."""

    list: Rows[VersionRow]
    total: Whole | None = None
    left_out: int = 0


class ImageRow(Wire):
    """`status` is a job's word; `error` stays after a retry that passed."""

    container_name: Text = ""
    image_name: Text = ""
    source_image: Text = ""
    source_image_tag: Text = ""
    target_image: Text = ""
    target_image_tag: Text = ""
    push_image: Flag = False
    status: Text = ""
    error: Text = ""


class ServiceRow(Wire):
    """A service, or a chart with its state; `chart_version` is empty for K8s."""

    service_name: Text = ""
    chart_name: Text = ""
    chart_version: Text = ""
    chart_status: Text = ""
    images: Rows[ImageRow] = ()
    error: Text = ""


class DetailsBody(VersionFields):
    """The details have no id, and other keys than the list."""

    version: Identifier
    status: Text
    description: Text = Field(default="", validation_alias=DESCRIPTION)
    image_registry_id: Text = ""
    chart_repo_name: Text = ""
    env_name: Text = ""
    production: CautiousFlag = False
    services: Rows[ServiceRow] = ()
    error: Text = ""
    created_at: Seconds = Field(default=0, validation_alias=CREATED)


class OriginalImage(ImageRow):
    """An image that another version is made from."""

    image_path: ImagePath = Field(default_factory=dict)


class OriginalService(ServiceRow):
    """A service that another version is made from, with its manifests or values, which are passed on and shown nowhere."""

    yaml_content: Text = Field(default="", repr=False)
    images: Rows[OriginalImage] = ()


class OriginalBody(DetailsBody):
    """The details of a version that another one is made from; `source` is what it was made from itself."""

    source: Text = ""
    services: Rows[OriginalService] = ()


read_original = reader(OriginalBody)
read_list = reader(ListBody)
read_details = reader(DetailsBody)

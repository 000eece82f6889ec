"""The JSON of dialect v1, Zadig 2.3.1 to 3.4.1: the documented API, with what its servers really send."""

from typing import Any

from pydantic import AliasChoices, Field

from bot.zadig.dialects.base import VersionFields
from bot.zadig.wire import Identifier, OrNone, Rows, Seconds, Text, Whole, Wire, reader

# The documentation's tables say created_time, its examples and the servers create_time.
CREATED = AliasChoices("create_time", "created_time")


class ProgressRow(Wire):
    success_count: Whole = 0
    total_count: Whole = 0
    upload_status: Text = ""
    error: Text = ""


class VersionRow(VersionFields):
    """An item of the list, and `version_info` of the details. `source` is only there if the server speaks v2."""

    id: Identifier
    version_name: Identifier
    progress: OrNone[ProgressRow] = None
    create_time: Seconds = Field(default=0, validation_alias=CREATED)
    source: Any = None


class ListBody(Wire):
    """`list` may be null, but it must be there: everything else is not a list of versions."""

    list: Rows[VersionRow]
    total: Whole | None = None
    left_out: int = 0


class DeployRow(Wire):
    """One image of a K8s version."""

    id: Text = ""
    service_name: Text = ""
    service_module: Text = ""
    image: Text = ""
    image_name: Text = ""
    registry_id: Text = ""
    create_time: Seconds = Field(default=0, validation_alias=CREATED)


class DistributeRow(Wire):
    """A chart of a Helm version, or an image of a chart: `distribute_type` is `chart` or `image`."""

    id: Text = ""
    service_name: Text = ""
    distribute_type: Text = ""
    chart_name: Text = ""
    chart_repo_name: Text = ""
    chart_version: Text = ""
    service_module: Text = ""
    image: Text = ""
    image_name: Text = ""
    namespace: Text = ""
    create_time: Seconds = Field(default=0, validation_alias=CREATED)
    sub_distributes: "Rows[DistributeRow]" = ()


class DetailsBody(Wire):
    version_info: VersionRow
    deploy_infos: Rows[DeployRow] = ()
    distribute_infos: Rows[DistributeRow] = ()


read_list = reader(ListBody)
read_details = reader(DetailsBody)

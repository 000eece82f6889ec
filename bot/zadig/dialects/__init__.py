"""The dialects of Zadig's version API, by the name that `ZADIG_DIALECT` and detection use."""

from collections.abc import Mapping

from bot.zadig.catalog import ZadigCatalog
from bot.zadig.client import Client
from bot.zadig.dialects.base import Dialect
from bot.zadig.dialects.v1 import V1
from bot.zadig.dialects.v2 import V2
from bot.zadig.server import Server
from bot.zadig.workflow_tasks import WorkflowTasks

NAMES = (V1.name, V2.name)


def dialects(client: Client, catalog: ZadigCatalog, server: Server) -> Mapping[str, Dialect]:
    """One of each."""
    return {
        V1.name: V1(client=client, catalog=catalog),
        V2.name: V2(client=client, catalog=catalog, tasks=WorkflowTasks(client=client), server=server),
    }

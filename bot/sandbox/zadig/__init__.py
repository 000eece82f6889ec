"""A local Zadig: the API for versions and its neighbours, with faults on demand, for people and tests without one.

Of both dialects: GET /openapi/delivery/releases, POST /openapi/delivery/releases/k8s, POST
/openapi/delivery/releases/helm, DELETE /openapi/delivery/releases/:id, GET /openapi/projects/project, GET
/openapi/projects/project/detail, GET /openapi/environments, GET /openapi/environments/production, GET
/openapi/environments/:env_key, GET /openapi/environments/production/:env_key, GET /openapi/system/registry, GET
/api/aslan/system/helm/project, GET /api/aslan/environment/environments/:env_key/helm/releases, GET
/openapi/workflows/custom/:workflow/tasks, GET /openapi/workflows/custom/task, DELETE /openapi/workflows/custom/task.

Of some versions: GET /openapi/delivery/releases/:id, GET /openapi/delivery/releases/detail, POST
/openapi/delivery/releases/retry, GET /openapi/environments/service/yaml, GET /openapi/environments/service/values, GET
/openapi/environments/production/service/yaml, GET /openapi/environments/production/service/values, GET
/openapi/logs/log/v4/workflow/:workflow/:task_id/:job, GET /openapi/system/cli/context, GET
/openapi/service/yaml/:service/labels, GET /openapi/statistics/v2/rollback/detail, POST /openapi/collaborations, GET
/openapi/environments/:env_key/service/:service/pods.

All other paths are answered as Zadig answers those that it does not have: `Invalid path`, status 404, below /openapi
and /api, and the portal's page elsewhere.

`Zadig` is the server's state and behaviour, `build_app` serves it over HTTP, `running` lets time pass before the eyes
of those who watch. The clock, the pace and the builders of catalogs are for whoever wants another world than the
default one.
"""

from bot.sandbox.clock import Clock
from bot.sandbox.zadig.app import build_app, running
from bot.sandbox.zadig.state import STEADY, Pace
from bot.sandbox.zadig.zadig import Zadig

__all__ = ["STEADY", "Clock", "Pace", "Zadig", "build_app", "running"]

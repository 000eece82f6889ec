"""What the package says that it has, it has, and each has its test, by name."""

import importlib
import re

import pytest

import bot.sandbox.zadig
from bot.sandbox.zadig.faults import KINDS
from bot.sandbox.zadig.gateway import router_of

RELEASES, ENVIRONMENTS, WORKFLOWS = (
    "/openapi/delivery/releases",
    "/openapi/environments",
    "/openapi/workflows/custom",
)
SERVER_VERSIONS = ("3.1.0", "3.4.1", "4.0.0", "4.2.0", "4.3.0", "5.0.0")

BOTH = {
    f"GET {RELEASES}": "listing.versions_come_newest_first_in_pages_and_are_counted_whole",
    f"POST {RELEASES}/k8s": "creating_k8s.images_are_recorded_with_where_they_will_be",
    f"POST {RELEASES}/helm": "creating_helm.charts_are_shown_with_their_images_inside",
    f"DELETE {RELEASES}/:id": "deleting.deleting_works_as_often_as_one_likes",
    "GET /openapi/projects/project": "neighbours.projects_come_in_pages_with_their_deploy_type",
    "GET /openapi/projects/project/detail": "neighbours.a_projects_details_are_for_its_members",
    f"GET {ENVIRONMENTS}": "neighbours.environments_are_bare_arrays_one_for_tests_and_one_for_production",
    f"GET {ENVIRONMENTS}/production": "neighbours.environments_are_bare_arrays_one_for_tests_and_one_for_production",
    f"GET {ENVIRONMENTS}/:env_key": "neighbours.an_environment_lists_services_with_their_containers_for_anybody",
    f"GET {ENVIRONMENTS}/production/:env_key": "neighbours.a_missing_environment_is_an_error",
    "GET /openapi/system/registry": "neighbours.registries_do_not_say_which_projects_they_are_open_to",
    "GET /api/aslan/system/helm/project": "neighbours.chart_repositories_have_blank_passwords_and_are_for_members",
    "GET /api/aslan/environment/environments/:env_key/helm/releases": "neighbours.what_is_installed_in_an_environment_is_told_on_the_internal_route",
    f"GET {WORKFLOWS}/:workflow/tasks": "neighbours.tasks_of_all_versions_of_a_project_are_in_one_workflow_newest_first",
    f"GET {WORKFLOWS}/task": "neighbours.only_the_workflow_task_says_why_a_k8s_version_failed",
    f"DELETE {WORKFLOWS}/task": "neighbours.a_cancelled_task_fails_its_version_and_can_be_retried",
}

SOME = {
    f"GET {RELEASES}/:id": "retrying.a_retry_runs_what_has_not_passed_and_stays_retrying_until_somebody_looks",
    f"GET {RELEASES}/detail": "v2.details_are_asked_for_by_name",
    f"POST {RELEASES}/retry": "v2.what_cannot_be_retried_is_said_with_its_id",
    f"GET {ENVIRONMENTS}/service/yaml": "v2.manifests_and_values_are_plain_text_from_400_on",
    f"GET {ENVIRONMENTS}/service/values": "v2.manifests_and_values_are_plain_text_from_400_on",
    f"GET {ENVIRONMENTS}/production/service/yaml": "v2.manifests_and_values_are_plain_text_from_400_on",
    f"GET {ENVIRONMENTS}/production/service/values": "v2.manifests_and_values_are_plain_text_from_400_on",
    "GET /openapi/logs/log/v4/workflow/:workflow/:task_id/:job": "neighbours.jobs_have_logs_from_340_on",
    "GET /openapi/service/yaml/:service/labels": "telling_apart.routes_tell_versions_apart",
    "GET /openapi/statistics/v2/rollback/detail": "telling_apart.routes_tell_versions_apart",
    "POST /openapi/collaborations": "telling_apart.routes_tell_versions_apart",
    f"GET {ENVIRONMENTS}/:env_key/service/:service/pods": "telling_apart.routes_tell_versions_apart",
    "GET /openapi/system/cli/context": "v2.from_500_on_the_server_says_its_version_to_admins",
}

FAULTS = {
    "500": "faults.an_answer_can_be_replaced",
    "502_html": "faults.an_answer_can_be_replaced",
    "503": "faults.an_answer_can_be_replaced",
    "html": "faults.an_answer_can_be_replaced",
    "empty_500": "faults.an_answer_can_be_replaced",
    "401": "faults.an_answer_can_be_replaced",
    "403": "faults.an_answer_can_be_replaced",
    "license": "faults.an_answer_can_be_replaced",
    "slow": "faults.a_slow_create_has_its_row_long_before_its_answer",
    "truncated": "faults.json_can_be_cut_in_half_after_the_work_was_done",
    "drop_before": "sockets.a_connection_is_dropped_without_an_answer",
    "drop_after": "sockets.a_connection_is_dropped_without_an_answer",
    "failing_create": "faults.a_create_that_fails_late_leaves_a_failed_row",
    "hung_version": "settling.a_hung_version_times_out",
    "registry_error": "settling.a_k8s_version_that_fails_keeps_no_reason",
    "deleted_underneath": "faults.a_version_can_be_deleted_underneath_whoever_asks_for_it",
}


def listed(heading: str) -> list[str]:
    """The routes after a heading of the package's docstring."""
    found = re.search(rf"^{heading}: (.*?)\.\n\n", str(bot.sandbox.zadig.__doc__), re.DOTALL | re.MULTILINE)
    assert found, heading
    return [" ".join(route.split()) for route in found[1].split(",")]


def test_the_package_lists_the_routes_that_are_there() -> None:
    routes = [router_of(version).patterns for version in SERVER_VERSIONS]

    assert set.intersection(*routes) == set(BOTH) == set(listed("Of both dialects"))
    assert set.union(*routes) - set(BOTH) == set(SOME) == set(listed("Of some versions"))


def test_every_fault_is_here() -> None:
    assert set(FAULTS) == KINDS


@pytest.mark.parametrize("name", sorted({*BOTH.values(), *SOME.values(), *FAULTS.values()}))
def test_a_test_that_is_named_exists(name: str) -> None:
    module, test = name.split(".")

    assert callable(getattr(importlib.import_module(f"tests.sandbox.zadig.test_{module}"), f"test_{test}"))

"""Addresses of Zadig's pages, whatever the names in them."""

from collections.abc import Callable

import pytest

from bot.domain.models import Kind, Version
from bot.slack.views.links import MAX_URL, Links

Versions = Callable[..., Version]


def test_a_version_has_a_page(a_version: Versions, links: Links) -> None:
    assert links.version(a_version(kind=Kind.HELM)) == (
        "https://zadig.example.com/v1/projects/detail/shop/version/detail/65a0b1c2d3e4f5a6b7c8d9e0"
        "?version=v13&type=HelmChart"
    )


def test_names_are_encoded(a_version: Versions, links: Links) -> None:
    url = links.version(a_version(project="a/b", name="版 1&type=x", kind=None))
    assert url.startswith("https://zadig.example.com/v1/projects/detail/a%2Fb/version/detail/")
    assert url.endswith("?version=%E7%89%88%201%26type%3Dx&type=")


def test_a_version_without_an_id_leads_to_its_project(a_version: Versions, links: Links) -> None:
    assert links.version(a_version(id="")) == "https://zadig.example.com/v1/projects/detail/shop/version"


def test_an_address_that_is_too_long_leads_one_page_up(a_version: Versions, links: Links) -> None:
    assert links.version(a_version(name="v" * MAX_URL)) == links.project("shop")
    assert links.project("p" * MAX_URL) == "https://zadig.example.com"


def test_templates_can_be_others(a_version: Versions) -> None:
    links = Links(origin="https://z.example.com/", version_page="{origin}/v/{project}/{name}")
    assert links.version(a_version()) == "https://z.example.com/v/shop/v13"


@pytest.mark.parametrize("template", ["{origin}/{nothing}", "{origin", "{origin.secret}", "{}"])
def test_a_template_that_asks_for_anything_else_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="template"):
        Links(origin="https://z.example.com", version_page=template)

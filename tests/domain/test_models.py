"""The small rules of what Zadig keeps."""

import pytest

from bot.domain.models import Page, Registry, Status, VersionReference
from tests.domain.samples import progress, version


def test_success_and_failed_are_settled_and_nothing_else() -> None:
    assert {status for status in Status if status.settled} == {Status.SUCCESS, Status.FAILED}


def test_only_a_failed_version_has_a_reason() -> None:
    stale = progress(error="timeout")
    assert version(status=Status.FAILED, progress=stale).reason == "timeout"
    assert version(status=Status.SUCCESS, progress=stale).reason == ""
    assert version(status=Status.FAILED).reason == ""


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_there_is_always_a_page(total: int, pages: int) -> None:
    page: Page[str] = Page(items=(), total=total, number=1, size=20)
    assert page.count == pages


def test_a_reference_reads_as_people_write_it() -> None:
    assert str(VersionReference(project="shop", name="v13", id="a" * 24)) == "shop/v13"
    assert str(VersionReference(project="shop", id="a" * 24)) == f"shop/{'a' * 24}"


@pytest.mark.parametrize(
    ("address", "namespace", "title"),
    [
        ("https://registry.example.com", "prod", "registry.example.com/prod"),
        ("http://registry.example.com:5000/", "", "registry.example.com:5000"),
        ("registry.example.com", "a/b", "registry.example.com/a/b"),
    ],
)
def test_a_registry_is_called_by_its_address_without_the_scheme(
    address: str, namespace: str, title: str
) -> None:
    assert Registry(id="1", address=address, namespace=namespace).title == title


@pytest.mark.parametrize(
    ("address", "namespace", "reference", "holds"),
    [
        ("https://r.example.com", "prod", "r.example.com/prod/cart:1", True),
        ("https://r.example.com", "prod", "r.example.com/other/cart:1", False),
        ("https://r.example.com", "prod", "r.example.com/prod/team/cart:1", False),
        ("https://r.example.com", "", "r.example.com/any/team/cart:1", True),
        ("https://r.example.com", "", "r.example.com.evil.org/cart:1", False),
        ("https://docker.io", "library", "nginx:1.25", True),
        ("https://docker.io", "team", "team/app:1", True),
        ("https://docker.io", "", "team/app:1", True),
        ("localhost:5000", "", "localhost:5000/cart:1", True),
    ],
)
def test_a_registry_knows_its_images(address: str, namespace: str, reference: str, *, holds: bool) -> None:
    assert Registry(id="1", address=address, namespace=namespace).holds(reference) is holds

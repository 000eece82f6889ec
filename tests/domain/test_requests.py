"""What makes sense to send to Zadig, and which field is to blame for what does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Kind
from bot.domain.requests import (
    CreateVersion,
    DeleteVersion,
    ImageRequest,
    RetryVersion,
    ServiceRequest,
    Source,
    chart_version_from,
    name_problem,
    tag_problem,
)
from tests.domain.samples import create, create_helm

GOOD_NAMES = ("v14", "2.3.0", "1", "A_b-c.d", "v1.", "x" * 63, "v1.2.3-rc.1", "latest")
BAD_NAMES = (
    "", "x" * 64, ".v1", "-v1", "_v1", "a..b", "v1..", "a/b", "../etc", "v 1", "v1\n", "版本", "v1+build", "v１", "v1\x00", "a\\b", "v1:latest",
)  # fmt: skip
GOOD_TAGS = ("v14", "_x", "1.0", "a" * 128, "A-b_c.D", "..".join("ab"))
BAD_TAGS = ("", "a" * 129, ".a", "-a", "a/b", "a:b", "a b", "a\n", "ä", "a+b", "v１")
GOOD_CHART_VERSIONS = (
    "0.0.0",
    "1.4.0",
    "10.20.30",
    "1.0.0-rc.1",
    "1.0.0-0a",
    "1.0.0+5",
    "1.0.0-x-y.7+a.b-c",
    "1.0.0-1-2",
)
BAD_CHART_VERSIONS = (
    "", "1", "1.4", "v1.4.0", "01.0.0", "1.0.00", "1.0.0-", "1.0.0-01", "1.0.0+", "1.0.0 ", "1.0.0\n", "1.2.3.4", "1.٢.3", "1.1٢.3", "1.0.0-rc..1", "1.0.0-a_b", "-1.0.0",
)  # fmt: skip


def fields(problems: tuple[object, ...]) -> list[str]:
    return [str(getattr(problem, "field", "")) for problem in problems]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_name_that_is_safe_in_paths_tags_and_addresses_is_one(name: str) -> None:
    assert name_problem(name) == ""
    assert create(version_name=name).check() == ()


@pytest.mark.parametrize("name", BAD_NAMES)
def test_any_other_name_is_refused_with_a_sentence(name: str) -> None:
    assert name_problem(name).endswith(".")
    assert fields(create(version_name=name).check()) == ["version_name"]


@given(st.text())
def test_no_text_gets_past_the_check_of_names_that_could_leave_a_directory(name: str) -> None:
    if not name_problem(name):
        assert name.isascii()
        assert 0 < len(name) <= 63
        assert not set(name) & set("/\\\0\n :")
        assert ".." not in name


@pytest.mark.parametrize("tag", GOOD_TAGS)
def test_a_tag_follows_the_distribution_specification(tag: str) -> None:
    assert tag_problem(tag) == ""


@pytest.mark.parametrize("tag", BAD_TAGS)
def test_a_bad_tag_is_blamed_on_its_image(tag: str) -> None:
    assert tag_problem(tag).endswith(".")
    images = (
        ImageRequest(container="app", image_name="cart", tag="v14"),
        ImageRequest(container="web", image_name="cart-web", tag=tag),
    )
    request = create(services=(ServiceRequest(name="cart", images=images),))
    assert fields(request.check()) == ["image_tag:cart/web"]


def test_a_bad_tag_counts_for_images_that_are_not_copied_too() -> None:
    image = ImageRequest(container="app", image_name="cart", tag="", copied=False)
    assert fields(create(services=(ServiceRequest(name="cart", images=(image,)),)).check()) == [
        "image_tag:cart/app"
    ]


@pytest.mark.parametrize("version", GOOD_CHART_VERSIONS)
def test_a_chart_version_is_semver(version: str) -> None:
    services = (ServiceRequest(name="cart", chart_version=version),)
    assert create_helm(services=services).check() == ()


@pytest.mark.parametrize("version", BAD_CHART_VERSIONS)
def test_what_is_not_semver_is_blamed_on_its_chart(version: str) -> None:
    services = (
        ServiceRequest(name="cart", chart_version="1.4.0"),
        ServiceRequest(name="api", chart_version=version),
    )
    assert fields(create_helm(services=services).check()) == ["chart_version:api"]


numbers = st.integers(min_value=0, max_value=10**12).map(str)


@given(numbers, numbers, numbers, st.sampled_from(["", "-rc.1", "+7", "-0-a.b+c"]))
def test_a_name_that_spells_a_semver_proposes_it_for_the_charts(
    major: str, minor: str, patch: str, rest: str
) -> None:
    spelled = f"{major}.{minor}.{patch}{rest}"
    assert chart_version_from(spelled) == spelled
    assert chart_version_from(f"v{spelled}") == spelled


@given(st.text(alphabet="v0123456789.-+ab٣", max_size=12))
def test_a_proposed_chart_version_is_always_one_that_the_check_accepts(name: str) -> None:
    proposed = chart_version_from(name)
    services = (ServiceRequest(name="cart", chart_version=proposed),)
    assert proposed == "" or create_helm(services=services).check() == ()


@pytest.mark.parametrize("name", ["vv1.0.0", "1.0", "v1", "release-1.0.0", ""])
def test_a_name_that_spells_none_proposes_nothing(name: str) -> None:
    assert chart_version_from(name) == ""


COPIED = ServiceRequest(name="cart", images=(ImageRequest(container="a", image_name="a", tag="1"),))
KEPT = ServiceRequest(
    name="cart", images=(ImageRequest(container="a", image_name="a", tag="1", copied=False),)
)
BARE = ServiceRequest(name="cart")


@pytest.mark.parametrize(
    ("services", "needed"),
    [((COPIED,), True), ((KEPT,), False), ((BARE,), False), ((KEPT, COPIED), True), ((BARE, KEPT), False)],
)
def test_k8s_needs_a_registry_where_an_image_is_copied(
    services: tuple[ServiceRequest, ...], *, needed: bool
) -> None:
    assert fields(create(services=services, registry="").check()) == (["registry"] if needed else [])


def test_helm_always_needs_a_registry_and_a_chart_repository() -> None:
    assert fields(create_helm(registry="").check()) == ["registry"]
    assert fields(create_helm(chart_repository="").check()) == ["chart_repository"]


def test_k8s_needs_neither_chart_versions_nor_a_chart_repository() -> None:
    assert create(chart_repository="").check() == ()


@pytest.mark.parametrize("field", ["project", "environment", "version_name"])
def test_what_is_left_out_is_asked_for(field: str) -> None:
    assert fields(create(**{field: ""}).check()) == [field]


def test_a_version_of_nothing_is_refused() -> None:
    assert fields(create(services=()).check()) == ["services"]
    assert fields(create_helm(services=()).check()) == ["services"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    image = ImageRequest(container="app", image_name="cart", tag=".x")
    request = create_helm(
        project="",
        version_name="a/b",
        environment="",
        registry="",
        chart_repository="",
        services=(ServiceRequest(name="cart", chart_version="one", images=(image,)),),
    )
    assert fields(request.check()) == [
        "project",
        "version_name",
        "environment",
        "registry",
        "chart_repository",
        "chart_version:cart",
        "image_tag:cart/app",
    ]
    assert all(problem.text.endswith(".") for problem in request.check())


def retry(kind: Kind, environment: str) -> RetryVersion:
    return RetryVersion(
        project="shop", version_name="v13", version_id="a" * 24, kind=kind, environment=environment
    )


def test_a_k8s_retry_needs_an_environment_and_a_helm_retry_does_not() -> None:
    assert fields(retry(Kind.K8S, "").check()) == ["environment"]
    assert retry(Kind.K8S, "dev").check() == ()
    assert retry(Kind.HELM, "").check() == ()


@pytest.mark.parametrize(
    "version_id", ["", "a" * 23, "a" * 25, "g" * 24, "A" * 24, f"{'a' * 24}\n", "a" * 23 + "٣"]
)
def test_only_24_hexadecimal_digits_can_be_deleted(version_id: str) -> None:
    request = DeleteVersion(project="shop", version_name="v13", version_id=version_id)
    assert fields(request.check()) == ["version_name"]


def test_a_whole_id_can_be_deleted() -> None:
    request = DeleteVersion(project="shop", version_name="v13", version_id="0123456789abcdef01234567")
    assert request.check() == ()


def test_what_a_version_is_made_from_has_to_be_named() -> None:
    image = ImageRequest(container="app", image_name="cart", tag="v1")
    services = (ServiceRequest(name="cart", images=(image,)),)
    wanted = CreateVersion(
        project="shop", kind=Kind.K8S, version_name="v1", environment="", registry="r", services=services
    )
    assert [one.field for one in wanted.check()] == ["environment"]
    assert [one.field for one in replace(wanted, source=Source.VERSION).check()] == ["environment"]
    assert replace(wanted, source=Source.VERSION, original="v0").check() == ()
    (problem,) = replace(wanted, source=Source.IMAGES).check()
    assert (problem.field, problem.text) == ("services", "Name the image for cart/app.")
    named = (ServiceRequest(name="cart", images=(replace(image, source="dev.example.com/cart:7"),)),)
    assert replace(wanted, source=Source.IMAGES, services=named).check() == ()


DEV, PROD = "dev.example.com/server:2026", "prod.example.com/server:2025"


def image(source: str = DEV, container: str = "app", **changes: object) -> ImageRequest:
    fields = {"container": container, "image_name": "server", "tag": "v13", "source": source} | changes
    return ImageRequest(**fields)  # type: ignore[arg-type]


def two(first: ImageRequest, second: ImageRequest) -> CreateVersion:
    return create(
        services=(ServiceRequest(name="cart", images=(first,)), ServiceRequest(name="web", images=(second,)))
    )


def test_different_images_do_not_become_one() -> None:
    (problem,) = two(image(DEV), image(PROD)).check()
    assert problem.field == "image_tag:web/app"
    assert problem.text == (
        "cart/app and web/app would both become server:v13, but they are different images: "
        f"{DEV} and {PROD}. Give one of them another tag."
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (image(DEV), image(DEV)),
        (image(DEV), image(PROD, tag="v13-prod")),
        (image(DEV), image(PROD, image_name="other")),
        (image(DEV), image(PROD, copied=False)),
        (image(DEV), image("")),
    ],
    ids=["the same", "another tag", "another name", "stays where it is", "nobody knows"],
)
def test_images_that_do_not_meet_need_no_word(first: ImageRequest, second: ImageRequest) -> None:
    assert two(first, second).check() == ()


def test_containers_of_one_name_are_told_apart_by_nobody() -> None:
    twice = (image(DEV), image(PROD), image(PROD, tag="other"))
    problems = create(services=(ServiceRequest(name="cart", images=twice),)).check()
    assert fields(problems) == ["services"]
    assert create(services=(ServiceRequest(name="cart", images=(image(), image())),)).check() == ()

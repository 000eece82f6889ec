"""What the Zadig at hand is known to break on is not sent, and nothing is deleted or remembered for it."""

from dataclasses import replace

import pytest

from bot.domain.errors import BadInput, NotFailed
from bot.domain.models import Kind, Status
from bot.domain.requests import CreateVersion, DeleteVersion, Field, FieldError, ImageRequest, ServiceRequest
from bot.domain.stores import Store
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from tests.services.fakes import FakeClock, FakeZadig

REQUEST = CreateVersion(
    project="shop",
    kind=Kind.K8S,
    version_name="v1.2",
    environment="dev",
    registry="r1",
    services=(
        ServiceRequest(name="cart", images=(ImageRequest(container="app", image_name="cart", tag="1"),)),
    ),
)
PROBLEM = FieldError(field=Field.VERSION_NAME, text="No dots.")


async def no_dots(request: CreateVersion) -> tuple[FieldError, ...]:
    return (PROBLEM,) if "." in request.version_name else ()


@pytest.fixture
def versions(zadig: FakeZadig, store: Store, clock: FakeClock) -> Versions:
    finder = Finder(releases=zadig, catalog=zadig, store=store)
    return Versions(finder=finder, releases=zadig, catalog=zadig, store=store, clock=clock, limits=no_dots)


async def test_nothing_is_asked_of_zadig(versions: Versions, zadig: FakeZadig, store: Store) -> None:
    with pytest.raises(BadInput) as caught:
        await versions.create(REQUEST, user="U1", channel="C1")
    assert caught.value.fields == (PROBLEM,)
    assert zadig.calls.of("create") == []
    assert (await store.pending.interest("shop")).asks == ()
    await versions.create(replace(REQUEST, version_name="v1-2"), user="U1", channel="C1")


async def test_nothing_is_deleted_for_it(versions: Versions, zadig: FakeZadig) -> None:
    failed = zadig.add("v1.2", Status.FAILED)
    doomed = DeleteVersion(project="shop", version_name="v1.2", version_id=failed.id)
    with pytest.raises(BadInput):
        await versions.recreate(REQUEST, doomed, user="U1", channel="C1", on_deleted=lambda: None)
    assert zadig.row("v1.2").version == failed


async def test_what_zadig_lost_sight_of_has_failed_all_the_same_and_makes_room(
    versions: Versions, zadig: FakeZadig
) -> None:
    """Zadig 4.0.0 to 4.2.1 lists it as `retrying` for ever, takes no retry of it, and deletes it like any other."""
    lost = zadig.add("v1-2", Status.RETRYING)
    doomed = DeleteVersion(project="shop", version_name="v1-2", version_id=lost.id)
    wanted = replace(REQUEST, version_name="v1-2")
    with pytest.raises(NotFailed):
        await versions.recreate(wanted, doomed, user="U1", channel="C1", on_deleted=lambda: None)
    zadig.row("v1-2").becomes = Status.FAILED
    await versions.recreate(wanted, doomed, user="U1", channel="C1", on_deleted=lambda: None)
    assert zadig.row("v1-2").version.id != lost.id

"""What can be known to be wrong with a create request before Zadig gets it."""

from collections.abc import Awaitable, Callable

from bot.domain.errors import BadInput, ReleaseBotError
from bot.domain.ports import Catalog
from bot.domain.requests import CreateVersion, Field, FieldError

Limits = Callable[[CreateVersion], Awaitable[tuple[FieldError, ...]]]


async def no_limits(_: CreateVersion) -> tuple[FieldError, ...]:
    """Nothing is known."""
    return ()


async def check(request: CreateVersion, catalog: Catalog, limits: Limits) -> None:
    """Raises BadInput for what makes no sense, for a registry that Zadig does not have, and for what it is known to break on."""
    problems = request.check()
    if not problems and request.registry:
        problems = await _registry_problems(request.registry, catalog)
    problems = problems or await limits(request)
    if problems:
        raise BadInput(problems)


async def _registry_problems(registry: str, catalog: Catalog) -> tuple[FieldError, ...]:
    """An unknown registry id crashes Zadig (some versions for good), so it is never sent."""
    try:
        known = await catalog.registries()
    except ReleaseBotError:
        return ()
    if any(candidate.id == registry for candidate in known):
        return ()
    return (FieldError(field=Field.REGISTRY, text="Zadig has no registry with this id."),)

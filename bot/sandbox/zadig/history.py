"""Versions from before, so that a first list is not empty."""

from dataclasses import dataclass

from bot.sandbox.zadig.elsewhere import Picked, Wish, create
from bot.sandbox.zadig.model import FAILED, SUCCESS
from bot.sandbox.zadig.state import State

_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a user created so many hours ago, with the first so many services."""

    hours_ago: float
    project: str
    name: str
    by: str
    services: int
    outcome: str = SUCCESS
    description: str = ""
    labels: tuple[str, ...] = ()
    error: str = ""


HISTORY = (
    Past(
        hours_ago=170,
        project="billing",
        name="2.0.0",
        by="Ada Lovelace",
        services=3,
        description="Ledger rewrite",
    ),
    Past(
        hours_ago=120, project="platform", name="2026.4", by="Ada Lovelace", services=5, labels=("quarterly",)
    ),
    Past(hours_ago=98, project="shop", name="v10", by="Grace Hopper", services=12, description="Spring sale"),
    Past(
        hours_ago=76,
        project="shop",
        name="v11",
        by="Ada Lovelace",
        services=4,
        outcome=FAILED,
        description="New checkout",
        labels=("checkout",),
        error="failed to push image {target}: denied: quota exceeded\ntoomanyrequests: retry in 30m",
    ),
    Past(
        hours_ago=50,
        project="shop",
        name="v12",
        by="Grace Hopper",
        services=4,
        description="New checkout, second try",
        labels=("checkout", "urgent"),
    ),
    Past(
        hours_ago=30,
        project="platform",
        name="2026.5-rc1",
        by="Grace Hopper",
        services=2,
        outcome=FAILED,
        description="Gateway 1.9",
    ),
    Past(
        hours_ago=3,
        project="shop",
        name="v13",
        by="Grace Hopper",
        services=2,
        description="Hotfix for the cart",
    ),
)


def write_history(state: State) -> None:
    """Every row whose project the catalog has; all of it is settled by now."""
    now = state.now()
    for past in HISTORY:
        project = state.catalog.project(past.project)
        if project is None or not project.environments:
            continue
        services = project.environments[0].services[: past.services]
        wish = Wish(
            project=past.project,
            name=past.name,
            by=past.by,
            description=past.description,
            labels=past.labels,
            images=[Picked(service=each.name) for each in services],
            outcome=past.outcome,
            error=past.error,
            at=now - past.hours_ago * _HOUR,
        )
        create(state, wish)

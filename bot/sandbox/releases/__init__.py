"""A local Zadig: the API for versions and its neighbours, with faults on demand, for people and tests without one.

`Zadig` is the server's state and behaviour, `build_app` serves it over HTTP, `running` lets time pass before the eyes
of those who watch. The clock, the pace and the builders of catalogs are for whoever wants another world than the
default one.
"""

from bot.sandbox.releases.app import build_app, running
from bot.sandbox.releases.clock import AdjustableClock
from bot.sandbox.releases.state import STEADY, Pace
from bot.sandbox.releases.zadig import Zadig

__all__ = ["STEADY", "AdjustableClock", "Pace", "Zadig", "build_app", "running"]

"""The one place where analytics is wired."""

from typing import Final

from analytics.api import api
from analytics.pages import pages
from analytics.projections import PROJECTOR
from analytics.reactions import REACTOR
from analytics.readers import READERS
from analytics.statistics.worker import statistics
from ansim.access import Role
from ansim.runtime import Kit, Nav, Service


async def run_pulse(kit: Kit) -> None:
    """The pulse, imported when it runs: only its own process pays for Faust."""
    from analytics.pulse.worker import pulse

    await pulse(kit)


SERVICE: Final = Service(
    slug="analytics",
    package="analytics",
    title="Analytics",
    projector=PROJECTOR,
    reactor=REACTOR,
    pages=pages,
    api=api,
    navigation=(
        Nav("Now", "/", READERS),
        Nav("Figures", "/figures", READERS),
        Nav("Definitions", "/definitions", READERS),
        Nav("Operations", "/operations", (Role.operator,)),
    ),
    workers={"statistics": statistics, "pulse": run_pulse},
)

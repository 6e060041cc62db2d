"""The one place where analytics is wired."""

from typing import Final

from analytics.api import api
from analytics.pages import pages
from analytics.projections import PROJECTOR
from analytics.reactions import REACTOR
from analytics.statistics.worker import statistics
from ansim.access import Role
from ansim.runtime import Nav, Service

READERS: Final = (Role.analyst, Role.press_officer, Role.supervisor, Role.coordinator, Role.operator)

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
    workers={"statistics": statistics},
)

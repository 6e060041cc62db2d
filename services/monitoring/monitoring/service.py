"""The one place where monitoring is wired."""

from ansim.access import Role
from ansim.runtime.service import Nav, Service
from monitoring.api import api
from monitoring.history import history
from monitoring.pages import pages
from monitoring.projections import projector
from monitoring.reactions import reactor

COORDINATOR = (str(Role.coordinator),)

SERVICE = Service(
    slug="monitoring",
    package="monitoring",
    title="Monitoring",
    projector=projector,
    reactor=reactor,
    pages=pages,
    api=api,
    navigation=(
        Nav("Sightings", "/sightings", COORDINATOR),
        Nav("Watches", "/watches", COORDINATOR),
        Nav("Platforms", "/platforms", COORDINATOR),
        Nav("Volunteers", "/volunteers", COORDINATOR),
    ),
    history=history,
)

"""The one place where intake is wired."""

from typing import Final

from ansim.access import Role
from ansim.exports import EXPORTERS
from ansim.privacy.menu import PRIVACY_MENU
from ansim.runtime import Nav, Service

from .api import api
from .history import history
from .imports import IMPORTS
from .pages import pages
from .privacy import PRIVACY
from .projections import PROJECTOR
from .reactions import REACTOR
from .sweeps import SWEEPS

STAFF: Final = (Role.intake_officer, Role.supervisor)

SERVICE: Final = Service(
    slug="intake",
    package="intake",
    title="Intake",
    projector=PROJECTOR,
    reactor=REACTOR,
    pages=pages,
    api=api,
    navigation=(
        Nav("Triage", "/triage", STAFF),
        Nav("Mailboxes", "/messages", STAFF),
        Nav("Hand-offs", "/hand-offs", STAFF),
        Nav("All reports", "/reports", STAFF),
        Nav("Find", "/find", STAFF),
        Nav("Exports", "/exports", EXPORTERS),
        Nav("Periods", "/rules", STAFF),
        *PRIVACY_MENU,
    ),
    history=history,
    imports=IMPORTS,
    sweeps=SWEEPS,
    privacy=PRIVACY,
)

"""The one place where victim support is wired."""

from ansim.exports import EXPORTERS
from ansim.handover import HandOvers
from ansim.privacy.menu import PRIVACY_MENU
from ansim.runtime.service import Nav, Service
from victim_support import queries
from victim_support.api import api
from victim_support.commands import keep_told_before
from victim_support.history import history
from victim_support.imports import IMPORTS
from victim_support.pages import pages
from victim_support.pages.deletions import OFFICERS
from victim_support.pages.desk import ROLES
from victim_support.privacy import PRIVACY
from victim_support.projections import projector
from victim_support.reactions import reactor
from victim_support.sweeps import SWEEPS

_OFFICERS = tuple(str(role) for role in OFFICERS)
_ROLES = tuple(str(role) for role in ROLES)

SERVICE = Service(
    slug="victim-support",
    package="victim_support",
    title="Victim support",
    projector=projector,
    reactor=reactor,
    pages=pages,
    api=api,
    navigation=(
        Nav("Today", "/", _ROLES),
        Nav("Referrals", "/referrals", _ROLES),
        Nav("Cases", "/cases", _ROLES),
        Nav("Deletion", "/deletions", _OFFICERS),
        Nav("Week", "/calendar", _ROLES),
        Nav("Find", "/find", _ROLES),
        Nav("Exports", "/exports", EXPORTERS),
        Nav("Periods", "/rules", _OFFICERS),
        *PRIVACY_MENU,
    ),
    history=history,
    sweeps=SWEEPS,
    privacy=PRIVACY,
    imports=IMPORTS,
    hand_overs=HandOvers("intake", queries.to_fetch, keep_told_before),
)

"""Counseling, wired: the one place where its parts come together."""

from typing import Final

from ansim.access import Role
from ansim.runtime.service import Nav, Service
from counseling.api import api
from counseling.history import history
from counseling.pages import pages
from counseling.projections import PROJECTOR
from counseling.reactions import REACTOR

_ROLES: Final = (Role.counsellor.value, Role.supervisor.value)

SERVICE: Final = Service(
    slug="counseling",
    package="counseling",
    title="Counselling",
    projector=PROJECTOR,
    reactor=REACTOR,
    pages=pages,
    api=api,
    navigation=(
        Nav("Today", "/", _ROLES),
        Nav("Referrals", "/referrals", _ROLES),
        Nav("Enrolments", "/enrolments", _ROLES),
    ),
    history=history,
)

"""Access: people sign in at the provider, our own table says what they may, and every look at a person's data is kept.

staff: Staff = Depends(kit.access.staff(Role.intake_officer))
async with kit.store.unit(kit.access.context(request, staff)) as unit: ...
"""

from ansim.access.access import Access, SignInNeeded
from ansim.access.log import AccessLog, Action, at_place
from ansim.access.oidc import Provider, SignInRefused
from ansim.access.roles import ROLE_TITLES, SEES_ALL_TEAMS, Role
from ansim.access.routes import routes
from ansim.access.service_calls import CallRefused, ServiceCalls, service_actor
from ansim.access.sessions import Sessions
from ansim.access.settings import check_settings
from ansim.access.staff import Colleague, Staff, Team, colleagues, demo_staff, demo_teams, seed_demo_staff

__all__ = [
    "ROLE_TITLES",
    "SEES_ALL_TEAMS",
    "Access",
    "AccessLog",
    "Action",
    "CallRefused",
    "Colleague",
    "Provider",
    "Role",
    "ServiceCalls",
    "Sessions",
    "SignInNeeded",
    "SignInRefused",
    "Staff",
    "Team",
    "at_place",
    "check_settings",
    "colleagues",
    "demo_staff",
    "demo_teams",
    "routes",
    "seed_demo_staff",
    "service_actor",
]

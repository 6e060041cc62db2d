"""Access: people sign in at the provider, our own table says what they may, and every look at a person's data is kept.

staff: Staff = Depends(kit.access.staff(Role.intake_officer))
async with kit.store.unit(kit.access.context(request, staff)) as unit: ...
"""

from ansim.access.access import Access, SignInNeeded
from ansim.access.log import AccessLog, Action, at_place
from ansim.access.oidc import Provider, SignInRefused
from ansim.access.roles import ROLE_TITLES, Role
from ansim.access.routes import routes
from ansim.access.sessions import Sessions
from ansim.access.settings import check_settings
from ansim.access.staff import Staff, demo_staff, seed_demo_staff

__all__ = [
    "ROLE_TITLES",
    "Access",
    "AccessLog",
    "Action",
    "Provider",
    "Role",
    "Sessions",
    "SignInNeeded",
    "SignInRefused",
    "Staff",
    "at_place",
    "check_settings",
    "demo_staff",
    "routes",
    "seed_demo_staff",
]

"""The room's entries in a service's menu, each for those who have business there."""

from typing import Final

from ansim.access import Role
from ansim.runtime.service import Nav

PRIVACY_MENU: Final = (
    Nav("Disclosures", "/disclosures", (Role.supervisor, Role.custodian, Role.privacy_officer)),
    Nav("Keeping", "/keeping", (Role.supervisor, Role.privacy_officer)),
    Nav("Erasures", "/erasures", (Role.supervisor, Role.privacy_officer)),
    Nav("Access record", "/access-record", (Role.privacy_officer,)),
)

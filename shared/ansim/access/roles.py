"""What people may be here (DESIGN §6)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    intake_officer = "intake_officer"
    support_worker = "support_worker"
    deletion_officer = "deletion_officer"
    counsellor = "counsellor"
    supervisor = "supervisor"
    monitor = "monitor"
    coordinator = "coordinator"
    analyst = "analyst"
    press_officer = "press_officer"
    operator = "operator"
    privacy_officer = "privacy_officer"
    custodian = "custodian"
    partner = "partner"
    historian = "historian"


SEES_ALL_TEAMS: Final = frozenset({Role.supervisor, Role.privacy_officer, Role.historian})
"""Who sees the records of every team. Everybody else sees their own team's."""


ROLE_TITLES: Final[Mapping[Role, str]] = {
    Role.intake_officer: "Intake officer",
    Role.support_worker: "Support worker",
    Role.deletion_officer: "Deletion officer",
    Role.counsellor: "Counsellor",
    Role.supervisor: "Supervisor",
    Role.monitor: "Citizen monitor",
    Role.coordinator: "Coordinator",
    Role.analyst: "Analyst",
    Role.press_officer: "Press officer",
    Role.operator: "Operator",
    Role.privacy_officer: "Privacy officer",
    Role.custodian: "Custodian of identity",
    Role.partner: "Partner agency",
    Role.historian: "Keeper of the founding history",
}
"""How roles are called on screen: message ids."""

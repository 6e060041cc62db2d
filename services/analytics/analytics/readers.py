"""Who may see live figures: they are for signed-in staff only; what leaves the centre leaves by a release."""

from typing import Final

from ansim.access import Role

READERS: Final = (Role.analyst, Role.press_officer, Role.supervisor, Role.coordinator, Role.operator)

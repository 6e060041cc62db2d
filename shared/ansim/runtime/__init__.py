"""How a process of the suite is put together, run, watched and stopped."""

from ansim.runtime.app import build_app
from ansim.runtime.health import Heartbeat, Vitals
from ansim.runtime.kit import Kit, open_kit, open_reaction
from ansim.runtime.service import Nav, Service, installed_service, installed_services
from ansim.runtime.settings import Mode, Settings

__all__ = [
    "Heartbeat",
    "Kit",
    "Mode",
    "Nav",
    "Service",
    "Settings",
    "Vitals",
    "build_app",
    "installed_service",
    "installed_services",
    "open_kit",
    "open_reaction",
]

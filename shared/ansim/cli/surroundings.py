"""Where a command finds its suite: the state folder of one that runs here, else the `ANSIM_…` variables."""

import os

from ansim.embedded.connections import environment, running_servers
from ansim.embedded.folder import StateFolder, find_state
from ansim.errors import Fatal
from ansim.runtime.settings import Settings

__all__ = ["running_folder", "settings_for", "state_folder"]

_OWNER = "ANSIM_OWNER_DATABASE_URL"


def state_folder() -> StateFolder:
    return StateFolder(find_state())


def running_folder() -> StateFolder:
    """The folder of the suite that runs here. Raises Fatal when none does."""
    folder = state_folder()
    if running_servers(folder) is None:
        raise Fatal(f"no suite runs on {folder.path}: start one with `make demo`, or set ANSIM_STATE to its folder")
    return folder


def settings_for(slug: str) -> Settings:
    """Settings of a service as the running suite has them, with the owner's address added for operators' commands.

    Variables set by hand win when no suite runs on the folder. Raises Fatal when there is neither.
    """
    folder = state_folder()
    servers = running_servers(folder)
    if servers is not None:
        os.environ.update(environment(folder, servers, folder.remembered_ports(), slug))
        os.environ[_OWNER] = servers.owner_url
    elif not os.environ.get("ANSIM_DATABASE_URL"):
        raise Fatal(
            f"no suite runs on {folder.path} and ANSIM_DATABASE_URL is not set: start one with `make demo`, "
            "or give the settings of the one you mean"
        )
    return Settings()

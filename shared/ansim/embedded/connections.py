"""Where the servers of a state folder are and what each process of the suite needs to know: its `ANSIM_…` variables.

The same for those who run the suite and for commands given beside a running one.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from ansim.contracts.catalogue import SERVICES
from ansim.embedded import postgres
from ansim.embedded.folder import StateFolder, write_privately
from ansim.provision.databases import KEYS_DATABASE, PACKAGES, at_database, database_of, role_of

__all__ = ["Servers", "embedded_servers", "environment", "outside_servers", "passwords", "running_servers"]

_OWNER = "ANSIM_OWNER_DATABASE_URL"
_BOOTSTRAP = "ANSIM_KAFKA_BOOTSTRAP"


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the two servers. `owner_url` is a role that may create roles and databases."""

    owner_url: str
    bootstrap: str


def outside_servers() -> tuple[str | None, str | None]:
    """Addresses given from outside (owner database, broker); None for the one to be embedded."""
    return os.environ.get(_OWNER) or None, os.environ.get(_BOOTSTRAP) or None


def embedded_servers(folder: StateFolder, ports: Mapping[str, int]) -> Servers:
    """Addresses of this folder's servers; those given from outside take precedence."""
    owner_url, bootstrap = outside_servers()
    return Servers(
        owner_url or postgres.owner_url(ports["postgres"], folder.secret("postgres")),
        bootstrap or f"127.0.0.1:{ports['kafka']}",
    )


def remember(folder: StateFolder, servers: Servers) -> None:
    """Writes the addresses down for `running_servers`."""
    content = {"owner_url": servers.owner_url, "bootstrap": servers.bootstrap}
    write_privately(folder.run / "servers.json", json.dumps(content))


def running_servers(folder: StateFolder) -> Servers | None:
    """The servers that the suite on this folder uses now; None when none runs."""
    if folder.holder() is None:
        return None
    file = folder.run / "servers.json"
    return Servers(**json.loads(file.read_text())) if file.exists() else None


def passwords(folder: StateFolder) -> dict[str, str]:
    """The password of each package's database role: ANSIM_ROLE_PASSWORD_<PACKAGE> when set, else the folder's own."""
    return {
        package: os.environ.get(f"ANSIM_ROLE_PASSWORD_{package.upper()}") or folder.secret(role_of(package))
        for package in PACKAGES.values()
    }


def environment(folder: StateFolder, servers: Servers, ports: Mapping[str, int], target: str) -> dict[str, str]:
    """The variables of one process: `target` is a slug or `slug:worker`. Never the owner's address: services don't need it."""
    slug = target.partition(":")[0]
    package = PACKAGES[slug]
    role, password = role_of(package), passwords(folder)[package]
    return {
        **{name: value for name, value in os.environ.items() if name != _OWNER},
        "ANSIM_MODE": "demo",
        "ANSIM_STATE": str(folder.path),
        "ANSIM_DATABASE_URL": at_database(servers.owner_url, database_of(package), role, password),
        "ANSIM_KEYS_URL": at_database(servers.owner_url, KEYS_DATABASE, role, password),
        "ANSIM_KAFKA_BOOTSTRAP": servers.bootstrap,
        "ANSIM_KEK": folder.secret("kek"),
        "ANSIM_OIDC_ISSUER": f"http://127.0.0.1:{ports['provider']}",
        "ANSIM_OIDC_CLIENT_ID": "ansim",
        "ANSIM_OIDC_CLIENT_SECRET": folder.secret("oidc"),
        "ANSIM_URLS": json.dumps({name: f"http://127.0.0.1:{ports[name]}" for name in SERVICES if name in ports}),
        "ANSIM_ASSETS": os.environ.get("ANSIM_ASSETS") or str(folder.path / "assets"),
        "ANSIM_HOST": "127.0.0.1",
        "ANSIM_PORT": str(ports.get(target, 0)),
        "PYTHONUNBUFFERED": "1",
    }

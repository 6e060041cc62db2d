"""Commands that run one process or pass on to the room that owns them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ansim.cli.surroundings import settings_for, state_folder
from ansim.embedded.connections import outside_servers, passwords
from ansim.embedded.folder import find_state
from ansim.errors import Fatal
from ansim.provision import provision as provision_servers
from ansim.runtime.settings import Settings

__all__ = [
    "build_assets",
    "print_token",
    "provision",
    "run_bench",
    "run_command",
    "run_provider",
    "run_target",
]

COMMANDS = "ansim.commands"
"""Entry-point group of commands that a service brings: `name = "package.module:function"`.

The function is called as `function(settings, **options) -> int` with the settings of the service that owns it (the entry point's
package) and returns the exit code. Options are keyword arguments: `figures(settings, *, as_json)`,
`reconcile(settings, *, as_json)`, `rebuild(settings, *, drop_old)`.
"""


def run_target(target: str) -> int:
    from ansim.runtime.process import run

    return run(target, Settings()) or 0


def provision() -> int:
    """Needs both addresses; the roles' passwords come from ANSIM_ROLE_PASSWORD_<PACKAGE> or the state folder."""
    owner_url, bootstrap = outside_servers()
    if owner_url is None or bootstrap is None:
        raise Fatal("set ANSIM_OWNER_DATABASE_URL and ANSIM_KAFKA_BOOTSTRAP to the servers to be made ready")
    folder = state_folder()
    replication = int(os.environ.get("ANSIM_KAFKA_REPLICATION", "1"))
    if not all(os.environ.get(f"ANSIM_ROLE_PASSWORD_{name}") for name in ("INTAKE", "ANALYTICS")):
        folder.create()
    asyncio.run(provision_servers(owner_url, bootstrap, passwords(folder), print, replication))
    return 0


def run_command(name: str, **options: Any) -> int:
    found = {point.name: point for point in entry_points(group=COMMANDS)}
    if name not in found:
        raise Fatal(f"no installed service brings `ansim {name}`: run `make` to set up the environment")
    slug = found[name].value.partition(".")[0].replace("_", "-")
    code: int = found[name].load()(settings_for(slug), **options)
    return code


def print_token(role: str) -> int:
    from ansim.access.provider import token

    print(token(settings_for("intake"), role))
    return 0


def run_provider(port: int) -> int:
    from ansim.access.provider import main

    main(port)
    return 0


def build_assets() -> int:
    """Into ANSIM_ASSETS, else the state folder. Pages work without: a build that fails is said and ends with code 1."""
    from ansim.web.assets import BuildFailed, build

    target = Path(os.environ.get("ANSIM_ASSETS") or find_state() / "assets")
    try:
        build(target)
    except BuildFailed as error:
        raise Fatal(str(error)) from error
    return 0


def run_bench(options: Sequence[str] = ()) -> int:
    """The benchmark of the repository; `options` are its own."""
    if not (Path.cwd() / "tests" / "bench").is_dir():
        raise Fatal("tests/bench is not here: run `ansim bench` from the repository's root")
    return subprocess.run([sys.executable, "-m", "tests.bench", *options], check=False).returncode

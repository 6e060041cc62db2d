import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ansim.cli.app import app
from ansim.embedded.connections import Servers, remember
from ansim.embedded.folder import StateFolder, write_privately
from ansim.provision.databases import PACKAGES
from ansim.testing.keeper import PASSWORD

pytestmark = pytest.mark.timeout(120)


def ansim(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command line as people run it, with nothing of a suite in its environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANSIM_")}
    return subprocess.run(
        [sys.executable, "-m", "ansim.cli", *arguments],
        env=clean | {"ANSIM_STATE": str(folder)} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_every_command_is_explained_in_the_help() -> None:
    said = CliRunner().invoke(app, ["--help"]).output

    for command in (
        "demo",
        "run",
        "provision",
        "status",
        "token",
        "parked",
        "figures",
        "reconcile",
        "rebuild",
        "history",
        "reindex",
    ):
        assert f" {command} " in said


@pytest.mark.parametrize("arguments", [("status",), ("figures", "--json"), ("parked", "list"), ("token", "analyst")])
def test_without_a_suite_a_command_says_how_to_start_one(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = ansim(*arguments, folder=tmp_path / "state")

    assert done.returncode == 1
    assert done.stderr.startswith("ansim: ")
    assert "make demo" in done.stderr or "make`" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("complete", "code"), [(False, 1), (True, 0)])
def test_a_suite_is_ready_when_all_of_it_has_been_started(tmp_path: Path, complete: bool, code: int) -> None:
    """Between servers and programs there is a moment in which all that runs is ready."""
    folder = StateFolder(tmp_path / "state")
    folder.create()
    servers = {"name": "postgres", "pid": os.getpid(), "url": None, "ready": True, "restarts": 0, "log": ""}
    with folder.locked():
        remember(folder, Servers("postgresql://nobody.invalid", "nobody.invalid:1"))
        write_privately(folder.status_file, json.dumps({"pid": 1, "complete": complete, "programs": [servers]}))
        done = ansim("status", "--json", folder=folder.path)
        shown = ansim("status", folder=folder.path)

    assert done.returncode == code
    assert json.loads(done.stdout)["ready"] is complete
    assert ("still starting" in shown.stdout) is not complete


def test_an_unknown_command_is_refused_with_code_2(tmp_path: Path) -> None:
    assert ansim("demonstrate", folder=tmp_path).returncode == 2


def test_provision_says_which_settings_it_misses(tmp_path: Path) -> None:
    done = ansim("provision", folder=tmp_path)

    assert done.returncode == 1
    assert "ANSIM_OWNER_DATABASE_URL and ANSIM_KAFKA_BOOTSTRAP" in done.stderr


def test_a_demo_on_a_folder_in_use_names_the_process_that_holds_it(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    folder.create()
    with folder.locked():
        done = ansim("demo", folder=folder.path)

    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr


def test_provision_makes_outside_servers_ready_and_can_be_repeated(postgres: str, kafka: str, tmp_path: Path) -> None:
    outside = {"ANSIM_OWNER_DATABASE_URL": postgres, "ANSIM_KAFKA_BOOTSTRAP": kafka}
    # the server is shared with other tests, whose roles keep their password
    outside |= {f"ANSIM_ROLE_PASSWORD_{package.upper()}": PASSWORD for package in PACKAGES.values()}
    first = ansim("provision", folder=tmp_path / "state", **outside)
    second = ansim("provision", folder=tmp_path / "state", **outside)

    assert (first.returncode, first.stderr) == (0, "")
    assert second.stdout == "6 databases up to date (0 migrations ran), 0 topics created\n"
    assert not (tmp_path / "state" / "secrets.json").exists(), "passwords given from outside are not made up or kept"


def test_reindexing_a_service_that_keeps_nothing_findable_says_so_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    nothing = ansim("reindex", "monitoring", folder=tmp_path / "state")
    unknown = ansim("reindex", "kitchen", folder=tmp_path / "state")

    assert (nothing.returncode, nothing.stdout.strip()) == (0, "monitoring keeps nothing that can be searched.")
    assert unknown.returncode == 1
    assert "no service 'kitchen'" in unknown.stderr

"""The tests of the rooms that live on servers pass on the public images just as on the embedded servers.

`make containers` runs every test that way; here it is the part that would notice a difference soonest.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = [
    "shared/tests/journal",
    "shared/tests/inbox",
    "shared/tests/relay",
    "shared/tests/vault",
    "services/analytics/tests/test_statistics_on_servers.py",
    "services/victim-support/tests/test_commands_and_read_tables.py",
]


@pytest.mark.containers
@pytest.mark.timeout(600)
def test_rooms_on_servers_pass_on_the_public_images() -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ROOMS]
    done = subprocess.run(
        argv, cwd=ROOT, env=own | {"ANSIM_TEST_SERVERS": "containers"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]

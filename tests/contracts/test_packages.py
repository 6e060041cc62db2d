"""An installed package carries every file that its source has: what is missing only shows where nothing is installed editable."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = {
    "shared": "ansim",
    "services/intake": "intake",
    "services/victim-support": "victim_support",
    "services/counseling": "counseling",
    "services/monitoring": "monitoring",
    "services/analytics": "analytics",
}
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def files_below(folder: Path) -> set[str]:
    return {
        file.relative_to(folder.parent).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


@pytest.mark.parametrize(("place", "package"), PACKAGES.items())
def test_the_wheel_holds_every_file_of_the_package(place: str, package: str, tmp_path: Path) -> None:
    source, built = tmp_path / "source", tmp_path / "built"
    shutil.copytree(ROOT / place, source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "tests"))
    subprocess.run([sys.executable, "-c", BUILD, str(built)], cwd=source, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith(f"{package}/")}
    assert files_below(ROOT / place / package) == packed

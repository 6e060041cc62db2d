import json
from pathlib import Path

import pytest
from starlette.requests import Request

from ansim.web import assets
from ansim.web.assets import BuildFailed, core_characters, unicode_range
from ansim.web.statics import Statics

FRONTEND = Path(assets.__file__).parent / "frontend"


def test_code_points_are_written_as_css_ranges() -> None:
    assert unicode_range([0x20, 0x21, 0x22, 0xAC00, 0xAC02, 0xAC03]) == "U+20-22, U+ac00, U+ac02-ac03"
    assert unicode_range([]) == ""


def test_the_core_font_holds_what_our_own_screens_say() -> None:
    characters = core_characters()

    assert set("안심 이 페이지 떠나기 abcXYZ 0123456789 불법촬영") <= set(characters)
    assert len(characters) < 2000


def test_the_lock_pins_by_hash_and_names_no_address() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())

    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {name.removeprefix("node_modules/") for name in packages} == {"krds-uiux", "pretendard-gov"}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert "resolved" not in json.dumps(lock)


def test_a_build_that_fails_says_so_and_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_text('{"made_from": "older", "names": {}, "files": []}')

    def no_registry(source: Path, work: Path) -> Path:
        raise BuildFailed("npm could not bring the packages")

    monkeypatch.setattr(assets, "install_packages", no_registry)
    with pytest.raises(BuildFailed):
        assets.build(tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text())["made_from"] == "older"


async def test_built_files_are_served_for_ever_by_their_hashed_names(tmp_path: Path) -> None:
    (tmp_path / "krds.0a.css").write_text(":root{}")
    (tmp_path / "core.0b.woff2").write_bytes(b"font")
    (tmp_path / "stranger.css").write_text("never listed")
    manifest = {
        "made_from": "x",
        "names": {"krds.css": "krds.0a.css", "core.woff2": "core.0b.woff2"},
        "files": ["core.0b.woff2"],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    statics = Statics(tmp_path)

    def asked(name: str, **headers: str) -> Request:
        sent = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
        return Request({"type": "http", "path_params": {"name": name}, "query_string": b"", "headers": sent})

    assert statics.address("krds.css") == "/static/krds.0a.css"
    assert statics.address("fonts.css") == ""
    sheet = await statics.serve(asked("krds.0a.css", accept_encoding="gzip"))
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["content-encoding"] == "gzip"
    font = await statics.serve(asked("core.0b.woff2"))
    assert font.media_type == "font/woff2"
    with pytest.raises(Exception, match="404"):
        await statics.serve(asked("stranger.css"))

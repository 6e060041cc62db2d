"""Files that pages load: the kit's own from the package, built ones (fonts, colours) from the assets folder.

Only files known at start are served, by name, so no path can lead elsewhere. An address carries the hash of its content
and may be kept for ever; texts are compressed once, at start.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

__all__ = ["MANIFEST", "Statics"]

MANIFEST: Final = "manifest.json"
FOR_EVER: Final = "public, max-age=31536000, immutable"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
TEXTS: Final = frozenset({".css", ".js", ".svg"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Held:
    """A text file, held in memory; `version` is the query that its address carries, if its name has no hash."""

    content: bytes
    packed: bytes
    kind: str
    version: str = ""


class Statics:
    """The files of one process. `address` is a template global (`asset`), `serve` the endpoint of `/static/{name}`."""

    def __init__(self, assets: Path | None) -> None:
        self._texts: dict[str, _Held] = {}
        self._fonts: dict[str, Path] = {}
        self._addresses: dict[str, str] = {}
        for file in sorted(Path(str(resources.files("ansim.web").joinpath("static"))).iterdir()):
            if file.suffix in TEXTS:
                version = hashlib.blake2b(file.read_bytes(), digest_size=6).hexdigest()
                self._hold(file, version)
                self._addresses[file.name] = f"/static/{file.name}?v={version}"
        self._add_built(assets)

    def _hold(self, file: Path, version: str = "") -> None:
        content = file.read_bytes()
        self._texts[file.name] = _Held(content, gzip.compress(content, mtime=0), TYPES[file.suffix], version)

    def _add_built(self, assets: Path | None) -> None:
        manifest = assets / MANIFEST if assets is not None else None
        if assets is None or manifest is None or not manifest.is_file():
            _log.info("assets_not_built")
            return
        listed = json.loads(manifest.read_text())
        for name, built in listed["names"].items():
            self._addresses[name] = f"/static/{built}"
        for built in {*listed["names"].values(), *listed["files"]}:
            file = assets / built
            if file.suffix in TEXTS:
                self._hold(file)
            else:
                self._fonts[built] = file

    def address(self, name: str) -> str:
        """The address of a file, with its hash; "" for a built file that is not there."""
        return self._addresses.get(name, "")

    def content(self, name: str) -> tuple[bytes, str] | None:
        """The bytes of a file and their kind, for a server that is no ASGI application."""
        if (font := self._fonts.get(name)) is not None and font.is_file():
            return font.read_bytes(), TYPES[font.suffix]
        held = self._texts.get(name)
        return None if held is None else (held.content, held.kind)

    async def serve(self, request: Request) -> Response:
        """One file, or 404."""
        name = request.path_params["name"]
        font = self._fonts.get(name)
        if font is not None and font.is_file():
            return FileResponse(font, media_type=TYPES[font.suffix], headers={"Cache-Control": FOR_EVER})
        held = self._texts.get(name)
        if held is None:
            raise HTTPException(404)
        kept = FOR_EVER if request.query_params.get("v", "") == held.version else "no-cache"
        headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(held.packed, media_type=held.kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(held.content, media_type=held.kind, headers=headers)

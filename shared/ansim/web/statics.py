"""Files that pages load: the kit's own from the package, built ones (fonts, colours) from the assets folder.

Only files known at start are served, by name, so no path can lead elsewhere. An address carries the hash of its content
and may be kept for ever.
"""

import hashlib
import json
from collections.abc import Mapping
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

_log = structlog.get_logger(__name__)


class Statics:
    """The files of one process. `address` is a template global (`asset`), `serve` the endpoint of `/static/{name}`."""

    def __init__(self, assets: Path | None) -> None:
        self._files: dict[str, Path] = {}
        self._addresses: dict[str, str] = {}
        for file in sorted(Path(str(resources.files("ansim.web").joinpath("static"))).iterdir()):
            if file.suffix in TYPES:
                digest = hashlib.blake2b(file.read_bytes(), digest_size=6).hexdigest()
                self._files[file.name] = file
                self._addresses[file.name] = f"/static/{file.name}?v={digest}"
        self._add_built(assets)

    def _add_built(self, assets: Path | None) -> None:
        manifest = assets / MANIFEST if assets is not None else None
        if assets is None or manifest is None or not manifest.is_file():
            _log.info("assets_not_built")
            return
        names: Mapping[str, str] = json.loads(manifest.read_text())["names"]
        for name, built in names.items():
            self._files[built] = assets / built
            self._addresses[name] = f"/static/{built}"
        for file in json.loads(manifest.read_text())["files"]:
            self._files[file] = assets / file

    def address(self, name: str) -> str:
        """The address of a file, with its hash; "" for a built file that is not there."""
        return self._addresses.get(name, "")

    async def serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        file = self._files.get(name)
        if file is None or not file.is_file():
            raise HTTPException(404)
        current = self._addresses.get(name, f"?v={request.query_params.get('v', '')}")
        kept = FOR_EVER if current.endswith(f"?v={request.query_params.get('v', '')}") else "no-cache"
        if self._addresses.get(name) is None:
            kept = FOR_EVER
        return FileResponse(file, media_type=TYPES[file.suffix], headers={"Cache-Control": kept})

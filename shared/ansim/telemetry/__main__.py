"""Writes the telemetry catalogues to the folder given, `docs/catalogue` by default."""

import sys
from pathlib import Path

from ansim.telemetry.catalogue import render

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/catalogue")
folder.mkdir(parents=True, exist_ok=True)
for name, text in render().items():
    (folder / name).write_text(text)
